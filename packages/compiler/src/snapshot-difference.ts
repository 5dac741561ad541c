import {
  type Difference,
  type Kind,
  listDifference,
  type Resource,
  type ResourceSnapshot,
} from '@inmesh/model';

/** What each snapshot changes about the one before, kind by kind. */
export class SnapshotDifference {
  readonly #snapshots = new Map<Kind, ResourceSnapshot>();

  /** What happened to a kind since this was last asked. */
  of<K extends Kind>(kind: K, snapshot: ResourceSnapshot): Difference<Resource<K>> {
    const before = this.#snapshots.get(kind);
    this.#snapshots.set(kind, snapshot);
    return (
      (before && snapshot.differenceFrom?.(before, kind)) ??
      listDifference(before?.list(kind) ?? [], snapshot.list(kind))
    );
  }
}
