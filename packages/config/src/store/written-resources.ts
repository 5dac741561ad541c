import {
  comparingLists,
  type Difference,
  PersistentMap,
  type Resource,
  resourceKey,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import type { SourceState } from '../source/config-source.js';

/** Another object counts for a key than did before. */
export interface WrittenChange {
  readonly before: Resource | undefined;
  /** `undefined`: nobody writes such a resource any longer. */
  readonly after: Resource | undefined;
}

/** What other states of the sources lead to. */
export interface WrittenUpdate {
  readonly written: WrittenResources;
  readonly changes: ReadonlyMap<string, WrittenChange>;
}

/**
 * What the sources say, by key. Of two objects with the same key that of the earlier source counts, and of one
 * source the first. Immutable.
 */
export class WrittenResources {
  readonly #states: readonly SourceState[];
  readonly #byKey: PersistentMap<Resource>;
  /** While no key is written twice, a change needs no look at the others. */
  readonly #hasRivals: boolean;

  static nothing(): WrittenResources {
    return new WrittenResources([], new PersistentMap(), false);
  }

  private constructor(states: readonly SourceState[], byKey: PersistentMap<Resource>, hasRivals: boolean) {
    this.#states = states;
    this.#byKey = byKey;
    this.#hasRivals = hasRivals;
  }

  get(key: string): Resource | undefined {
    return this.#byKey.get(key);
  }

  /** Those that count, in the order in which they are written. */
  *[Symbol.iterator](): IterableIterator<Resource> {
    const all = this.#hasRivals ? new Set(this.#states.flatMap(({ resources }) => resources)) : undefined;
    for (const list of all ? [all] : this.#states.map(({ resources }) => resources)) {
      for (const resource of list) if (!all || this.get(resourceKey(resource)) === resource) yield resource;
    }
  }

  /** Those that do not count, each with the one that counts in its place. */
  *rivals(): IterableIterator<{ readonly resource: Resource; readonly first: Resource }> {
    if (!this.#hasRivals) return;
    for (const { resources } of this.#states) {
      for (const resource of resources) {
        const first = this.get(resourceKey(resource));
        if (first !== undefined && first !== resource) yield { resource, first };
      }
    }
  }

  /** Takes the states of all sources, the most important first; answers what counts otherwise then, by key. */
  *following(states: readonly SourceState[]): Steps<WrittenUpdate> {
    return (yield* this.#follow(states)) ?? (yield* this.#readAll(states));
  }

  /** At the cost of what changed; `undefined` where two objects are of one key, so that the order of all decides. */
  *#follow(states: readonly SourceState[]): Steps<WrittenUpdate | undefined> {
    if (this.#hasRivals) return undefined;
    const differences: Difference<Resource>[] = [];
    for (const [index, state] of states.entries()) {
      const before = this.#states[index];
      differences.push(
        yield* (before && state.differenceFrom?.(before)) ??
          comparingLists(before?.resources ?? [], state.resources),
      );
    }
    const changes = new Map<string, WrittenChange>();
    let turns = 0;
    for (const { removed } of differences) {
      for (const resource of removed) {
        if (++turns % turnsPerStep === 0) yield;
        changes.set(resourceKey(resource), { before: resource, after: undefined });
      }
    }
    for (const { added } of differences) {
      for (const resource of added) {
        if (++turns % turnsPerStep === 0) yield;
        const key = resourceKey(resource);
        const change = changes.get(key);
        if (change === undefined ? this.get(key) !== undefined : change.after !== undefined) return undefined;
        changes.set(key, { before: change?.before, after: resource });
      }
    }
    const byKey = yield* this.#byKey.following(present(changes));
    return { written: new WrittenResources(states, byKey, false), changes };
  }

  *#readAll(states: readonly SourceState[]): Steps<WrittenUpdate> {
    const first = new Map<string, Resource>();
    let hasRivals = false;
    let turns = 0;
    for (const { resources } of states) {
      for (const resource of resources) {
        if (++turns % turnsPerStep === 0) yield;
        const key = resourceKey(resource);
        if (first.has(key)) hasRivals = true;
        else first.set(key, resource);
      }
    }
    const changes = new Map<string, WrittenChange>();
    for (const [key, after] of first) {
      if (++turns % turnsPerStep === 0) yield;
      const known = this.get(key);
      if (known !== after) changes.set(key, { before: known, after });
    }
    for (const [key, known] of this.#byKey) {
      if (++turns % turnsPerStep === 0) yield;
      if (!first.has(key)) changes.set(key, { before: known, after: undefined });
    }
    const byKey = yield* this.#byKey.following(present(changes));
    return { written: new WrittenResources(states, byKey, hasRivals), changes };
  }
}

function* present(
  changes: ReadonlyMap<string, WrittenChange>,
): IterableIterator<readonly [key: string, resource: Resource | undefined]> {
  for (const [key, { after }] of changes) yield [key, after];
}
