/**
 * An immutable map for a large table that changes little: a few recent changes in front of a map that many versions
 * share. A lookup costs one more than in a plain map; a change copies what is in front.
 */
export class LayeredMap<V extends {}> {
  readonly size: number;
  readonly #base: ReadonlyMap<string, V>;
  /** `undefined` hides what is behind. */
  readonly #front: ReadonlyMap<string, V | undefined>;

  static of<V extends {}>(entries: ReadonlyMap<string, V>): LayeredMap<V> {
    return new LayeredMap(entries, new Map(), entries.size);
  }

  private constructor(base: ReadonlyMap<string, V>, front: ReadonlyMap<string, V | undefined>, size: number) {
    this.#base = base;
    this.#front = front;
    this.size = size;
  }

  get(key: string): V | undefined {
    if (this.#front.size > 0) {
      const value = this.#front.get(key);
      if (value !== undefined || this.#front.has(key)) return value;
    }
    return this.#base.get(key);
  }

  with(removed: Iterable<string>, added: Iterable<readonly [key: string, value: V]>): LayeredMap<V> {
    const front = new Map(this.#front);
    let { size } = this;
    const set = (key: string, value: V | undefined): void => {
      const known = front.get(key) ?? (front.has(key) ? undefined : this.#base.get(key));
      size += Number(value !== undefined) - Number(known !== undefined);
      front.set(key, value);
    };
    for (const key of removed) set(key, undefined);
    for (const [key, value] of added) set(key, value);
    return front.size <= maxFront
      ? new LayeredMap(this.#base, front, size)
      : LayeredMap.of(this.#flat(front));
  }

  *keys(): IterableIterator<string> {
    for (const key of this.#base.keys()) if (!this.#front.has(key)) yield key;
    for (const [key, value] of this.#front) if (value !== undefined) yield key;
  }

  #flat(front: ReadonlyMap<string, V | undefined>): ReadonlyMap<string, V> {
    const flat = new Map(this.#base);
    for (const [key, value] of front) {
      if (value === undefined) flat.delete(key);
      else flat.set(key, value);
    }
    return flat;
  }
}

/** To copy this many costs a few microseconds; so rarely is the whole table copied. */
const maxFront = 256;
