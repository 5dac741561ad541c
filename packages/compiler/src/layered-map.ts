/**
 * An immutable map for a large table that changes little: recent changes in front of earlier ones, in front of a map
 * that many versions share. A lookup costs two more than in a plain map; a change copies what is in front, sometimes
 * what is behind that, and hardly ever the whole table.
 */
export class LayeredMap<V extends {}> {
  readonly size: number;
  readonly #base: ReadonlyMap<string, V>;
  readonly #middle: Layer<V>;
  readonly #front: Layer<V>;

  static of<V extends {}>(entries: ReadonlyMap<string, V>): LayeredMap<V> {
    return new LayeredMap(entries, new Map(), new Map(), entries.size);
  }

  private constructor(base: ReadonlyMap<string, V>, middle: Layer<V>, front: Layer<V>, size: number) {
    this.#base = base;
    this.#middle = middle;
    this.#front = front;
    this.size = size;
  }

  get(key: string): V | undefined {
    const recent = this.#front.get(key) ?? this.#middle.get(key);
    if (recent === undefined) return this.#base.get(key);
    return recent === gone ? undefined : recent;
  }

  with(removed: Iterable<string>, added: Iterable<readonly [key: string, value: V]>): LayeredMap<V> {
    const front = new Map(this.#front);
    let { size } = this;
    const set = (key: string, value: V | typeof gone): void => {
      const known = front.get(key) ?? this.get(key) ?? gone;
      size += Number(value !== gone) - Number(known !== gone);
      front.set(key, value);
    };
    for (const key of removed) set(key, gone);
    for (const [key, value] of added) set(key, value);
    if (front.size <= maxFront) return new LayeredMap(this.#base, this.#middle, front, size);
    const middle = new Map([...this.#middle, ...front]);
    if (middle.size <= maxMiddle) return new LayeredMap(this.#base, middle, new Map(), size);
    return LayeredMap.of(flat(this.#base, middle));
  }

  *keys(): IterableIterator<string> {
    for (const key of this.#base.keys()) if (!this.#front.has(key) && !this.#middle.has(key)) yield key;
    for (const [key, value] of this.#middle) if (value !== gone && !this.#front.has(key)) yield key;
    for (const [key, value] of this.#front) if (value !== gone) yield key;
  }
}

type Layer<V> = ReadonlyMap<string, V | typeof gone>;

/** Hides what is behind. */
const gone: unique symbol = Symbol('gone');

/** To copy this many costs a few microseconds, … */
const maxFront = 128;
/** … this many a hundred, once in a while. So rarely is the whole table copied. */
const maxMiddle = 4096;

function flat<V extends {}>(base: ReadonlyMap<string, V>, changes: Layer<V>): ReadonlyMap<string, V> {
  const all = new Map(base);
  for (const [key, value] of changes) {
    if (value === gone) all.delete(key);
    else all.set(key, value);
  }
  return all;
}
