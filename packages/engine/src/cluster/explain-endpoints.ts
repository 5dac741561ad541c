import type { Cluster } from '@inmesh/model';
import { roundRobin } from '../balance/round-robin.js';
import type { ExplainedEndpoint } from '../engine.js';
import { isPending, type ResourceView } from '../resource-view.js';
import { ClusterState } from './cluster-state.js';
import { healthPolicyOf } from './discovery/assignment.js';
import type { Endpoint } from './endpoint.js';
import { hostSetsOf } from './host-set.js';
import { createBalancer, type UpstreamCluster } from './upstream-cluster.js';

export interface EndpointsExplanation {
  readonly endpoints: readonly ExplainedEndpoint[];
  /** Remarks in words. */
  readonly notes: readonly string[];
}

/**
 * The endpoints of a cluster, and why not the others. A cluster in use tells what it has learned; of one that no
 * call has asked for, only the assignment is read, and nothing is looked up.
 */
export function explainEndpoints(
  definition: Cluster,
  view: ResourceView,
  cluster: UpstreamCluster | undefined,
): EndpointsExplanation {
  if (definition.type === 'ORIGINAL_DST') {
    return nothing('goes to the address that the caller meant, whichever it is');
  }
  if (definition.clusterType?.name === 'envoy.clusters.dynamic_forward_proxy') {
    return nothing('goes to the host that the request names, resolved when it is asked for');
  }
  if (cluster !== undefined) {
    if (cluster.sync() !== undefined) return nothing('endpoints are not known yet');
    return explained(cluster.endpoints, (endpoint) => cluster.reasonAgainst(endpoint));
  }
  if (definition.type === 'STRICT_DNS' || definition.type === 'LOGICAL_DNS') {
    const names = (definition.loadAssignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) =>
      lbEndpoints.map(({ endpoint }) => endpoint?.address?.socketAddress?.address ?? ''),
    );
    return nothing(`resolves ${names.join(', ')} when it is first used`);
  }
  const assignment =
    definition.type === 'EDS'
      ? view.loadAssignment(definition.edsClusterConfig?.serviceName ?? definition.name)
      : definition.loadAssignment;
  if (assignment !== undefined && isPending(assignment)) return nothing('endpoints are not known yet');
  const state = new ClusterState({ random: () => 0 });
  const hostSets = hostSetsOf(assignment ?? { clusterName: definition.name }, state);
  const balancer = createBalancer(definition, roundRobin, state);
  balancer.update(hostSets, healthPolicyOf(assignment));
  return explained(
    hostSets.flatMap(({ endpoints }) => endpoints),
    (endpoint) => balancer.reasonAgainst(endpoint),
  );
}

function nothing(note: string): EndpointsExplanation {
  return { endpoints: [], notes: [note] };
}

function explained(
  endpoints: readonly Endpoint[],
  reasonAgainst: (endpoint: Endpoint) => string | undefined,
): EndpointsExplanation {
  return {
    notes: [],
    endpoints: endpoints.map((endpoint) => {
      const { region = '', zone = '', subZone = '' } = endpoint.locality ?? {};
      const reason = reasonAgainst(endpoint);
      return {
        address: endpoint.key,
        weight: endpoint.weight,
        priority: endpoint.priority,
        locality: [region, zone, subZone].filter((part) => part !== '').join('/'),
        eligible: reason === undefined,
        reason,
      };
    }),
  };
}
