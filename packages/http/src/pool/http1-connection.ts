import '../preserve-builtin.js';
import type { Socket } from 'node:net';
import type { Clock, UpstreamSettings } from '@inmesh/engine';
import { errors } from 'undici';
import { ResponseParser, type ResponseSink } from '../http1/response-parser.js';
import type { WireHead } from '../http1/wire-head.js';
import { writeRequest } from '../http1/write-request.js';
import { type PoolRequest, StaleConnectionError, type WireRequest } from './pool-request.js';
import type { ConnectionListener, PooledConnection } from './pooled-connection.js';

/** Servers close idle connections on time: ours goes first, so that no request meets a closing one. */
const keepAliveMarginMs = 1000;

/** A connection that was idle for longer may have been closed by its server a moment ago. */
const suspectAfterMs = 10;

/**
 * An HTTP/1.1 connection over a socket that stands already: one request, its answer, and then the next. What to send
 * and when, the pool says. Of our own rather than undici's client, which takes as long for a request as all that the
 * mesh does with it: it queues, schedules and keeps time for itself, where the pool and the engine do so already.
 */
export class Http1Connection implements PooledConnection, ResponseSink {
  readonly capacity = 1;
  readonly socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #clock: Clock;
  readonly #parser = new ResponseParser(this);
  readonly #resume = (): void => this.#goOn();
  readonly #idleTimeoutMs: number;
  #request: PoolRequest | undefined;
  /** The body of the request is still on its way. */
  #isWriting = false;
  /** No request comes after this one. */
  #isLast = false;
  #headersTimeoutMs = 0;
  #bodyTimeoutMs = 0;
  /** Of the caller's own timeouts. */
  #patience: unknown;
  #error: Error | undefined;
  #hint: string | undefined;
  #idleMs: number;
  #idleTimer: unknown;
  #idleSince: number;

