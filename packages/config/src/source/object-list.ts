import {
  type ConfigError,
  type Difference,
  type Resource,
  resourceKey,
  SortedList,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import { saysTheSame } from '../parse/says-the-same.js';
import type { SourceState } from './config-source.js';

/** Objects by key, in the order in which they came; one that is replaced keeps its place. */
export class ObjectList {
  readonly #byKey = new Map<string, Resource>();
  readonly #places = new WeakMap<Resource, number>();
  #nextPlace = 0;
  /** What was handed out never changes. */
  #list: SortedList<Resource> = this.#emptyList();

  stateWith(rest: Pick<SourceState, 'findings' | 'skipped'>): SourceState {
    return new ListState(this.#list, rest);
  }

  *put(resources: readonly Resource[]): Steps<void> {
    let turns = 0;
    const removed: Resource[] = [];
    // Of several with one key in one change the last counts.
    const added = new Map<string, Resource>();
    for (const resource of resources) {
      if (++turns % turnsPerStep === 0) yield;
      const key = resourceKey(resource);
      const last = this.#byKey.get(key);
      if (last !== undefined && saysTheSame(last, resource)) continue;
      if (last !== undefined && !added.has(key)) removed.push(last);
      this.#places.set(resource, last === undefined ? this.#nextPlace++ : this.#placeOf(last));
      this.#byKey.set(key, resource);
      added.set(key, resource);
    }
    this.#list = yield* this.#list.following({ removed, added: [...added.values()] });
  }

  remove(key: string): boolean {
    const gone = this.#byKey.get(key);
    if (gone === undefined) return false;
    this.#byKey.delete(key);
    this.#list = this.#list.with({ removed: [gone], added: [] });
    return true;
  }

  *replace(resources: readonly Resource[]): Steps<void> {
    let turns = 0;
    const before = new Map(this.#byKey);
    this.#byKey.clear();
    for (const resource of resources) {
      if (++turns % turnsPerStep === 0) yield;
      const key = resourceKey(resource);
      const last = before.get(key);
      this.#byKey.set(key, last !== undefined && saysTheSame(last, resource) ? last : resource);
    }
    for (const resource of this.#byKey.values()) {
      if (++turns % turnsPerStep === 0) yield;
      this.#places.set(resource, this.#nextPlace++);
    }
    this.#list = yield* this.#emptyList().following({ removed: [], added: [...this.#byKey.values()] });
  }

  #emptyList(): SortedList<Resource> {
    return SortedList.of<Resource>([], (a, b) => this.#placeOf(a) - this.#placeOf(b));
  }

  #placeOf(resource: Resource): number {
    return this.#places.get(resource) ?? 0;
  }
}

/** A state that tells what is different from another one of the same source. */
class ListState implements SourceState {
  readonly findings: readonly ConfigError[];
  readonly skipped: ReadonlyMap<string, number>;
  readonly #list: SortedList<Resource>;

  constructor(list: SortedList<Resource>, { findings, skipped }: Pick<SourceState, 'findings' | 'skipped'>) {
    this.#list = list;
    this.findings = findings;
    this.skipped = skipped;
  }

  get resources(): readonly Resource[] {
    return this.#list.items;
  }

  differenceFrom(before: SourceState): Steps<Difference<Resource>> | undefined {
    return before instanceof ListState ? this.#list.differenceFrom(before.#list) : undefined;
  }
}
