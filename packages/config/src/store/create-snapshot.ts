import type { Difference, Kind, Resource, ResourceSnapshot } from '@inmesh/model';
import { groupBy, KindList } from './kind-list.js';

/** An immutable view of `resources`, whose keys must be unique. Lists are sorted when first asked for. */
export function createSnapshot(version: number, resources: readonly Resource[]): ResourceSnapshot {
  return Snapshot.of(version, resources);
}

/** A snapshot from which the next one can be made, at the cost of the change. */
export class Snapshot implements ResourceSnapshot {
  readonly version: number;
  readonly #kinds: ReadonlyMap<Kind, KindList>;

  static of(version: number, resources: readonly Resource[]): Snapshot {
    const groups = groupBy(resources, ({ kind }) => kind);
    return new Snapshot(version, new Map([...groups].map(([kind, list]) => [kind, new KindList(list)])));
  }

  private constructor(version: number, kinds: ReadonlyMap<Kind, KindList>) {
    this.version = version;
    this.#kinds = kinds;
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly Resource<K>[] {
    const list = this.#kinds.get(kind);
    const found = namespace === undefined ? list?.all : list?.of(namespace);
    return (found ?? nothing) as readonly Resource<K>[];
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Resource<K> | undefined {
    return this.#kinds.get(kind)?.get(namespace, name) as Resource<K> | undefined;
  }

  /** The snapshot that follows: kinds and namespaces of which nothing changed have the very same lists. */
  with({ removed, added }: Difference<Resource>): Snapshot {
    const kinds = new Map(this.#kinds);
    const [gone, young] = [groupBy(removed, ({ kind }) => kind), groupBy(added, ({ kind }) => kind)];
    for (const kind of new Set([...gone.keys(), ...young.keys()])) {
      const list = kinds.get(kind);
      const [old, fresh] = [gone.get(kind) ?? [], young.get(kind) ?? []];
      kinds.set(kind, list === undefined ? new KindList(fresh) : list.with(old, fresh));
    }
    return new Snapshot(this.version + 1, kinds);
  }
}

const nothing: readonly Resource[] = [];
