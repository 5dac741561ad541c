import { formatClusterName, MeshError, nearest, parseClusterName } from '@inmesh/model';
import type { ResourceView } from '../resource-view.js';
import type { ClusterChoice } from './route-entry.js';

/** The cluster that a call asks for in place of the one that its route chose: the same service, another subset. */
export function overrideSubset(
  choice: ClusterChoice,
  subset: string,
  view: ResourceView,
): ClusterChoice | MeshError {
  const chosen = parseClusterName(choice.name);
  if (chosen?.direction !== 'outbound')
    return unknown(`${choice.name || 'the destination'} has no subsets: "${subset}" cannot be chosen`);
  const name = formatClusterName({ ...chosen, subset });
  if (view.cluster(name) !== undefined) return { ...choice, name };
  const subsets = view.subsetNames?.(chosen.host) ?? [];
  const near = nearest(subset, subsets) ?? (subsets.length === 1 ? subsets[0] : undefined);
  const hint = near === undefined ? '' : `, did you mean ${near}?`;
  return unknown(`${chosen.host} has no subset "${subset}"${hint}`);
}

function unknown(message: string): MeshError {
  return new MeshError('INMESH_SUBSET_UNKNOWN', message);
}
