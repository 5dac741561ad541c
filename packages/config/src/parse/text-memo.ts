const slots = 1024;

/**
 * Knows texts again before they are cut out of a larger one. Rules repeat themselves: tens of thousands of keys are
 * less than a hundred different ones, and every second value has stood a few lines above. What is known costs no
 * memory a second time, and a key is found faster in an object when it is the same string as before.
 */
export class TextMemo {
  readonly #known: string[] = new Array<string>(slots).fill('');

  /** The text from `start` to `end`, if it is known. `hash` is one of its characters. */
  find(source: string, start: number, end: number, hash: number): string | undefined {
    const known = this.#known[hash & (slots - 1)];
    return known !== undefined && known.length === end - start && source.startsWith(known, start)
      ? known
      : undefined;
  }

  /** Of two texts with one slot, the younger is known. */
  add(text: string, hash: number): void {
    this.#known[hash & (slots - 1)] = text;
  }
}
