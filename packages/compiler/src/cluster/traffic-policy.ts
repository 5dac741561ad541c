import type {
  ClientTLSSettings,
  ConnectionPoolSettings,
  DestinationRule,
  LoadBalancerSettings,
  MeshConfig,
  OutlierDetection,
  Subset,
  TrafficPolicy,
} from '@inmesh/model';

/** The policy of one cluster: what is left of a DestinationRule once port, subset and mesh have had their say. */
export interface ClusterPolicy {
  readonly loadBalancer?: LoadBalancerSettings | undefined;
  readonly connectionPool?: ConnectionPoolSettings | undefined;
  readonly outlierDetection?: OutlierDetection | undefined;
  readonly tls?: ClientTLSSettings | undefined;
  readonly proxyProtocol?: TrafficPolicy['proxyProtocol'];
  readonly retryBudget?: TrafficPolicy['retryBudget'];
}

/**
 * Precedence: subset port, subset, port, rule, mesh. Each block (`connectionPool`, `tls`, …) is taken whole and
 * never merged inside; an entry for a port inherits nothing, not even what it leaves out.
 */
export function clusterPolicy(
  rule: DestinationRule | undefined,
  subset: Subset | undefined,
  port: number,
  mesh: MeshConfig,
): ClusterPolicy {
  const base = atPort(rule?.trafficPolicy, port);
  const ofMesh = mesh.defaultTrafficPolicy;
  const filled: ClusterPolicy = {
    ...base,
    connectionPool: base.connectionPool ?? ofMesh?.connectionPool,
    outlierDetection: base.outlierDetection ?? ofMesh?.outlierDetection,
  };
  return subset?.trafficPolicy === undefined ? filled : overridden(filled, subset.trafficPolicy, port);
}

function atPort(policy: TrafficPolicy | undefined, number: number): ClusterPolicy {
  const entry = portEntry(policy, number);
  if (entry === undefined) return policy ?? {};
  const { loadBalancer, connectionPool, outlierDetection, tls } = entry;
  return { loadBalancer, connectionPool, outlierDetection, tls };
}

function overridden(base: ClusterPolicy, policy: TrafficPolicy, number: number): ClusterPolicy {
  const entry = portEntry(policy, number);
  const blocks =
    entry === undefined
      ? {
          loadBalancer: policy.loadBalancer ?? base.loadBalancer,
          connectionPool: policy.connectionPool ?? base.connectionPool,
          outlierDetection: policy.outlierDetection ?? base.outlierDetection,
          tls: policy.tls ?? base.tls,
        }
      : atPort(policy, number);
  return {
    ...blocks,
    // Of these an entry for a port knows nothing.
    proxyProtocol: (entry === undefined ? policy.proxyProtocol : undefined) ?? base.proxyProtocol,
    retryBudget: (entry === undefined ? policy.retryBudget : undefined) ?? base.retryBudget,
  };
}

function portEntry(
  policy: TrafficPolicy | undefined,
  number: number,
): NonNullable<TrafficPolicy['portLevelSettings']>[number] | undefined {
  return policy?.portLevelSettings?.find(({ port }) => port?.number === number);
}
