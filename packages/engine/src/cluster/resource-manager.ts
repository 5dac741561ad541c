import type { CircuitBreakerThresholds, Cluster } from '@inmesh/model';
import type { ClusterStats, ResourceCounters } from '../stats/cluster-stats.js';

/** One counted resource of a cluster and priority. Envoy: `Resource`. */
export interface Resource {
  readonly count: number;
  readonly max: number;
  /** Counts one more unless the limit is reached. */
  tryAcquire(): boolean;
  /** Counts one more whatever the limit: a pool without any connection may always open one. */
  acquire(): void;
  release(): void;
}

/** The circuit breaker of a cluster and priority. Envoy: `ResourceManager`. The pool uses the first two, the engine the rest. */
export interface ResourceManager {
  readonly connections: Resource;
  readonly pendingRequests: Resource;
  readonly requests: Resource;
  readonly retries: Resource;
  /** Where the pool tells what became of the connections that it opened. Absent: nobody counts. */
  readonly stats?: Pick<ClusterStats, 'connectionStarted' | 'connectionOpened' | 'connectionFailed'>;
}

/** The limits of one priority: the first entry that names it, Envoy's defaults for what it leaves out. */
export function createResourceManager(
  cluster: Cluster,
  priority: 'DEFAULT' | 'HIGH',
  stats: ClusterStats,
): ResourceManager {
  const limits = cluster.circuitBreakers?.thresholds?.find(
    (threshold) => (threshold.priority ?? 'DEFAULT') === priority,
  );
  const pendingRequests = new CountedResource(limits?.maxPendingRequests ?? 1024, stats.pendingRequests);
  const requests = new CountedResource(limits?.maxRequests ?? 1024, stats.requests);
  return {
    connections: new CountedResource(limits?.maxConnections ?? 1024, stats.connections),
    pendingRequests,
    requests,
    retries: createRetryResource(limits, () => requests.count + pendingRequests.count, stats.retries),
    stats,
  };
}

/** A budget, where there is one, makes `maxRetries` void: the limit then follows the load. */
function createRetryResource(
  limits: CircuitBreakerThresholds | undefined,
  load: () => number,
  counters: ResourceCounters,
): Resource {
  const budget = limits?.retryBudget;
  if (budget === undefined) return new CountedResource(limits?.maxRetries ?? 3, counters);
  const ratio = (budget.budgetPercent?.value ?? 20) / 100;
  const least = budget.minRetryConcurrency ?? 3;
  return new CountedResource(() => Math.max(Math.floor(ratio * load()), least), counters);
}

class CountedResource implements Resource {
  readonly #max: number | (() => number);
  readonly #counters: ResourceCounters;
  #count = 0;

  constructor(max: number | (() => number), counters: ResourceCounters) {
    this.#max = max;
    this.#counters = counters;
  }

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return typeof this.#max === 'number' ? this.#max : this.#max();
  }

  tryAcquire(): boolean {
    if (this.#count >= this.max) {
      this.#counters.refused++;
      return false;
    }
    this.acquire();
    return true;
  }

  acquire(): void {
    this.#count++;
    this.#counters.acquired++;
  }

  release(): void {
    this.#count--;
  }
}
