import type { ClusterStatus } from '../engine.js';
import type { Resource, ResourceManager } from './resource-manager.js';
import type { UpstreamCluster } from './upstream-cluster.js';

/** What a cluster has learned, as numbers. */
export function clusterStatus(cluster: UpstreamCluster): ClusterStatus {
  const managers = [cluster.resources('DEFAULT'), cluster.resources('HIGH')];
  const sum = (of: (manager: ResourceManager) => Resource): number =>
    managers.reduce((total, manager) => total + of(manager).count, 0);
  return {
    name: cluster.name,
    activeRequests: sum(({ requests }) => requests),
    pendingRequests: sum(({ pendingRequests }) => pendingRequests),
    activeRetries: sum(({ retries }) => retries),
    connections: sum(({ connections }) => connections),
    endpoints: cluster.endpoints.map((endpoint) => {
      const reason = cluster.reasonAgainst(endpoint);
      return {
        address: endpoint.key,
        activeRequests: endpoint.state.activeRequests,
        ejected: endpoint.state.ejected,
        eligible: reason === undefined,
        reason,
      };
    }),
  };
}
