import type { Clock, Send } from '@inmesh/engine';
import type { ClientTls } from '../tls/client-tls.js';
import { EndpointPool } from './endpoint-pool.js';

/** All pools of a mesh. One exists while it has a connection or a request: ten thousand idle endpoints cost nothing. */
export class EndpointPools {
  readonly #options: { readonly clock: Clock; readonly clientTls: ClientTls };
  /** By (cluster, address), which outlives the endpoint objects of each assignment. Mostly one pool each. */
  readonly #pools = new Map<object, EndpointPool[]>();

  constructor(options: { readonly clock: Clock; readonly clientTls: ClientTls }) {
    this.#options = options;
  }

  /** The pool that an attempt's connections come from. Called per attempt. */
  of({
    endpoint,
    upstream,
    tls,
    resources,
  }: Pick<Send, 'endpoint' | 'upstream' | 'tls' | 'resources'>): EndpointPool {
    const pools = this.#pools.get(endpoint.state);
    if (pools !== undefined) {
      for (const pool of pools) {
        const { key } = pool;
        if (key.upstream === upstream && key.tls === tls && key.resources === resources) return pool;
      }
    }
    const pool = new EndpointPool(
      { endpoint, upstream, tls, resources },
      { ...this.#options, emptied: (empty) => this.#forget(empty) },
    );
    if (pools === undefined) {
      this.#pools.set(endpoint.state, [pool]);
      endpoint.state.onGone = () => this.#leave(endpoint.state);
    } else {
      pools.push(pool);
    }
    return pool;
  }

  /** Idle connections close now, busy ones when they are done. */
  drain(): void {
    for (const pool of this.#all()) pool.drain();
  }

  destroy(): void {
    for (const pool of this.#all()) pool.destroy();
  }

  #leave(state: object): void {
    for (const pool of this.#pools.get(state) ?? []) pool.drain();
  }

  #all(): EndpointPool[] {
    return [...this.#pools.values()].flat();
  }

  #forget(pool: EndpointPool): void {
    const { state } = pool.key.endpoint;
    const left = this.#pools.get(state)?.filter((other) => other !== pool) ?? [];
    if (left.length === 0) this.#pools.delete(state);
    else this.#pools.set(state, left);
  }
}
