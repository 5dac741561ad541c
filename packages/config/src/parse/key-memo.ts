const slots = 512;

/**
 * Knows the keys of maps again before they are cut out of their text: rules have tens of thousands of keys and less
 * than a hundred different ones.
 */
export class KeyMemo {
  readonly #known: string[] = new Array<string>(slots).fill('');

  /** The key that is written from `start` to `end`, if it is known. `hash` is one of its characters. */
  find(text: string, start: number, end: number, hash: number): string | undefined {
    const known = this.#known[hash & (slots - 1)];
    return known !== undefined && known.length === end - start && text.startsWith(known, start)
      ? known
      : undefined;
  }

  /** Of two keys with one slot, the younger is known. */
  add(key: string, hash: number): string {
    // The engine's own copy of a property name: looked up at once, where a piece of text is first searched for.
    const [name = key] = Object.keys({ [key]: true });
    this.#known[hash & (slots - 1)] = name;
    return name;
  }
}
