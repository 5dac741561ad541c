import type { Cluster } from '@inmesh/model';
import { boundedLoad } from './bounded-load.js';
import { type Hash64, murmurHash2 } from './hash.js';
import { hashKeyOf, normalizedWeights } from './host-key.js';
import { emptyPicker, type LoadBalancingPolicy, type Picker } from './policy.js';
import { randomHash } from './random-hash.js';

const maximum = 8_388_608;

export interface RingHashOptions {
  readonly config?: Cluster['ringHashLbConfig'];
  readonly useHostname?: boolean;
  /** In percent; 0: no bound. Envoy: `hash_balance_factor`. */
  readonly balanceFactor?: number;
  readonly xxHash: Hash64;
}

/**
 * Consistent hashing by a ring on which each endpoint stands at places in proportion to its weight: an endpoint
 * that leaves moves only the requests that were its own. Envoy: `RingHashLoadBalancer`.
 */
export function createRingHash({
  config = {},
  useHostname = false,
  balanceFactor = 0,
  xxHash,
}: RingHashOptions): LoadBalancingPolicy {
  const hash = config.hashFunction === 'MURMUR_HASH_2' ? (text: string) => murmurHash2(text) : xxHash;
  const size = {
    minimum: Number(config.minimumRingSize ?? 1024),
    maximum: Number(config.maximumRingSize ?? maximum),
  };
  return {
    name: 'RING_HASH',
    hashes: true,
    createPicker(endpoints, cluster, { localityWeightOf } = {}) {
      const weights = normalizedWeights(endpoints, localityWeightOf);
      const ring = buildRing(
        endpoints.map((endpoint) => hashKeyOf(endpoint, useHostname)),
        weights,
        size,
        hash,
      );
      if (ring.hashes.length === 0) return emptyPicker;
      const picker: Picker = {
        pick({ hash: wanted = randomHash(cluster.random), repick = 0 }) {
          const at = (firstAtOrAbove(ring.hashes, wanted) + repick) % ring.hashes.length;
          return endpoints[ring.owners[at] ?? 0];
        },
      };
      if (balanceFactor === 0) return picker;
      return boundedLoad(picker, { endpoints, weights, cluster, factor: balanceFactor });
    },
  };
}

export interface Ring {
  /** Ascending. */
  readonly hashes: BigUint64Array;
  /** The index of the endpoint that stands at the place of the same index. */
  readonly owners: Uint32Array;
}

/** The ring of endpoints with these keys and weights, which add up to 1. */
export function buildRing(
  keys: readonly string[],
  weights: Float64Array,
  size: { readonly minimum: number; readonly maximum: number },
  hash: (text: string) => bigint,
): Ring {
  const least = weights.reduce((min, weight) => (weight > 0 ? Math.min(min, weight) : min), 1);
  const scale = Math.min(Math.ceil(least * size.minimum) / least, size.maximum);
  const ownerOf = new Map<bigint, number>();
  const hashes = new BigUint64Array(Math.ceil(scale));
  let places = 0;
  let target = 0;
  for (const [owner, key] of keys.entries()) {
    target += scale * (weights[owner] ?? 0);
    for (let n = 0; places < target && places < hashes.length; n++, places++) {
      const place = hash(`${key}_${n}`);
      hashes[places] = place;
      ownerOf.set(place, owner);
    }
  }
  // Sorted without a comparing function: half a million places take milliseconds, not seconds.
  const sorted = hashes.subarray(0, places).sort();
  return { hashes: sorted, owners: Uint32Array.from(sorted, (place) => ownerOf.get(place) ?? 0) };
}

/** The first place at or above the hash; beyond the last one the ring begins again. */
function firstAtOrAbove(hashes: BigUint64Array, wanted: bigint): number {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hashes[middle] ?? 0n) < wanted) low = middle + 1;
    else high = middle;
  }
  return low === hashes.length ? 0 : low;
}
