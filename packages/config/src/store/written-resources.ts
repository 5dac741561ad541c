import { listDifference, type Resource, resourceKey } from '@inmesh/model';
import type { SourceState } from '../source/config-source.js';

/** Another object counts for a key than did before. */
export interface WrittenChange {
  readonly before: Resource | undefined;
  /** `undefined`: nobody writes such a resource any longer. */
  readonly after: Resource | undefined;
}

/**
 * What the sources say, by key. Of two objects with the same key that of the earlier source counts, and of one
 * source the first.
 */
export class WrittenResources {
  #lists: readonly (readonly Resource[])[] = [];
  #byKey = new Map<string, Resource>();
  /** While no key is written twice, a change needs no look at the others. */
  #hasRivals = false;

  get(key: string): Resource | undefined {
    return this.#byKey.get(key);
  }

  /** Those that count, in the order in which they are written. */
  *[Symbol.iterator](): IterableIterator<Resource> {
    const all = this.#hasRivals ? new Set(this.#lists.flat()) : undefined;
    for (const list of all ? [all] : this.#lists) {
      for (const resource of list) if (!all || this.get(resourceKey(resource)) === resource) yield resource;
    }
  }

  /** Those that do not count, each with the one that counts in its place. */
  *rivals(): IterableIterator<{ readonly resource: Resource; readonly first: Resource }> {
    if (!this.#hasRivals) return;
    for (const resource of this.#lists.flat()) {
      const first = this.get(resourceKey(resource));
      if (first !== undefined && first !== resource) yield { resource, first };
    }
  }

  /** Takes the states of all sources, the most important first; answers what counts otherwise now, by key. */
  update(states: readonly SourceState[]): ReadonlyMap<string, WrittenChange> {
    const before = this.#lists;
    this.#lists = states.map(({ resources }) => resources);
    return this.#follow(before) ?? this.#readAll();
  }

  /** At the cost of what changed; `undefined` where two objects are of one key, so that the order of all decides. */
  #follow(before: readonly (readonly Resource[])[]): ReadonlyMap<string, WrittenChange> | undefined {
    if (this.#hasRivals) return undefined;
    const differences = this.#lists.map((list, index) => listDifference(before[index] ?? [], list));
    const changes = new Map<string, WrittenChange>();
    for (const { removed } of differences) {
      for (const resource of removed)
        changes.set(resourceKey(resource), { before: resource, after: undefined });
    }
    for (const { added } of differences) {
      for (const resource of added) {
        const key = resourceKey(resource);
        const change = changes.get(key);
        if (change === undefined ? this.#byKey.has(key) : change.after !== undefined) return undefined;
        changes.set(key, { before: change?.before, after: resource });
      }
    }
    for (const [key, { after }] of changes) {
      if (after === undefined) this.#byKey.delete(key);
      else this.#byKey.set(key, after);
    }
    return changes;
  }

  #readAll(): ReadonlyMap<string, WrittenChange> {
    const before = this.#byKey;
    this.#byKey = new Map();
    this.#hasRivals = false;
    for (const resource of this.#lists.flat()) {
      const key = resourceKey(resource);
      if (this.#byKey.has(key)) this.#hasRivals = true;
      else this.#byKey.set(key, resource);
    }
    const changes = new Map<string, WrittenChange>();
    for (const [key, after] of this.#byKey) {
      const known = before.get(key);
      if (known !== after) changes.set(key, { before: known, after });
    }
    for (const [key, known] of before) {
      if (!this.#byKey.has(key)) changes.set(key, { before: known, after: undefined });
    }
    return changes;
  }
}
