import type { Resource, ResourceSnapshot, Workload } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';

/**
 * The one Sidecar in force for a workload: the first of its namespace that selects it, else the oldest of its
 * namespace without a selector, else the oldest such of the root namespace. They are never merged.
 */
export function selectSidecar(
  snapshot: ResourceSnapshot,
  workload: Workload,
  rootNamespace: string,
): Resource<'Sidecar'> | undefined {
  if (workload.type === 'router') return undefined;
  const own = snapshot.list('Sidecar', workload.namespace);
  return (
    own.find(
      ({ spec: { workloadSelector } }) =>
        workloadSelector !== undefined && hasLabels(workload.labels, workloadSelector.labels ?? {}),
    ) ??
    own.find(isForAll) ??
    snapshot.list('Sidecar', rootNamespace).find(isForAll)
  );
}

function isForAll({ spec }: Resource<'Sidecar'>): boolean {
  return spec.workloadSelector === undefined;
}
