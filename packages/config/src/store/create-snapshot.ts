import {
  type Difference,
  finish,
  type Kind,
  type Resource,
  type ResourceSnapshot,
  type Steps,
} from '@inmesh/model';
import { groupBy, KindList } from './kind-list.js';

/** An immutable view of `resources`, whose keys must be unique. */
export function createSnapshot(version: number, resources: readonly Resource[]): ResourceSnapshot {
  return Snapshot.of(version, resources);
}

/** A snapshot from which the next one can be made, at the cost of the change. */
export class Snapshot implements ResourceSnapshot {
  readonly version: number;
  readonly #kinds: ReadonlyMap<Kind, KindList>;

  static of(version: number, resources: readonly Resource[]): Snapshot {
    const groups = groupBy(resources, ({ kind }) => kind);
    return new Snapshot(version, new Map([...groups].map(([kind, list]) => [kind, KindList.of(list)])));
  }

  private constructor(version: number, kinds: ReadonlyMap<Kind, KindList>) {
    this.version = version;
    this.#kinds = kinds;
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly Resource<K>[] {
    const list = this.#kinds.get(kind);
    const found = namespace === undefined ? list?.all.items : list?.of(namespace);
    return (found ?? nothing) as readonly Resource<K>[];
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Resource<K> | undefined {
    return this.#kinds.get(kind)?.get(namespace, name) as Resource<K> | undefined;
  }

  differenceFrom<K extends Kind>(
    before: ResourceSnapshot,
    kind: K,
  ): Steps<Difference<Resource<K>>> | undefined {
    if (!(before instanceof Snapshot)) return undefined;
    const [old, young] = [before.#kinds.get(kind) ?? noResources, this.#kinds.get(kind) ?? noResources];
    return young.all.differenceFrom(old.all) as Steps<Difference<Resource<K>>>;
  }

  /** The snapshot that follows: kinds and namespaces of which nothing changed have the very same lists. */
  with(change: Difference<Resource>): Snapshot {
    return finish(this.following(change));
  }

  *following({ removed, added }: Difference<Resource>): Steps<Snapshot> {
    const kinds = new Map(this.#kinds);
    const [gone, young] = [groupBy(removed, kindOf), groupBy(added, kindOf)];
    for (const kind of new Set([...gone.keys(), ...young.keys()])) {
      const list = kinds.get(kind) ?? noResources;
      kinds.set(kind, yield* list.following({ removed: gone.get(kind) ?? [], added: young.get(kind) ?? [] }));
    }
    return new Snapshot(this.version + 1, kinds);
  }
}

const nothing: readonly Resource[] = [];
const noResources: KindList = KindList.of(nothing);
const kindOf = ({ kind }: Resource): Kind => kind;