  constructor(
    socket: Socket,
    { idleTimeoutMs }: Pick<UpstreamSettings, 'idleTimeoutMs'>,
    listener: ConnectionListener,
    clock: Clock,
  ) {
    this.socket = socket;
    this.#listener = listener;
    this.#clock = clock;
    this.#idleTimeoutMs = idleTimeoutMs === 0 ? Number.POSITIVE_INFINITY : idleTimeoutMs;
    this.#idleMs = this.#idleTimeoutMs;
    this.#idleSince = clock.now();
    // Calls under way hold the process by themselves.
    socket
      .unref()
      .on('data', this.#cameIn)
      .on('end', this.#ended)
      .on('error', this.#broke)
      .on('close', this.#closed);
    this.#watchIdle();
  }

  carry(request: PoolRequest, wire: WireRequest, { last }: { readonly last: boolean }): void {
    if (this.#clock.now() - this.#idleSince < suspectAfterMs) {
      this.#send(request, wire, last);
      return;
    }
    // One turn of the event loop lets a close that the server has sent come in. The first immediate alone may
    // run before the next look at the sockets.
    setImmediate(() => setImmediate(() => this.#send(request, wire, last)));
  }

  destroy(): void {
    this.socket.destroy();
  }

  // ---------- what the parser reads

  onHead(head: WireHead): boolean {
    const { status, lines, statusText } = head;
    // The answer to an `expect`, which is never sent.
    if (status === 100) return true;
    if (status >= 200) {
      if (head.keepAlive !== this.#hint) this.#readHint(head.keepAlive);
      if (!head.persists || this.#idleMs <= 0) this.#isLast = true;
      this.#waitAtMost(this.#bodyTimeoutMs, bodyTimeout);
    }
    return this.#request?.onHeaders(status, lines, this.#resume, statusText) ?? true;
  }

  onData(chunk: Buffer): boolean {
    const goesOn = this.#request?.onData(chunk) ?? true;
    this.#waitAtMost(goesOn ? this.#bodyTimeoutMs : 0, bodyTimeout);
    return goesOn;
  }

  onEnd(trailers: string[]): void {
    const request = this.#request;
    this.#leave();
    const rest = this.#parser.takeRest();
    // A server that answers before it has read everything does not read the rest as what it is.
    const isOver = this.#isLast || this.#isWriting || rest !== undefined;
    if (isOver) this.socket.destroy();
    request?.onComplete(trailers);
    if (isOver || this.socket.destroyed) return;
    this.#idleSince = this.#clock.now();
    this.#watchIdle();
    this.#listener.freed(this);
  }

  onSwitch({ status, lines }: WireHead, rest: Buffer): void {
    const request = this.#request;
    this.#leave();
    this.#clock.clearTimeout(this.#idleTimer);
    const { socket } = this;
    socket
      .off('data', this.#cameIn)
      .off('end', this.#ended)
      .off('error', this.#broke)
      .off('close', this.#closed);
    // Whoever listens next makes it flow again: it has then forgotten that it ever flowed.
    socket.on('readable', nothing).off('readable', nothing).ref();
    if (rest.length > 0) socket.unshift(rest);
    request?.onUpgrade(status, lines, socket);
  }

  // ---------- what the socket tells

  readonly #cameIn = (chunk: Buffer): void => {
    try {
      this.#parser.read(chunk);
      if (this.#parser.isPaused) this.#pause();
    } catch (error) {
      this.#fail(error as Error);
    }
  };

  readonly #ended = (): void => {
    if (!this.#parser.close()) this.#fail(new Error('other side closed'));
    else this.socket.destroy();
  };

  readonly #broke = (error: Error): void => {
    this.#error = error;
  };

  readonly #closed = (): void => {
    this.#clock.clearTimeout(this.#idleTimer);
    this.#fail(this.#error ?? new Error('other side closed'));
  };

  #send(request: PoolRequest, wire: WireRequest, last: boolean): void {
    const { socket } = this;
    if (socket.destroyed) {
      request.onError(new StaleConnectionError('the connection was closed before the request'));
      return;
    }
    this.#request = request;
    this.#isLast = last;
    this.#headersTimeoutMs = wire.headersTimeoutMs;
    this.#bodyTimeoutMs = wire.bodyTimeoutMs;
    request.onConnect((reason) => this.#abort(request, reason));
    if (this.#request !== request) return;
    let body: Promise<void> | undefined;
    try {
      body = writeRequest(socket, wire, { closes: last });
    } catch (error) {
      this.#giveBack(request, error as Error);
      return;
    }
    this.#parser.expect(wire);
    if (body === undefined) {
      this.#sent(request);
      return;
    }
    this.#isWriting = true;
    body.then(
      () => this.#sent(request),
      (error: Error) => this.#abort(request, error),
    );
  }

  #sent(request: PoolRequest): void {
    if (this.#request !== request) return;
    this.#isWriting = false;
    request.onRequestSent();
    this.#waitAtMost(this.#headersTimeoutMs, headersTimeout);
  }

  /** Nothing has been written: the connection is as good as before. */
  #giveBack(request: PoolRequest, error: Error): void {
    this.#leave();
    request.onError(error);
    if (this.socket.destroyed) return;
    if (this.#isLast) this.socket.destroy();
    else this.#listener.freed(this);
  }

  #abort(request: PoolRequest, reason: Error | undefined): void {
    if (this.#request === request) this.#fail(reason ?? new errors.RequestAbortedError());
  }

  #fail(error: Error): void {
    const request = this.#request;
    this.#leave();
    this.socket.destroy();
    request?.onError(error);
  }

  #leave(): void {
    this.#request = undefined;
    this.#waitAtMost(0, headersTimeout);
  }

  /** What has come already waits in the socket, where nothing that comes later can overtake it. */
  #pause(): void {
    this.socket.pause();
    const rest = this.#parser.takeRest();
    if (rest !== undefined) this.socket.unshift(rest);
  }

  #goOn(): void {
    if (!this.#parser.isPaused || this.socket.destroyed) return;
    try {
      this.#waitAtMost(this.#bodyTimeoutMs, bodyTimeout);
      this.#parser.resume();
      if (!this.#parser.isPaused) this.socket.resume();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** 0: however long it takes. */
  #waitAtMost(ms: number, error: () => Error): void {
    if (this.#patience !== undefined) this.#clock.clearTimeout(this.#patience);
    this.#patience = ms > 0 ? this.#clock.setTimeout(() => this.#fail(error()), ms) : undefined;
  }

  /** What servers say of their patience is the same in each answer. */
  #readHint(hint: string | undefined): void {
    this.#hint = hint;
    const seconds = hint === undefined ? undefined : /(?:^|[\s,;])timeout=(\d+)/i.exec(hint)?.[1];
    const hintMs =
      seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1000 - keepAliveMarginMs;
    const idleMs = Math.min(this.#idleTimeoutMs, hintMs);
    if (idleMs < this.#idleMs) this.#stopWatching();
    this.#idleMs = idleMs;
  }

  /** One timer for many requests: when it fires, it looks how long the connection has really been idle. */
  #watchIdle(): void {
    if (this.#idleTimer !== undefined || this.#idleMs === Number.POSITIVE_INFINITY) return;
    const leftMs = this.#idleSince + this.#idleMs - this.#clock.now();
    this.#idleTimer = this.#clock.setTimeout(
      () => {
        this.#idleTimer = undefined;
        if (this.#request !== undefined) return;
        if (this.#clock.now() - this.#idleSince >= this.#idleMs) this.socket.destroy();
        else this.#watchIdle();
      },
      Math.min(leftMs, longestMs),
    );
  }

  #stopWatching(): void {
    this.#clock.clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
  }
}

const nothing = (): void => {};

/** The longest delay of a timer. */
const longestMs = 2 ** 31 - 1;

const headersTimeout = (): Error => new errors.HeadersTimeoutError();
const bodyTimeout = (): Error => new errors.BodyTimeoutError();
