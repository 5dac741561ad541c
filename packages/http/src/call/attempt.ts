import type { Duplex } from 'node:stream';
import type { ResetReason, Send } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { EndpointPool } from '../pool/endpoint-pool.js';
import { Http2StreamError } from '../pool/http2-stream-error.js';
import { type PoolRequest, StaleConnectionError, type WireRequest } from '../pool/pool-request.js';
import { isCallersFault, resetOf } from '../pool/reset-reason.js';
import { ArrivedHead } from './arrived-head.js';
import type { AnswerHead } from './caller.js';

/** What an attempt asks of the call that it belongs to. */
export interface AttemptOwner {
  /** Runs in the caller's async context: sockets are shared, and come by in somebody else's. */
  runInAsyncScope<A extends unknown[], R>(
    fn: (this: Attempt, ...args: A) => R,
    attempt: Attempt,
    ...args: A
  ): R;
  poolOf(send: Steering): Pick<EndpointPool, 'submit' | 'cancel'>;
  /** The request as it goes out; reads the body from its beginning. */
  wireRequest(send: Steering): WireRequest;
  /** This attempt is over and says nothing: the engine knows what is next. */
  again(): void;
  informed(status: number, lines: readonly string[]): void;
  deliver(attempt: Attempt, head: AnswerHead): boolean;
  deliverData(chunk: Buffer): boolean;
  deliverEnd(trailers: readonly string[]): void;
  deliverUpgrade(head: AnswerHead, socket: Duplex): void;
  /** The delivered response broke off, or the caller asked for what cannot be written. */
  fail(error: Error): void;
  truncated(cause: Error | undefined): Error;
}

/** The part of a {@link Send} that steers an attempt; a forwarded call has nobody who does. */
export type Steering = Pick<
  Send,
  'head' | 'onCancel' | 'attached' | 'requestSent' | 'progressed' | 'responded' | 'failed' | 'ended'
>;

const nothing = (): void => {};

/** Envoy's `max_headers_count`, of responses too. */
const maxHeaderLines = 100;

/** Reports one attempt and settles it exactly once: by `again`, `failed` or `ended`. */
export class Attempt implements PoolRequest {
  readonly send: Steering;
  readonly #owner: AttemptOwner;
  readonly #pool: Pick<EndpointPool, 'submit' | 'cancel'>;
  #abort: (reason?: Error) => void = nothing;
  #wasAttached = false;
  /**
   * `waiting`: nothing has left. `sent`: something may have. `ignored`: settled, but its connection is still busy.
   */
  #stage: 'waiting' | 'sent' | 'delivering' | 'ignored' | 'over' = 'waiting';

  constructor(send: Steering, owner: AttemptOwner) {
    this.send = send;
    this.#owner = owner;
    this.#pool = owner.poolOf(send);
    send.onCancel = () => this.#cancelled();
  }

  start(): void {
    this.#pool.submit(this);
  }

  /** The caller has left while the response was being delivered. */
  abandon(): void {
    const delivering = this.#stage === 'delivering';
    this.#drop();
    if (delivering) this.send.ended('aborted');
  }

  attach(): WireRequest | undefined {
    return this.#owner.runInAsyncScope(this.#attach, this);
  }

