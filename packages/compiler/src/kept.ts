import { LRUCache } from 'lru-cache';

/** Answers by name, made on first use. That there is no answer is kept as well, though not for ever. */
export class Kept<T extends object> {
  readonly #found = new Map<string, T>();
  /** Names may come from requests, so those that nothing has are few. */
  readonly #missing = new LRUCache<string, true>({ max: 1000 });
  /** The names of each group, so that a change finds them without a look at all others. */
  readonly #groups = new Map<string, Set<string>>();
  readonly #groupOf: (name: string) => string;

  /** `groupOf`: what a name's answer is made of, such as the host of a cluster. */
  constructor(groupOf: (name: string) => string = () => '') {
    this.#groupOf = groupOf;
  }

  get(name: string, make: () => T | undefined): T | undefined {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    if (this.#missing.has(name)) return undefined;
    const made = make();
    this.#set(name, made);
    return made;
  }

  /**
   * Makes the answers of these groups anew, of all without a list, and tells which names have another one now.
   */
  revise(
    make: (name: string, previous: T | undefined) => T | undefined,
    groups?: ReadonlySet<string>,
  ): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const name of this.names(groups)) {
      const previous = this.#found.get(name);
      const made = make(name, previous);
      if (made === previous) continue;
      changed.add(name);
      this.#set(name, made);
    }
    return changed;
  }

  /** What is kept under this name, if anything is. */
  peek(name: string): T | undefined {
    return this.#found.get(name);
  }

  /** What has been asked for of these groups, of all without a list. */
  names(groups?: ReadonlySet<string>): readonly string[] {
    return groups === undefined ? [...this.#found.keys(), ...this.#missing.keys()] : this.#namesOf(groups);
  }

  /** The groups of which anything is kept. */
  groups(): Iterable<string> {
    return new Set([...this.#groups.keys(), ...[...this.#missing.keys()].map(this.#groupOf)]);
  }

  #namesOf(wanted: ReadonlySet<string>): string[] {
    const missing = [...this.#missing.keys()].filter((name) => wanted.has(this.#groupOf(name)));
    // Few of many: there may be more of the one or of the other.
    const groups =
      wanted.size < this.#groups.size
        ? wanted
        : [...this.#groups.keys()].filter((group) => wanted.has(group));
    return [...[...groups].flatMap((group) => [...(this.#groups.get(group) ?? [])]), ...missing];
  }

  #set(name: string, made: T | undefined): void {
    const group = this.#groupOf(name);
    const members = this.#groups.get(group);
    if (made === undefined) {
      this.#found.delete(name);
      this.#missing.set(name, true);
      members?.delete(name);
      if (members?.size === 0) this.#groups.delete(group);
    } else {
      this.#missing.delete(name);
      this.#found.set(name, made);
      if (members === undefined) this.#groups.set(group, new Set([name]));
      else members.add(name);
    }
  }
}
