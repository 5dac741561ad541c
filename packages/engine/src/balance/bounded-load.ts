import type { ClusterState } from '../cluster/cluster-state.js';
import type { Endpoint } from '../cluster/endpoint.js';
import { mersenneTwister } from './mersenne-twister.js';
import type { Picker } from './policy.js';
import { randomHash } from './random-hash.js';

export interface BoundedLoadOptions {
  readonly endpoints: readonly Endpoint[];
  /** Shares of the endpoints, which add up to 1. */
  readonly weights: Float64Array;
  readonly cluster: ClusterState;
  /** How much more than its share an endpoint may carry, in percent; 100 is the share itself. */
  readonly factor: number;
}

/**
 * Passes a request on when the endpoint of its hash already carries more than its share, in an order that depends
 * on the hash alone. Envoy: `BoundedLoadHashingLoadBalancer`, `hash_balance_factor`.
 */
export function boundedLoad(picker: Picker, options: BoundedLoadOptions): Picker {
  const { endpoints, weights, cluster, factor } = options;
  const weightOf = new Map(endpoints.map((endpoint, i) => [endpoint, weights[i] ?? 0]));
  const loadOf = (endpoint: Endpoint): number => {
    const places = Math.floor(((cluster.activeRequests + 1) * factor + 99) / 100);
    const own = Math.max(Math.ceil(places * (weightOf.get(endpoint) ?? 0)), 1);
    return endpoint.state.activeRequests / own;
  };
  return {
    pick({ hash = randomHash(cluster.random), repick }) {
      const first = picker.pick({ hash, ...(repick !== undefined && { repick }) });
      if (first === undefined || loadOf(first) <= 1) return first;
      let least = { endpoint: first, load: loadOf(first) };
      for (const index of shuffled(endpoints.length, Number(BigInt.asUintN(32, hash)))) {
        const endpoint = endpoints[index];
        if (endpoint === undefined || endpoint === first) continue;
        const load = loadOf(endpoint);
        if (load <= 1) return endpoint;
        if (load < least.load) least = { endpoint, load };
      }
      return least.endpoint;
    },
  };
}

/** The numbers below `count` in an order that is the same for the same seed. */
function* shuffled(count: number, seed: number): Generator<number> {
  const random = mersenneTwister(seed);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + below(count - i, random);
    const drawn = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    order[i] = drawn;
    yield drawn;
  }
}

/** Uniform, also where the numbers drawn are no multiple of the limit. */
function below(limit: number, random: () => number): number {
  const share = Math.floor(2 ** 32 / limit);
  let number: number;
  do number = Math.floor(random() / share);
  while (number >= limit);
  return number;
}