  failed(reason: ResetReason, cause?: Error): void {
    this.#owner.runInAsyncScope(this.#failed, this, reason, cause);
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.#stage !== 'waiting') {
      abort();
      return;
    }
    this.#stage = 'sent';
    this.#abort = abort;
  }

  onRequestSent(): void {
    if (this.#stage === 'sent' || this.#stage === 'delivering') this.send.requestSent();
  }

  onHeaders(status: number, lines: string[], resume: () => void, statusText: string): boolean {
    return this.#owner.runInAsyncScope(this.#headers, this, status, lines, resume, statusText);
  }

  onData(chunk: Buffer): boolean {
    if (this.#stage !== 'delivering') return true;
    return this.#owner.runInAsyncScope(this.#data, this, chunk);
  }

  onComplete(trailers: string[]): void {
    this.#owner.runInAsyncScope(this.#complete, this, trailers);
  }

  onUpgrade(status: number, lines: string[], socket: Duplex): void {
    this.#owner.runInAsyncScope(this.#upgrade, this, status, lines, socket);
  }

  onError(error: Error): void {
    this.#owner.runInAsyncScope(this.#error, this, error);
  }

  #attach(): WireRequest | undefined {
    // A connection that died before the first byte does not make the request count twice.
    if (!this.#wasAttached && !this.send.attached()) {
      this.#failed('overflow', undefined);
      return undefined;
    }
    this.#wasAttached = true;
    return this.#owner.wireRequest(this.send);
  }

  #failed(reason: ResetReason, cause: Error | undefined): void {
    if (this.#stage !== 'waiting') return;
    this.#stage = 'over';
    this.send.failed(reason, 'nothing', cause);
    this.#owner.again();
  }

  #headers(status: number, lines: string[], resume: () => void, statusText: string): boolean {
    if (this.#stage !== 'sent') return true;
    if (lines.length > 2 * maxHeaderLines) {
      this.#break(new Error(`the response has more than ${maxHeaderLines} header lines`));
      return false;
    }
    if (status < 200) {
      this.#owner.informed(status, lines);
      return true;
    }
    const head = new ArrivedHead(status, statusText, lines, resume);
    if (this.send.responded(head) === 'again') {
      this.#stage = 'ignored';
      // A head without a body leaves the connection in order: it is worth keeping.
      if (head.headers.get('content-length') !== '0') this.#abort();
      this.#owner.again();
      return true;
    }
    this.#stage = 'delivering';
    return this.#owner.deliver(this, head);
  }

  #data(chunk: Buffer): boolean {
    this.send.progressed(chunk.length);
    return this.#owner.deliverData(chunk);
  }

  #complete(trailers: string[]): void {
    this.#abort = nothing;
    if (this.#stage !== 'delivering') return;
    this.#stage = 'over';
    this.send.ended('complete', trailers.length > 0 ? new HeaderMap(trailers) : undefined);
    this.#owner.deliverEnd(trailers);
  }

  #upgrade(status: number, lines: string[], socket: Duplex): void {
    if (this.#stage !== 'sent') {
      socket.destroy();
      return;
    }
    const head = new ArrivedHead(status, '', lines, nothing);
    if (this.send.responded(head) === 'again') {
      this.#stage = 'over';
      socket.destroy();
      this.#owner.again();
      return;
    }
    this.#stage = 'delivering';
    this.#abort = (error) => socket.destroy(error);
    let isUpstreamFirst = false;
    socket.once('end', () => {
      isUpstreamFirst = !socket.writableEnded;
    });
    socket.once('close', () => {
      const isComplete = isUpstreamFirst || socket.errored !== null;
      if (this.#stage === 'delivering') this.send.ended(isComplete ? 'complete' : 'aborted');
      this.#stage = 'over';
    });
    this.#owner.deliverUpgrade(head, socket);
  }

  #error(error: Error): void {
    const stage = this.#stage;
    if (error instanceof StaleConnectionError) {
      if (stage === 'waiting') this.#pool.submit(this);
      return;
    }
    this.#abort = nothing;
    if (stage === 'ignored' || stage === 'over') return; // the echo of an abort of ours
    this.#stage = 'over';
    if (isCallersFault(error)) {
      this.#owner.fail(error);
    } else if (stage === 'delivering') {
      const reason = error instanceof Http2StreamError ? resetOf(error).reason : undefined;
      this.send.ended('truncated', undefined, reason);
      this.#owner.fail(this.#owner.truncated(error));
    } else {
      const { reason, sent } = resetOf(error);
      this.send.failed(reason, stage === 'waiting' ? 'nothing' : sent, error);
      this.#owner.again();
    }
  }

  /** What came is not what may come: as if the connection had broken, with another reason. */
  #break(error: Error): void {
    this.#stage = 'ignored';
    this.#abort(error);
    this.send.failed('protocolError', 'unknown', error);
    this.#owner.again();
  }

  /** The engine wants no more of it. */
  #cancelled(): void {
    const delivering = this.#stage === 'delivering';
    this.#drop();
    if (delivering) this.#owner.fail(this.#owner.truncated(undefined));
  }

  #drop(): void {
    const stage = this.#stage;
    this.#stage = stage === 'over' ? 'over' : 'ignored';
    if (stage === 'waiting') this.#pool.cancel(this);
    if (stage === 'sent' || stage === 'delivering') this.#abort();
  }
}
