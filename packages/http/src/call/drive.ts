import '../preserve-builtin.js';
import { AsyncResource } from 'node:async_hooks';
import { STATUS_CODES } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import type { Call, CallRequest, Forward, Reply, RequestBodyAccess, Send } from '@inmesh/engine';
import {
  HeaderMap,
  localReplies,
  type RequestHead,
  UpstreamError,
  type UpstreamErrorDetails,
} from '@inmesh/model';
import { errors } from 'undici';
import type { ForwardPools } from '../forward/forward-pools.js';
import type { EndpointPools } from '../pool/endpoint-pools.js';
import type { WireRequest } from '../pool/pool-request.js';
import type { CallerTls } from '../tls/caller-tls.js';
import type { ActiveCalls } from './active-calls.js';
import { Attempt, type AttemptOwner, type Steering } from './attempt.js';
import { type AnswerHead, type Caller, nobody } from './caller.js';
import { held } from './held.js';
import { LastCaller } from './last-caller.js';
import { type RequestBody, readWhole, repeatableBody, wholeBody } from './request-body.js';
import { StreamedBody } from './streamed-body.js';
import { transformed } from './transformed.js';

/** What the driver carries a call with. */
export interface Transports {
  readonly endpoints: EndpointPools;
  readonly forwards: ForwardPools;
  readonly callerTls: CallerTls;
  readonly active: ActiveCalls;
}

/** The caller's own timeouts, in milliseconds; 0: none. The rules' are the engine's affair. */
export interface CallTimeouts {
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

/** What is carried, and with what. */
export interface DriveOptions {
  readonly request: CallRequest;
  readonly transports: Transports;
  /** @defaultValue none */
  readonly timeouts?: CallTimeouts;
}

/**
 * Carries one call: asks the engine what to do, does it, reports, and comes back until `caller` has its answer.
 * What to do, the engine decides; how bytes travel, the pools know.
 */
export function drive(
  call: Call,
  body: RequestBody,
  caller: Caller,
  { request, transports, timeouts = noTimeouts }: DriveOptions,
): void {
  new Exchange(call, body, caller, request, transports, timeouts).start();
}

class Exchange extends AsyncResource implements AttemptOwner, RequestBodyAccess {
  readonly #call: Call;
  #body: RequestBody;
  readonly #request: CallRequest;
  #timeouts: CallTimeouts;
  readonly #transports: Transports;
  #caller: Caller;
  #forward: Forward | undefined;
  /** The attempt whose response the caller is getting. */
  #delivered: Attempt | undefined;
  #shadowsSent = false;
  /** The response passes something on its way to the caller, who may leave when all of it has arrived. */
  #outlasts = false;
  /** As the application wrote it: rules may change the scheme of the head. What a gateway receives has come already. */
  readonly #isSecure: boolean;
  #settled = false;
  readonly #handle = new Handle(this);

  constructor(
    call: Call,
    body: RequestBody,
    caller: Caller,
    request: CallRequest,
    transports: Transports,
    timeouts: CallTimeouts,
  ) {
    super('INMESH_CALL');
    this.#isSecure = request.head.scheme === 'https' && request.downstream === undefined;
    this.#call = call;
    this.#body = body;
    this.#caller = caller;
    this.#request = request;
    this.#timeouts = timeouts;
    this.#transports = transports;
  }

