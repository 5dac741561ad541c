import '../preserve-builtin.js';
import type { Clock, Engine } from '@inmesh/engine';
import { LifecycleError } from '@inmesh/model';
import { Dispatcher } from 'undici';
import { drive, type Transports } from '../call/drive.js';
import { ForwardPools } from '../forward/forward-pools.js';
import { EndpointPools } from '../pool/endpoint-pools.js';
import { ClientTls } from '../tls/client-tls.js';
import type { CertificateAuthorities } from '../tls/system-roots.js';
import { faceOf } from './handler-face.js';
import { readRequest } from './read-request.js';

export interface MeshDispatcherOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Authorities beside the system's, for `https:` calls that pass through and for rules that name none. */
  readonly ca?: CertificateAuthorities | undefined;
}

/**
 * undici's Dispatcher on the mesh: give it to `request`, `fetch(url, { dispatcher })` or `setGlobalDispatcher`.
 * Handlers of both protocols are answered in their own.
 */
export class MeshDispatcher extends Dispatcher {
  readonly #engine: Engine;
  readonly #transports: Transports;
  #closed = false;

  constructor({ engine, clock, ca }: MeshDispatcherOptions) {
    super();
    this.#engine = engine;
    const clientTls = new ClientTls(ca);
    this.#transports = {
      endpoints: new EndpointPools({ clock, clientTls }),
      forwards: new ForwardPools({ clock, clientTls, ca }),
    };
  }

  /** @internal The pools, for who carries calls without a handler. */
  get transports(): Transports {
    return this.#transports;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler === null || typeof handler !== 'object') throw new TypeError('handler must be an object');
    const caller = faceOf(handler);
    try {
      if (this.#closed) throw new LifecycleError('INMESH_CLOSED', 'the mesh is closed');
      const { request, body } = readRequest(options);
      const call = this.#engine.begin(request);
      const timeouts = {
        headersTimeoutMs: options.headersTimeout ?? 0,
        bodyTimeoutMs: options.bodyTimeout ?? 0,
      };
      drive(call, body, caller, { options: { request, ...timeouts }, transports: this.#transports });
    } catch (error) {
      caller.failed(error as Error);
    }
    return true;
  }

  /** New calls fail; those under way end by themselves. */
  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    this.#closed = true;
    this.#transports.endpoints.drain(() => true);
    return settled(callback);
  }

  /** Calls under way break off. */
  override destroy(error?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | void {
    this.#closed = true;
    this.#transports.endpoints.destroy();
    this.#transports.forwards.destroy();
    return settled(typeof error === 'function' ? error : callback);
  }
}

function settled(callback: (() => void) | undefined): Promise<void> | void {
  if (callback === undefined) return Promise.resolve();
  queueMicrotask(callback);
}
