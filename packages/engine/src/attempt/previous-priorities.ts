import type { RetryPolicy } from '@inmesh/model';
import type { Endpoint } from '../cluster/endpoint.js';
import type { PriorityAvailability, PriorityLoad } from '../cluster/priority-load.js';

/**
 * Leads the retries of one call away from the priorities that it has tried, in steps of so many attempts. When
 * none is left it starts over. Envoy: `previous_priorities`, which Istio sets for `retryRemoteLocalities`.
 */
export class PreviousPriorities {
  readonly #every: number;
  readonly #excluded = new Set<number>();
  /** Attempts of before the last fresh start. */
  #forgotten = 0;
  #load: PriorityLoad | undefined;

  /** @param every number of attempts after which the traffic is spread anew */
  constructor(every: number) {
    this.#every = every;
  }

  /** @param tried the endpoints of all attempts so far, in order */
  reweigh(usual: PriorityLoad, available: PriorityAvailability, tried: readonly Endpoint[]): PriorityLoad {
    const attempted = tried.slice(this.#forgotten);
    if (attempted.length < this.#every) return usual;
    if (attempted.length % this.#every !== 0) return this.#load ?? usual;
    for (const { priority } of attempted) this.#excluded.add(priority);
    let left = this.#without(available);
    if (sum(left) === 0) {
      this.#excluded.clear();
      this.#forgotten = tried.length;
      left = available;
    }
    if (sum(left) === 0) return usual;
    this.#load = { ...spread(left), panic: usual.panic };
    return this.#load;
  }

  #without({ healthy, degraded }: PriorityAvailability): PriorityAvailability {
    const rest = (shares: readonly number[]): readonly number[] =>
      shares.map((share, priority) => (this.#excluded.has(priority) ? 0 : share));
    return { healthy: rest(healthy), degraded: rest(degraded) };
  }
}

/** `undefined`: the policy does not say how retries get at other priorities. */
export function previousPrioritiesOf({ retryPriority }: RetryPolicy): PreviousPriorities | undefined {
  if (retryPriority?.name !== 'envoy.retry_priorities.previous_priorities') return undefined;
  return new PreviousPriorities(Number(retryPriority.typedConfig?.updateFrequency ?? 1));
}

function sum({ healthy, degraded }: PriorityAvailability): number {
  return [...healthy, ...degraded].reduce((total, share) => total + share, 0);
}

/** All of the traffic, in proportion to what each priority can bear; what rounding leaves goes round again. */
function spread(available: PriorityAvailability): PriorityAvailability {
  const total = Math.min(100, sum(available));
  let rest = 100;
  const load = {
    healthy: available.healthy.map(() => 0),
    degraded: available.degraded.map(() => 0),
  };
  while (rest > 0) {
    for (const part of ['healthy', 'degraded'] as const) {
      for (const [priority, share] of available[part].entries()) {
        const delta = Math.min(rest, Math.trunc((share * 100) / total));
        load[part][priority] = (load[part][priority] ?? 0) + delta;
        rest -= delta;
      }
    }
  }
  return load;
}