  start(): void {
    if (this.#body instanceof StreamedBody)
      this.#body.belongsTo(this.#call, (error) => this.runInAsyncScope(this.fail, this, error));
    this.#call.wake = () => this.runInAsyncScope(this.#step, this);
    this.#call.requestBody = this;
    this.#transports.active.started();
    this.#caller.started(aborterOf(this.#handle));
    if (!this.#settled) this.#step();
  }

  #step(): void {
    if (this.#settled || this.#delivered !== undefined) return;
    const next = this.#call.next();
    switch (next.kind) {
      case 'send':
        this.#send(next);
        return;
      case 'reply':
        this.#reply(next);
        return;
      case 'forward':
        this.#forward = next;
        if (next.timeoutMs !== undefined) this.#timeouts = within(next.timeoutMs, this.#timeouts);
        new Attempt(
          unsteered(this.#request.head, (cause) => this.#unreachable(cause)),
          this,
        ).start();
        return;
      case 'wait':
        return; // until `wake`
    }
  }

  #send(send: Send): void {
    const attempt = new Attempt(send, this);
    if (!this.#shadowsSent) this.#sendShadows();
    attempt.start();
  }

  /** A body that streams is copied once it is whole: a slow mirror must not hold back the call itself. */
  #sendShadows(): void {
    this.#shadowsSent = true;
    const { shadows } = this.#call;
    if (shadows.length === 0) return;
    const rest = { request: this.#request, transports: this.#transports };
    const send = (body: RequestBody): void => {
      for (const { call } of shadows) drive(call, body, nobody, rest);
    };
    if (!(this.#body instanceof StreamedBody)) {
      send(this.#body);
      return;
    }
    void this.#body.copy(bufferLimitBytes).then((bytes) => {
      if (bytes === undefined) return;
      for (const { call } of shadows) call.requestComplete();
      send(repeatableBody(() => Readable.from([bytes])));
    });
  }

  /** "Nothing healthy" is a 503 with flag UH: an answer like any other, never an exception. */
  #reply({ status, headers, body, flags, mistake }: Reply): void {
    this.#body.discard();
    if (mistake !== undefined) {
      queueMicrotask(() => this.runInAsyncScope(this.fail, this, mistake));
      return;
    }
    const isOwn = this.#request.downstream === undefined;
    const lines =
      isOwn && flags.length > 0 ? [...headers.lines, 'x-inmesh-flags', flags.join(',')] : headers.lines;
    const bytes =
      typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length);
    const rest = (): void => {
      if (this.#settled) return;
      const caller = this.#settle();
      const bodiless = this.#request.head.method === 'HEAD' || bytes.length === 0;
      if (!bodiless) caller.received(bytes);
      caller.completed([]);
    };
    // Not within `dispatch`: callers expect to have returned from there.
    queueMicrotask(() =>
      this.runInAsyncScope(() => {
        if (this.#settled) return;
        const head = { status, statusText: STATUS_CODES[status] ?? '', lines, resume: rest, isLocal: true };
        if (this.#caller.answered(head)) rest();
      }),
    );
  }

  /** Told by the caller, who then hears nothing but the reason. */
  abandon(reason: Error | undefined): void {
    if (this.#settled) return;
    const delivered = this.#delivered;
    const caller = this.#settle();
    delivered?.abandon();
    // A response that has arrived may still be with a filter.
    if (delivered === undefined || this.#outlasts) this.#call.cancel();
    const error = reason ?? new errors.RequestAbortedError();
    this.#body.discard(error);
    caller.failed(error);
  }

  #unreachable(cause: Error | undefined): void {
    this.fail(
      new UpstreamError(
        'INMESH_CONNECT_FAILED',
        `no connection for ${this.#request.host}:${this.#request.port}`,
        {
          cluster: this.#forward?.key ?? '',
          attempts: 1,
          flags: [],
        },
        { cause },
      ),
    );
  }

  /**
   * Answers who is still to hear how it ended. A call that is over leads to nobody: who keeps a part of it, if only
   * until the next collection, does not keep the caller and all that he has got.
   */
  #settle(): Caller {
    const caller = this.#caller;
    this.#settled = true;
    this.#caller = nobody;
    this.#delivered = undefined;
    this.#handle.exchange = undefined;
    this.#call.wake = undefined;
    this.#transports.active.finished();
    return caller;
  }

  // ---------- what filters ask

  /** What has been read stays: it is sent from memory, as often as need be. */
  async read(limitBytes: number): Promise<Uint8Array | 'tooLarge'> {
    if (this.#body instanceof StreamedBody) this.#body.isReadWhole();
    const bytes = await readWhole(this.#body.open(), limitBytes);
    if (bytes !== 'tooLarge') this.#body = wholeBody(bytes);
    return bytes;
  }

  replace(bytes: Uint8Array): void {
    this.#body = wholeBody(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  // ---------- what attempts ask

  poolOf(send: Steering): ReturnType<AttemptOwner['poolOf']> {
    const { endpoints, forwards, callerTls } = this.#transports;
    const request = this.#request;
    if (this.#forward !== undefined) return forwards.of(this.#forward, request);
    if (!this.#isSecure || (send as Send).tls !== undefined) return endpoints.of(send as Send);
    const { endpoint, upstream, resources } = send as Send;
    // What the application wants encrypted never leaves in clear text.
    const own = callerTls.of(request.sni ?? request.host, upstream.protocol === 'http2' ? 'h2' : 'http/1.1');
    return endpoints.of({ endpoint, upstream, tls: own, resources });
  }

  wireRequest({ head }: Steering): WireRequest {
    return new OutgoingWire(head, this.#body.open(), this.#request.upgrade, this.#timeouts);
  }

  again(): void {
    this.#step();
  }

  informed(status: number, lines: readonly string[]): void {
    if (!this.#settled) this.#caller.informed(status, lines);
  }

  deliver(attempt: Attempt, head: AnswerHead): boolean {
    this.#delivered = attempt;
    const { responseHold, responseTransform } = this.#call;
    if (responseHold !== undefined) this.#hold(responseHold);
    else if (responseTransform !== undefined)
      this.#caller = transformed(this.#lastCaller(), responseTransform());
    return this.#caller.answered(head);
  }

  #hold(hold: NonNullable<Call['responseHold']>): void {
    const first = this.#caller;
    const caller = this.#lastCaller();
    this.#caller = held(caller, hold, {
      limitBytes: bufferLimitBytes,
      next: () => {
        const { responseTransform } = this.#call;
        return responseTransform === undefined ? caller : transformed(caller, responseTransform());
      },
      // As Envoy's `response_payload_too_large`: nothing of the response has reached the caller yet.
      exceeded: () => {
        this.#delivered?.abandon();
        this.#caller = first;
        this.#reply(responseTooLarge);
      },
    });
  }

  /** The caller where the response takes longer to reach him than to arrive: the call lasts until he has all of it. */
  #lastCaller(): Caller {
    this.#outlasts = true;
    return new LastCaller(this.#caller, () => {
      if (this.#settled) return;
      const delivered = this.#delivered;
      this.#settle();
      delivered?.abandon();
    });
  }

  deliverData(chunk: Buffer): boolean {
    return this.#caller.received(chunk);
  }

  deliverEnd(trailers: readonly string[]): void {
    if (this.#settled) return;
    const caller = this.#outlasts ? this.#caller : this.#settle();
    this.#body.discard();
    caller.completed(trailers);
  }

  deliverUpgrade(head: AnswerHead, socket: Duplex): void {
    this.#settle().upgraded(head, socket);
  }

  fail(error: Error): void {
    if (this.#settled) return;
    const wasDelivered = this.#delivered !== undefined;
    const caller = this.#settle();
    if (!wasDelivered) this.#call.cancel();
    this.#body.discard(error);
    caller.failed(error);
  }

  truncated(cause: Error | undefined): Error {
    const { host, port } = this.#request;
    const message = `the response of ${host}:${port} broke off after its head`;
    return new UpstreamError('INMESH_RESPONSE_TRUNCATED', message, this.#whereTo(), { cause });
  }

  /** What an error tells of the attempt whose response the caller was getting. */
  #whereTo(): UpstreamErrorDetails {
    const send = this.#delivered?.send as Send | undefined;
    if (this.#forward !== undefined || send === undefined)
      return { cluster: this.#forward?.key ?? '', attempts: 1, flags: [] };
    const { upstream, endpoint, attempt } = send;
    return { cluster: upstream.clusterName, endpoint: endpoint.key, attempts: attempt, flags: [] };
  }
}

/**
 * What callers keep of a call, often for longer than the call lasts: it leads to nothing then. Otherwise one answer
 * that has grown old would make a whole call old, and what that leads to, until the next full collection.
 */
class Handle {
  exchange: Exchange | undefined;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
  }
}

/** Outside of the class: whatever is made within one of its methods keeps its instance. */
function aborterOf(handle: Handle): (reason?: Error) => void {
  return (reason) => handle.exchange?.abandon(reason);
}

/**
 * Larger bodies that stream are not mirrored, and larger responses not held for a filter. Envoy's buffer limit of a
 * connection.
 */
const bufferLimitBytes = 1024 * 1024;

const responseTooLarge: Reply = {
  kind: 'reply',
  ...localReplies.responsePayloadTooLarge,
  headers: new HeaderMap(['content-length', '21', 'content-type', 'text/plain']),
  flags: [],
};

/** 0 is no limit. */
function within(limitMs: number, { headersTimeoutMs, bodyTimeoutMs }: CallTimeouts): CallTimeouts {
  const ms = Math.max(limitMs, 1);
  return {
    headersTimeoutMs: Math.min(headersTimeoutMs || ms, ms),
    bodyTimeoutMs: Math.min(bodyTimeoutMs || ms, ms),
  };
}

const noTimeouts: CallTimeouts = { headersTimeoutMs: 0, bodyTimeoutMs: 0 };

/** A class, for the reason that {@link OutgoingRequest} is one. */
class OutgoingWire implements WireRequest {
  readonly method: string;
  readonly scheme: WireRequest['scheme'];
  readonly authority: string;
  readonly path: string;
  readonly headerLines: readonly string[];
  readonly body: WireRequest['body'];
  readonly upgrade: string | undefined;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;

  constructor(
    { method, scheme, authority, path, headers }: RequestHead,
    body: WireRequest['body'],
    upgrade: string | undefined,
    { headersTimeoutMs, bodyTimeoutMs }: CallTimeouts,
  ) {
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.headerLines = headers.lines;
    this.body = body;
    this.upgrade = upgrade;
    this.headersTimeoutMs = headersTimeoutMs;
    this.bodyTimeoutMs = bodyTimeoutMs;
  }
}

/** A forwarded call is opaque to the engine: it goes out as it came, and nobody judges the answer. */
function unsteered(head: RequestHead, unreachable: (cause: Error | undefined) => void): Steering {
  return {
    head,
    onCancel: undefined,
    attached: () => true,
    requestSent() {},
    progressed() {},
    responded: () => 'deliver',
    failed: (_reason, _sent, cause) => unreachable(cause),
    ended() {},
  };
}
