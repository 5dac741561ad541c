import type { ClusterFigures } from '../engine.js';
import { healthOf } from './endpoint.js';
import type { UpstreamCluster } from './upstream-cluster.js';

/** What a cluster has counted and what it holds, for whoever prints statistics. */
export function clusterFigures(cluster: UpstreamCluster): ClusterFigures {
  const { definition, stats, endpoints } = cluster;
  const members = { total: endpoints.length, healthy: 0, degraded: 0, excluded: 0, ejected: 0 };
  for (const endpoint of endpoints) {
    const health = healthOf(endpoint);
    if (health !== 'unhealthy') members[health]++;
    if (endpoint.state.ejected) members.ejected++;
  }
  return {
    definition,
    stats,
    resources: { DEFAULT: cluster.resources('DEFAULT'), HIGH: cluster.resources('HIGH') },
    members,
  };
}
