import { LRUCache } from 'lru-cache';

/** Answers by name, made on first use. That there is no answer is kept as well, though not for ever. */
export class Kept<T extends object> {
  readonly #found = new Map<string, T>();
  /** Names may come from requests, so those that nothing has are few. */
  readonly #missing = new LRUCache<string, true>({ max: 1000 });

  get(name: string, make: () => T | undefined): T | undefined {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    if (this.#missing.has(name)) return undefined;
    const made = make();
    this.#set(name, made);
    return made;
  }

  /** Makes every answer anew and tells which names have another one now. */
  revise(make: (name: string, previous: T | undefined) => T | undefined): ReadonlySet<string> {
    const changed = new Set<string>();
    const names = [...this.#found.keys(), ...this.#missing.keys()];
    for (const name of names) {
      const previous = this.#found.get(name);
      const made = make(name, previous);
      if (made === previous) continue;
      changed.add(name);
      this.#set(name, made);
    }
    return changed;
  }

  #set(name: string, made: T | undefined): void {
    if (made === undefined) {
      this.#found.delete(name);
      this.#missing.set(name, true);
    } else {
      this.#missing.delete(name);
      this.#found.set(name, made);
    }
  }
}
