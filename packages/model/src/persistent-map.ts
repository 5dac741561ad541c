import type { Steps } from './steps.js';

/**
 * A map that is never changed: `with` answers a new one and shares all but the touched buckets with it. One change
 * among 10,000 keys copies a dozen entries instead of all.
 */
export class PersistentMap<V> {
  readonly #buckets: readonly (ReadonlyMap<string, V> | undefined)[];

  constructor(buckets: readonly (ReadonlyMap<string, V> | undefined)[] = []) {
    this.#buckets = buckets;
  }

  get(key: string): V | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  /** With each key set to its value; `undefined` removes it. */
  with(changes: Iterable<readonly [key: string, value: V | undefined]>): PersistentMap<V> {
    const buckets = this.#buckets.length === 0 ? emptyBuckets<V>() : this.#buckets.slice();
    const copied = new Map<number, Map<string, V>>();
    for (const [key, value] of changes) {
      const index = bucketOf(key);
      let bucket = copied.get(index);
      if (bucket === undefined) {
        bucket = new Map(buckets[index]);
        copied.set(index, bucket);
        buckets[index] = bucket;
      }
      if (value === undefined) bucket.delete(key);
      else bucket.set(key, value);
    }
    return new PersistentMap(buckets);
  }

  /** The same for many changes. */
  *following(changes: Iterable<readonly [key: string, value: V | undefined]>): Steps<PersistentMap<V>> {
    let map: PersistentMap<V> = this;
    let batch: (readonly [key: string, value: V | undefined])[] = [];
    for (const change of changes) {
      batch.push(change);
      if (batch.length < changesPerStep) continue;
      map = map.with(batch);
      batch = [];
      yield;
    }
    return batch.length === 0 ? map : map.with(batch);
  }

  /** In no particular order. */
  *[Symbol.iterator](): IterableIterator<[key: string, value: V]> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket;
  }
}

/** So many touch about every bucket once: with fewer at a time, buckets would be copied more often. */
const changesPerStep = 1024;

const bucketCount = 1024;

function emptyBuckets<V>(): (ReadonlyMap<string, V> | undefined)[] {
  return new Array<ReadonlyMap<string, V> | undefined>(bucketCount).fill(undefined);
}

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (bucketCount - 1);
}
