import { type Steps, turnsPerStep } from './steps.js';

type Change<V> = readonly [key: string, value: V | undefined];
type Bucket<V> = ReadonlyMap<string, V>;

/**
 * A map that is never changed: `with` answers a new one and shares all but the touched buckets with it. One change
 * among 10,000 keys copies a dozen entries instead of all.
 */
export class PersistentMap<V> {
  readonly #buckets: readonly (Bucket<V> | undefined)[];

  constructor(buckets: readonly (Bucket<V> | undefined)[] = noBuckets) {
    this.#buckets = buckets;
  }

  get(key: string): V | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  /** With each key set to its value; `undefined` removes it. */
  with(changes: Iterable<Change<V>>): PersistentMap<V> {
    const editor = new Editor(this.#buckets);
    for (const change of changes) editor.set(change);
    return new PersistentMap(editor.buckets);
  }

  /** The same for many changes. */
  *following(changes: Iterable<Change<V>>): Steps<PersistentMap<V>> {
    const editor = new Editor(this.#buckets);
    let turns = 0;
    for (const change of changes) {
      editor.set(change);
      if (++turns % turnsPerStep === 0) yield;
    }
    return new PersistentMap(editor.buckets);
  }

  /** In no particular order. */
  *[Symbol.iterator](): IterableIterator<[key: string, value: V]> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket;
  }
}

/** Changes buckets, each of which is copied when it is touched first. */
class Editor<V> {
  readonly buckets: (Bucket<V> | undefined)[];
  readonly #copies = new Map<number, Map<string, V>>();

  constructor(buckets: readonly (Bucket<V> | undefined)[]) {
    this.buckets = buckets.slice();
  }

  set([key, value]: Change<V>): void {
    const index = bucketOf(key);
    let bucket = this.#copies.get(index);
    if (bucket === undefined) {
      bucket = new Map(this.buckets[index]);
      this.#copies.set(index, bucket);
      this.buckets[index] = bucket;
    }
    if (value === undefined) bucket.delete(key);
    else bucket.set(key, value);
  }
}

const bucketCount = 1024;
const noBuckets: readonly undefined[] = new Array(bucketCount).fill(undefined);

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (bucketCount - 1);
}
