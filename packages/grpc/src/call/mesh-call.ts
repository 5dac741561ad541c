import type { CallCredentials, ChannelInterface, Metadata, StatusObject } from '@grpc/grpc-js';
import { metadataOf } from '../answer/metadata-of.js';
import { mappedOutcome, type Outcome, statedOutcome, statusCode } from '../answer/status.js';
import type { AnswerHead, Carrier, CarrierCaller } from '../carrier.js';
import { Inbox } from '../message/inbox.js';
import { Outbox } from '../message/outbox.js';
import type { CallOptions, CallStart } from './call-options.js';
import { deadlineOf, propagates } from './deadline.js';
import { requestOf } from './request-of.js';

type GrpcCall = ReturnType<ChannelInterface['createCall']>;
type Listener = Parameters<GrpcCall['start']>[1];

/** One call of grpc-js on its way through the mesh, as its channels make them. */
export function createCall(carrier: Carrier, options: CallOptions, start: CallStart): GrpcCall {
  return new MeshCall(carrier, options, start);
}

/** `WriteFlags.NoCompress` of grpc-js. */
const noCompress = 2;

/**
 * Above that, a body is sent as it comes, and no longer kept for a replay. Envoy: the window of an HTTP/2 stream.
 */
const replayableBytes = 16 * 1024 * 1024;

