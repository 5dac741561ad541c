import type { ClusterLoadAssignment, LocalityLbEndpoints, Workload } from '@inmesh/model';
import { type LocalityPolicy, localityPolicy } from '../cluster/locality-setting.js';
import type { OutboundContext } from '../cluster/outbound-context.js';
import { withTopology } from '../registry/workload-endpoint.js';
import { distribute } from './distribute.js';
import { eligibleEndpoints } from './eligible-endpoints.js';
import { byLabels, byLocality, byRegion } from './failover.js';
import { createLbEndpoint } from './lb-endpoint.js';
import { type LocalityGroup, parseLocality, totalWeight } from './locality-group.js';
import { mutualChecker } from './mutual-endpoint.js';

/**
 * The endpoints of one cluster: those of its port and subset, grouped by locality, with the priorities or weights
 * that the caller's locality gives them. Without any, the assignment has a name and nothing else.
 */
export function compileLoadAssignment(context: OutboundContext, clusterName: string): ClusterLoadAssignment {
  const { scope, service, policy } = context;
  const groups = groupByLocality(context, clusterName);
  if (groups.length === 0) return { clusterName };
  const arranged = arrange(groups, localityPolicy(policy, service, scope.mesh), scope.workload);
  return { clusterName, endpoints: arranged.map(messageOf) };
}

/** In the order of the localities' names. */
function groupByLocality(context: OutboundContext, clusterName: string): LocalityGroup[] {
  const isMutual = mutualChecker(context);
  // Gateways between networks pass TLS on unseen, so that everybody behind them has to speak it.
  const onlyMutual = clusterName.startsWith('outbound_.');
  const groups = new Map<
    string,
    Pick<LocalityGroup, 'lbEndpoints'> & { members: LocalityGroup['members'][number][] }
  >();
  for (const endpoint of eligibleEndpoints(context)) {
    const mutual = isMutual(endpoint);
    if (onlyMutual && !mutual) continue;
    let group = groups.get(endpoint.locality);
    if (group === undefined) {
      group = { members: [], lbEndpoints: [] };
      groups.set(endpoint.locality, group);
    }
    group.members.push(endpoint);
    group.lbEndpoints.push(createLbEndpoint(endpoint, { mutual }));
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([locality, { members, lbEndpoints }]) => ({
      locality: parseLocality(locality),
      members,
      lbEndpoints,
      weight: totalWeight(lbEndpoints),
      priority: 0,
    }));
}

/** Shares or priorities, never both. Priorities need something that notices failure. */
function arrange(
  groups: readonly LocalityGroup[],
  { setting, zoneAware, failover }: LocalityPolicy,
  workload: Workload,
): readonly LocalityGroup[] {
  const here = parseLocality(workload.locality);
  if (zoneAware !== undefined) {
    if (zoneAware.enabled === false) return groups;
    const { failoverPriority = [] } = zoneAware;
    return failoverPriority.length > 0
      ? byLabels(groups, failoverPriority, callerLabels(workload))
      : byRegion(groups, zoneAware.failover ?? [], here);
  }
  if (setting === undefined) return groups;
  if (setting.distribute?.length) return distribute(groups, setting.distribute, here);
  if (!failover) return groups;
  if (!setting.failoverPriority?.length) return byLocality(groups, setting.failover ?? [], here);
  const ordered = byLabels(groups, setting.failoverPriority, callerLabels(workload));
  return setting.failover?.length ? byLocality(ordered, setting.failover, here) : ordered;
}

function callerLabels({ labels, locality, metadata }: Workload): Readonly<Record<string, string>> {
  const { NETWORK: network, NODE_NAME: node } = metadata;
  return withTopology(labels, {
    locality,
    network: typeof network === 'string' ? network : '',
    node: typeof node === 'string' ? node : undefined,
  });
}

function messageOf({ locality, lbEndpoints, weight, priority }: LocalityGroup): LocalityLbEndpoints {
  return {
    locality,
    ...(lbEndpoints.length > 0 && { lbEndpoints }),
    loadBalancingWeight: weight,
    ...(priority > 0 && { priority }),
  };
}
