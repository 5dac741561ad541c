import { type Cluster, durationMs } from '@inmesh/model';
import type { Clock } from '../../engine.js';
import { isPending, type Lookup } from '../../resource-view.js';
import type { ClusterState } from '../cluster-state.js';
import type { Endpoint } from '../endpoint.js';
import type { ClusterChoiceContext, EndpointSource } from './endpoint-source.js';

/** Goes where the caller meant to go: one endpoint per destination address. Envoy: `ORIGINAL_DST`. */
export class OriginalDestination implements EndpointSource {
  readonly #state: ClusterState;
  readonly #clock: Clock;
  readonly #port: number | undefined;
  readonly #cleanupMs: number;
  readonly #used = new Map<string, { readonly endpoint: Endpoint; lastUse: number }>();
  #nextCleanup = 0;

  constructor(cluster: Cluster, state: ClusterState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    this.#port = cluster.originalDstLbConfig?.upstreamPortOverride || undefined;
    this.#cleanupMs = durationMs(cluster.cleanupInterval) ?? 5000;
  }

  get endpoints(): readonly Endpoint[] {
    return [...this.#used.values()].map(({ endpoint }) => endpoint);
  }

  pick(context: ClusterChoiceContext): Lookup<Endpoint> {
    const target = context.destination();
    if (target === undefined || isPending(target)) return target;
    const endpoint = this.#state.endpoint({
      address: target.address,
      port: this.#port ?? target.port,
      hostname: undefined,
    });
    const now = this.#clock.now();
    if (now >= this.#nextCleanup) this.#cleanUp(now);
    this.#used.set(endpoint.key, { endpoint, lastUse: now });
    return endpoint;
  }

  sync(): undefined {}
  invalidate(): void {}
  refresh(): void {}
  close(): void {}

  /** Forgets destinations that nobody asked for lately. Swept by the picks themselves: no timer for it. */
  #cleanUp(now: number): void {
    this.#nextCleanup = now + this.#cleanupMs;
    for (const [key, { endpoint, lastUse }] of this.#used) {
      if (now - lastUse > this.#cleanupMs && endpoint.state.activeRequests === 0) this.#used.delete(key);
    }
    this.#state.retain(new Set(this.#used.keys()));
  }
}
