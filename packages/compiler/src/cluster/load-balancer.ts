import {
  type Cluster,
  type CommonLbConfig,
  type ConsistentHashLB,
  canonicalDuration,
  type LoadBalancerSettings,
  type SlowStartConfig,
} from '@inmesh/model';
import type { ClusterDraft } from './cluster-draft.js';
import type { LocalityPolicy } from './locality-setting.js';

/** Used where a rule does not say: Istio today LEAST_REQUEST. */
export type DefaultLoadBalancer = 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM';

/** The policy that picks endpoints. A cluster that goes where the caller dialled has none. */
export function applyLoadBalancer(
  { cluster }: ClusterDraft,
  settings: LoadBalancerSettings | undefined,
  byDefault: DefaultLoadBalancer,
): void {
  if (cluster.type === 'ORIGINAL_DST') {
    cluster.lbPolicy = 'CLUSTER_PROVIDED';
    return;
  }
  const simple = settings?.simple ?? 'UNSPECIFIED';
  if (simple === 'PASSTHROUGH') {
    cluster.type = 'ORIGINAL_DST';
    cluster.lbPolicy = 'CLUSTER_PROVIDED';
    delete cluster.loadAssignment;
    return;
  }
  applySimple(cluster, simple === 'UNSPECIFIED' ? byDefault : simple, settings);
  if (settings?.consistentHash !== undefined) applyConsistentHash(cluster, settings.consistentHash);
}

function applySimple(
  cluster: Cluster,
  simple: 'RANDOM' | 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'LEAST_CONN',
  settings: LoadBalancerSettings | undefined,
): void {
  const slowStartConfig = slowStart(settings);
  switch (simple) {
    case 'RANDOM':
      cluster.lbPolicy = 'RANDOM';
      return;
    case 'ROUND_ROBIN':
      // The first word of Envoy's list, which is left out in JSON.
      delete cluster.lbPolicy;
      if (slowStartConfig !== undefined) cluster.roundRobinLbConfig = { slowStartConfig };
      return;
    case 'LEAST_CONN':
    case 'LEAST_REQUEST':
      cluster.lbPolicy = 'LEAST_REQUEST';
      if (slowStartConfig !== undefined) cluster.leastRequestLbConfig = { slowStartConfig };
  }
}

function slowStart({ warmup, warmupDurationSecs }: LoadBalancerSettings = {}): SlowStartConfig | undefined {
  const slowStartWindow = canonicalDuration(warmup?.duration ?? warmupDurationSecs);
  const window = slowStartWindow === undefined ? {} : { slowStartWindow };
  if (warmup !== undefined) {
    return {
      ...window,
      aggression: { defaultValue: warmup.aggression ?? 1, runtimeKey: '(' },
      minWeightPercent: { value: warmup.minimumPercent ?? 10 },
    };
  }
  return warmupDurationSecs === undefined ? undefined : window;
}

/** A cluster has one configuration of its balancer: a size for ring or table takes the place of slow start. */
function applyConsistentHash(
  cluster: Cluster,
  { maglev, ringHash, minimumRingSize }: ConsistentHashLB,
): void {
  if (maglev !== undefined) {
    cluster.lbPolicy = 'MAGLEV';
    if (isSize(maglev.tableSize))
      configure(cluster, { maglevLbConfig: { tableSize: String(maglev.tableSize) } });
    return;
  }
  cluster.lbPolicy = 'RING_HASH';
  const size =
    ringHash === undefined ? (isSize(minimumRingSize) ? minimumRingSize : 1024) : ringHash.minimumRingSize;
  if (isSize(size)) configure(cluster, { ringHashLbConfig: { minimumRingSize: String(size) } });
}

function isSize(size: number | string | undefined): size is number | string {
  return size !== undefined && Number(size) !== 0;
}

function configure(
  cluster: Cluster,
  config: Pick<Cluster, 'maglevLbConfig'> | Pick<Cluster, 'ringHashLbConfig'>,
): void {
  delete cluster.leastRequestLbConfig;
  delete cluster.roundRobinLbConfig;
  Object.assign(cluster, config);
}

/**
 * What all balancers share. Unready endpoints are part of an assignment, so panic (which would use them) is off,
 * unless the rule names the share of healthy endpoints below which it wants it.
 */
export function commonLbConfig(
  { setting, zoneAware, failover }: LocalityPolicy,
  minHealthPercent: number,
): CommonLbConfig {
  const byWeight =
    setting?.distribute !== undefined ||
    (failover && (setting?.failover !== undefined || setting?.failoverPriority !== undefined));
  return {
    healthyPanicThreshold: minHealthPercent > 0 ? { value: minHealthPercent } : {},
    ...(byWeight && { localityWeightedLbConfig: {} }),
    ...(zoneAware !== undefined && { zoneAwareLbConfig: zoneAwareConfig(zoneAware) }),
  };
}

function zoneAwareConfig({
  enabled,
  minClusterSize,
  routingEnabled,
}: NonNullable<LocalityPolicy['zoneAware']>): {
  [field: string]: unknown;
} {
  if (enabled === false) return { routingEnabled: {} };
  return {
    ...(routingEnabled !== undefined && { routingEnabled }),
    ...(minClusterSize !== undefined && { minClusterSize: String(minClusterSize) }),
  };
}
