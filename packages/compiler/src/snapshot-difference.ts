import {
  comparingLists,
  type Difference,
  type Kind,
  type Resource,
  type ResourceSnapshot,
  type Steps,
} from '@inmesh/model';

/** What each snapshot changes about the one before, kind by kind. */
export class SnapshotDifference {
  readonly #snapshots = new Map<Kind, ResourceSnapshot>();

  /** What happened to a kind since this was last asked. */
  *of<K extends Kind>(kind: K, snapshot: ResourceSnapshot): Steps<Difference<Resource<K>>> {
    const before = this.#snapshots.get(kind);
    this.#snapshots.set(kind, snapshot);
    return yield* (before && snapshot.differenceFrom?.(before, kind)) ??
      comparingLists(before?.list(kind) ?? [], snapshot.list(kind));
  }
}
