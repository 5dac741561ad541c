import {
  type Difference,
  type Kind,
  listDifference,
  type Resource,
  type ResourceSnapshot,
} from '@inmesh/model';

/** Compares each kind's list with that of the snapshot before. */
export class SnapshotDifference {
  readonly #lists = new Map<Kind, readonly Resource[]>();

  /** What happened to a kind since this was last asked. */
  of<K extends Kind>(kind: K, snapshot: ResourceSnapshot): Difference<Resource<K>> {
    const after = snapshot.list(kind);
    const before = (this.#lists.get(kind) ?? []) as readonly Resource<K>[];
    this.#lists.set(kind, after);
    return listDifference(before, after);
  }
}