/** The longest time that a timer of Node can count, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

let lastCallNumber = 0;

class MeshCall implements GrpcCall, CarrierCaller {
  readonly #carrier: Carrier;
  readonly #options: CallOptions;
  readonly #start: CallStart;
  readonly #number = ++lastCallNumber;
  /** Milliseconds since 1970, or `Infinity`. */
  readonly #deadline: number;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  #credentials: CallCredentials | undefined;
  #metadata: Metadata | undefined;
  #listener: Listener | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** `waiting`: for credentials, or for the rest of this turn. */
  #stage: 'new' | 'waiting' | 'carried' | 'over' = 'new';
  #ready = false;
  #abort: ((reason?: Error) => void) | undefined;
  #resume: () => void = nothing;
  #httpStatus = 200;
  #outcome: Outcome | undefined;
  readonly #cancelledByParent = (): void => this.#cancel('CANCELLED', 'Cancelled by parent call');

  constructor(carrier: Carrier, options: CallOptions, start: CallStart) {
    this.#carrier = carrier;
    this.#options = options;
    this.#start = start;
    this.#credentials = start.credentials;
    this.#deadline = deadlineOf(start);
    this.#outbox = new Outbox(options.encoding);
    this.#inbox = new Inbox(options.maxReceiveBytes, {
      message: (bytes) => this.#tell(() => this.#listener?.onReceiveMessage(bytes)),
      broken: (status, details) => this.#cancel(status, details),
      drained: () => this.#resume(),
      emptied: () => this.#finish(this.#outcome ?? mappedOutcome(this.#httpStatus, [])),
    });
  }

  // ---------- what the client says

  getPeer(): string {
    return `dns:${this.#options.target.authority}`;
  }

  getCallNumber(): number {
    return this.#number;
  }

  /** The mesh knows whom it talks to; the application does not ask it. */
  getAuthContext(): null {
    return null;
  }

  setCredentials(credentials: CallCredentials): void {
    this.#credentials = this.#start.credentials?.compose(credentials) ?? credentials;
  }

  start(metadata: Metadata, listener: Listener): void {
    this.#metadata = metadata.clone();
    this.#listener = listener;
    if (this.#stage === 'over') {
      // Cancelled while an interceptor above took its time: told now, since before there was nobody to tell.
      if (this.#outcome !== undefined) this.#tellStatus(this.#outcome);
      return;
    }
    this.#stage = 'waiting';
    if (propagates(this.#start, 'cancellation')) this.#start.parent?.on('cancelled', this.#cancelledByParent);
    this.#startTimer();
    if (this.#credentials === undefined) {
      this.#ready = true;
      // A call whose messages are all there by then is sent as a whole, and can be repeated as one.
      queueMicrotask(() => this.#carry());
    } else {
      this.#authorize(this.#credentials, this.#metadata);
    }
  }

  sendMessageWithContext(
    { callback, flags = 0 }: Parameters<GrpcCall['sendMessageWithContext']>[0],
    message: Buffer,
  ): void {
    if (message.length > this.#options.maxSendBytes) {
      const sizes = `${message.length} vs ${this.#options.maxSendBytes}`;
      this.#cancel('RESOURCE_EXHAUSTED', `Attempted to send message with a size larger than ${sizes}`);
    }
    const taken = callback === undefined ? undefined : (): void => process.nextTick(callback);
    if (this.#stage === 'over') taken?.();
    else this.#outbox.send(message, { plain: (flags & noCompress) !== 0, taken });
  }

  halfClose(): void {
    this.#outbox.halfClose();
    if (this.#ready) this.#carry();
  }

  startRead(): void {
    this.#inbox.read();
  }

  cancelWithStatus(code: number, details: string): void {
    this.#leave({ code, details, lines: [] });
  }

  // ---------- what the carrier says

  started(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#stage === 'over') abort();
  }

  informed(): void {}

  answered({ status, lines, resume }: AnswerHead): boolean {
    if (this.#stage === 'over') return true;
    this.#resume = resume;
    this.#httpStatus = status;
    // Trailers only: all that there is stands in the head.
    this.#outcome = statedOutcome(lines);
    if (this.#outcome !== undefined) return true;
    for (let i = 0; i < lines.length; i += 2)
      if (lines[i] === 'grpc-encoding') this.#inbox.encoding = lines[i + 1] ?? '';
    const metadata = metadataOf(lines, this.#like);
    this.#tell(() => this.#listener?.onReceiveMetadata(metadata));
    return true;
  }

  received(chunk: Buffer): boolean {
    // The page of somebody who does not speak gRPC.
    if (this.#stage === 'over' || this.#httpStatus !== 200 || this.#outcome !== undefined) return true;
    return this.#inbox.push(chunk);
  }

  completed(trailers: readonly string[]): void {
    this.#outcome ??= statedOutcome(trailers) ?? mappedOutcome(this.#httpStatus, trailers);
    this.#end();
  }

  upgraded(_head: AnswerHead, socket: Parameters<CarrierCaller['upgraded']>[1]): void {
    socket.destroy();
  }

  failed(error: Error): void {
    const { code } = error as { readonly code?: string };
    this.#outcome = {
      code: statusCode(failureStatus.get(code) ?? 'UNAVAILABLE'),
      details: error.message,
      lines: [],
    };
    this.#end();
  }

  // ---------- the way there

  #carry(): void {
    if (this.#stage !== 'waiting') return;
    const { whole } = this.#outbox;
    const body = whole !== undefined && whole.length <= replayableBytes ? whole : this.#outbox;
    this.#stage = 'carried';
    const request = requestOf(this.#options, this.#start, {
      metadata: this.#like,
      leftMs: this.#deadline - Date.now(),
      body: body === this.#outbox ? 'stream' : 'replayable',
    });
    this.#carrier.carry(request, body, this);
    if (body !== this.#outbox) void this.#outbox.return(); // it has left as a whole
  }

  /** Credentials of the call itself add to its metadata. */
  #authorize(credentials: CallCredentials, metadata: Metadata): void {
    const { method, host } = this.#start;
    const service = method.slice(0, method.lastIndexOf('/'));
    const service_url = `https://${host || this.#options.authority}${service}`;
    credentials
      .generateMetadata({ method_name: method.slice(method.lastIndexOf('/') + 1), service_url })
      .then(
        (added) => {
          metadata.merge(added);
          this.#ready = true;
          this.#carry();
        },
        (error: Error & { readonly code?: unknown }) => {
          const code = typeof error.code === 'number' ? error.code : statusCode('UNAUTHENTICATED');
          const details = `Getting metadata from plugin failed with error: ${error.message}`;
          this.#leave({ code, details, lines: [] });
        },
      );
  }

  #startTimer(): void {
    if (this.#deadline === Number.POSITIVE_INFINITY) return;
    const leftMs = Math.max(this.#deadline - Date.now(), 0);
    if (leftMs > longestTimerMs) return; // as grpc-js: the upstream counts it
    this.#timer = setTimeout(() => this.#cancel('DEADLINE_EXCEEDED', 'Deadline exceeded'), leftMs).unref();
  }

  // ---------- the way back

  /** Metadata of the caller's own copy of grpc-js. */
  get #like(): Metadata {
    if (this.#metadata === undefined) throw new Error('the call was not started');
    return this.#metadata;
  }

  #end(): void {
    if (this.#stage === 'over') return;
    this.#abort = undefined;
    this.#inbox.end();
    // Bad news does not wait for a reader who has stopped reading.
    if (this.#outcome?.code !== 0 && this.#inbox.isWaiting) this.#finish(this.#outcome);
  }

  #cancel(name: string, details: string): void {
    this.#leave({ code: statusCode(name), details, lines: [] });
  }

  /** The client, or what it set, ends the call. */
  #leave(outcome: Outcome): void {
    if (this.#stage === 'over') return;
    const abort = this.#abort;
    this.#finish(outcome);
    abort?.();
  }

  #finish(outcome: Outcome | undefined): void {
    if (this.#stage === 'over' || outcome === undefined) return;
    this.#stage = 'over';
    this.#outcome = outcome;
    clearTimeout(this.#timer);
    this.#start.parent?.off('cancelled', this.#cancelledByParent);
    this.#inbox.close();
    void this.#outbox.return();
    if (this.#listener !== undefined) this.#tellStatus(outcome);
  }

  #tellStatus({ code, details, lines }: Outcome): void {
    const status: StatusObject = { code, details, metadata: metadataOf(lines, this.#like) };
    this.#tell(() => this.#listener?.onReceiveStatus(status));
  }

  /** Callbacks of the application run on their own: what they throw is theirs. */
  #tell(step: () => void): void {
    process.nextTick(step);
  }
}

const nothing = (): void => {};

/** What a failure of the mesh is to a client, where it is not that nobody was there. */
const failureStatus: ReadonlyMap<string | undefined, Parameters<typeof statusCode>[0]> = new Map([
  // Told to clients of a sidecar as a reset of the stream, which is INTERNAL to them where an answer had begun.
  ['INMESH_RESPONSE_TRUNCATED', 'INTERNAL'],
  ['INMESH_DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'],
]);
