import '../preserve-builtin.js';
import type { Call, CallRequest, Clock, Engine } from '@inmesh/engine';
import { LifecycleError } from '@inmesh/model';
import { Dispatcher } from 'undici';
import { ActiveCalls } from '../call/active-calls.js';
import type { Caller } from '../call/caller.js';
import { collected, type WholeAnswer } from '../call/collected.js';
import { type CallTimeouts, drive, type Transports } from '../call/drive.js';
import { noBody, type RequestBody, wholeBody } from '../call/request-body.js';
import type { ForwardOutcome } from '../forward/forward-connection.js';
import { ForwardPools } from '../forward/forward-pools.js';
import { EndpointPools } from '../pool/endpoint-pools.js';
import { CallerTls, type CallerTlsOptions } from '../tls/caller-tls.js';
import { ClientTls } from '../tls/client-tls.js';
import { faceOf } from './handler-face.js';
import { readRequest } from './read-request.js';

export interface MeshDispatcherOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** For `https:` calls that pass through. */
  readonly tls?: CallerTlsOptions | undefined;
  /**
   * First of all, in the context of the caller: puts on a call what its caller does not say himself. Answers why the
   * call is not to be sent, if so. Called per call; must not wait.
   */
  readonly prepare?: (request: CallRequest) => Error | undefined;
}

/**
 * undici's Dispatcher on the mesh: give it to `request`, `fetch(url, { dispatcher })` or `setGlobalDispatcher`.
 * Handlers of both protocols are answered in their own.
 */
export class MeshDispatcher extends Dispatcher {
  readonly #engine: Engine;
  readonly #transports: Transports;
  readonly #active = new ActiveCalls();
  readonly #prepare: MeshDispatcherOptions['prepare'];
  #closed = false;

  constructor({ engine, clock, tls = {}, prepare }: MeshDispatcherOptions) {
    super();
    this.#engine = engine;
    this.#prepare = prepare;
    const clientTls = new ClientTls();
    const callerTls = new CallerTls(tls, clientTls);
    this.#transports = {
      endpoints: new EndpointPools({ clock, clientTls }),
      forwards: new ForwardPools({ clock, clientTls, callerTls }),
      callerTls,
      active: this.#active,
    };
  }

  /** Calls under way: from their start to the last byte of their answer. */
  get activeCalls(): number {
    return this.#active.count;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler === null || typeof handler !== 'object') throw new TypeError('handler must be an object');
    const caller = faceOf(handler);
    try {
      const { request, body } = readRequest(options);
      const { headersTimeout: headersTimeoutMs, bodyTimeout: bodyTimeoutMs } = options;
      const timeouts =
        headersTimeoutMs || bodyTimeoutMs
          ? { headersTimeoutMs: headersTimeoutMs ?? 0, bodyTimeoutMs: bodyTimeoutMs ?? 0 }
          : noTimeouts;
      this.carry(request, body, caller, timeouts);
    } catch (error) {
      caller.failed(error as Error);
    }
    return true;
  }

  /** The same for callers who speak no handler protocol. Called per request; never throws. */
  carry(request: CallRequest, body: RequestBody, caller: Caller, timeouts: CallTimeouts = noTimeouts): void {
    if (this.#closed) {
      body.discard();
      caller.failed(new LifecycleError('INMESH_CLOSED', 'the mesh is closed'));
      return;
    }
    const refusal = this.#prepare?.(request);
    if (refusal !== undefined) {
      body.discard();
      caller.failed(refusal);
      return;
    }
    const call = this.#engine.begin(request);
    const { within } = call;
    if (within === undefined) drive(call, body, caller, { request, transports: this.#transports, timeouts });
    else within(() => drive(call, body, caller, { request, transports: this.#transports, timeouts }));
  }

  /**
   * Opens the byte stream of a connection that nobody reads on its way, as the engine decides for its downstream.
   * The returned function gives up.
   */
  openStream(request: CallRequest, outcome: ForwardOutcome): () => void {
    const call = this.#engine.begin(request);
    let giveUp = (): void => call.cancel();
    const step = (): void => {
      const next = call.next();
      if (next.kind === 'wait') return;
      call.wake = undefined;
      if (next.kind === 'forward') giveUp = this.#transports.forwards.stream(next, outcome);
      else outcome.refused(new TypeError('the connection speaks HTTP'));
    };
    call.wake = step;
    step();
    return () => giveUp();
  }

  /** Carries a call that was begun already, and collects its answer. Rejects when there is none. */
  collect(call: Call, request: CallRequest, body: Uint8Array | undefined): Promise<WholeAnswer> {
    const sent = body === undefined ? noBody : wholeBody(Buffer.from(body));
    return collected((caller) => drive(call, sent, caller, { request, transports: this.#transports }));
  }

  /** New calls fail from now on. Waits for those under way, but no longer than that. */
  async drain(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#transports.endpoints.drain();
    await this.#active.ended(graceMs);
  }

  /** New calls fail; resolves when those under way have ended. */
  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    const drained = this.drain(Number.POSITIVE_INFINITY).then(() => this.destroy());
    if (callback === undefined) return drained;
    void drained.then(callback);
  }

  /** Calls under way break off. */
  override destroy(error?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | void {
    this.#closed = true;
    this.#transports.endpoints.destroy();
    this.#transports.forwards.destroy();
    this.#active.close();
    return settled(typeof error === 'function' ? error : callback);
  }
}

const noTimeouts: CallTimeouts = { headersTimeoutMs: 0, bodyTimeoutMs: 0 };

function settled(callback: (() => void) | undefined): Promise<void> | void {
  if (callback === undefined) return Promise.resolve();
  queueMicrotask(callback);
}
