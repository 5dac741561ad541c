/** So many places; names that share one are told apart by comparing them. */
const places = 1024;

/**
 * What is known of header names, for who asks about every line of every message: nearly all names mean nothing to them,
 * and those are told apart by their length or two letters, without the hash that a `Map` would take of each.
 */
export class HeaderTable<Value> {
  readonly #places: (Named<Value>[] | undefined)[] = new Array(places).fill(undefined);
  /** A bit for each length that occurs; those above 30 share one. */
  #lengths = 0;

  /** Names in lower case; of one that occurs twice the last counts. */
  constructor(entries: Iterable<readonly [name: string, value: Value]>) {
    for (const [name, value] of new Map(entries)) {
      const place = placeOf(name);
      this.#lengths |= bitOf(name.length);
      this.#places[place] = [...(this.#places[place] ?? []), { name, value }];
    }
  }

  get(name: string): Value | undefined {
    if ((this.#lengths & bitOf(name.length)) === 0) return undefined;
    const named = this.#places[placeOf(name)];
    if (named === undefined) return undefined;
    for (let i = 0; i < named.length; i++) if (named[i]?.name === name) return named[i]?.value;
    return undefined;
  }
}

interface Named<Value> {
  readonly name: string;
  readonly value: Value;
}

function bitOf(length: number): number {
  return 1 << (length > 30 ? 31 : length);
}

function placeOf(name: string): number {
  const { length } = name;
  return (length * 61 + name.charCodeAt(0) * 7 + name.charCodeAt(length - 1)) & (places - 1);
}
