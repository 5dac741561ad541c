import {
  canonicalDuration,
  type Destination,
  type DestinationRule,
  type Extension,
  type Protocol,
  type RouteDestination,
  type TcpProxy,
} from '@inmesh/model';
import { destinationCluster } from '../route/route-context.js';
import type { Scope } from '../scope/scope.js';
import { idleTimeoutOf } from './http-connection-manager.js';

/** The port that bytes arrive on. */
export interface ListenerPort {
  readonly number: number;
  readonly protocol: Protocol;
}

/** What network filters need besides the rule: the port, and where destinations are looked up. */
export interface NetworkContext {
  readonly scope: Scope;
  readonly port: ListenerPort;
}

/**
 * Filters that carry the bytes of a tcp or tls rule. Timeouts, hash and tunnel come from the rule for the first
 * destination; entries of weight 0 carry nothing. Istio: `buildOutboundNetworkFilters`.
 *
 * @param owner name and namespace of the VirtualService, which weighted statistics are counted under
 */
export function routeFilters(
  destinations: readonly RouteDestination[],
  owner: { readonly name: string; readonly namespace: string },
  { scope, port }: NetworkContext,
): Extension[] {
  const clusterOf = (destination: Destination | undefined): string =>
    destinationCluster(destination, { port: port.number, service: (host) => scope.service(host) });
  const [first] = destinations;
  const rule = ruleOf(first?.destination, scope);
  if (destinations.length === 1) {
    const subset = first?.destination?.subset ?? '';
    return clusterFilters(clusterOf(first?.destination), { scope, port, rule, subset });
  }
  const clusters = destinations
    .filter(({ weight = 0 }) => weight > 0)
    .map(({ destination, weight = 0 }) => ({ name: clusterOf(destination), weight }));
  return terminalFilters(
    { statPrefix: `${owner.name}.${owner.namespace}`, weightedClusters: { clusters } },
    { scope, port, rule, subset: '' },
  );
}

interface ClusterContext extends NetworkContext {
  readonly rule: DestinationRule | undefined;
  readonly subset: string;
  /** Whether the rule's tunnel counts. @defaultValue `true` */
  readonly tunnels?: boolean;
}

/** Filters that carry all bytes to one cluster. */
export function clusterFilters(cluster: string, context: ClusterContext): Extension[] {
  return terminalFilters({ statPrefix: cluster, cluster }, context);
}

/** The plainest of filters, for destinations that have no rules. */
export function plainTcpProxy(cluster: string, idleTimeout?: string): Extension {
  return tcpProxy({ statPrefix: cluster, cluster, ...(idleTimeout !== undefined && { idleTimeout }) });
}

function terminalFilters(
  target: Partial<TcpProxy>,
  { scope, port, rule, subset, tunnels = true }: ClusterContext,
): Extension[] {
  const tcp = rule?.trafficPolicy?.connectionPool?.tcp;
  const idleTimeout = canonicalDuration(tcp?.idleTimeout) ?? idleTimeoutOf(scope.workload.metadata);
  const maxDuration = canonicalDuration(tcp?.maxConnectionDuration);
  const tunnelingConfig = tunnels ? tunnelOf(rule, subset) : undefined;
  const proxy = tcpProxy({
    ...target,
    ...(idleTimeout !== undefined && { idleTimeout }),
    ...(maxDuration !== undefined && { maxDownstreamConnectionDuration: maxDuration }),
    ...(hashesSourceIp(rule, subset) && { hashPolicy: [{ sourceIp: {} }] }),
    ...(tunnelingConfig && { tunnelingConfig }),
  });
  return port.protocol === 'Mongo' ? [mongoProxy(target.statPrefix ?? ''), proxy] : [proxy];
}

function tcpProxy(fields: Partial<TcpProxy>): Extension {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      ...fields,
    },
  };
}

/** Counts what a MongoDB client asks; Istio's default for this protocol, unlike for MySQL and Redis. */
function mongoProxy(statPrefix: string): Extension {
  return {
    name: 'envoy.filters.network.mongo_proxy',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy',
      statPrefix,
    },
  };
}

function ruleOf(destination: Destination | undefined, scope: Scope): DestinationRule | undefined {
  return scope.destinationRule(destination?.host ?? '')?.spec;
}

/** A subset's load balancer replaces that of the rule, even where it hashes by something else. Istio: `maybeSetHashPolicy`. */
function hashesSourceIp(rule: DestinationRule | undefined, subsetName: string): boolean {
  const subset = rule?.subsets?.find(({ name }) => (name ?? '') === subsetName);
  const loadBalancer = subset?.trafficPolicy?.loadBalancer ?? rule?.trafficPolicy?.loadBalancer;
  return loadBalancer?.consistentHash?.useSourceIp === true;
}

function tunnelOf(rule: DestinationRule | undefined, subsetName: string): TcpProxy['tunnelingConfig'] {
  const subset = rule?.subsets?.find(({ name }) => name === subsetName);
  const tunnel = subsetName === '' ? rule?.trafficPolicy?.tunnel : subset?.trafficPolicy?.tunnel;
  if (!tunnel) return undefined;
  const host = tunnel.targetHost ?? '';
  return {
    hostname: `${host.includes(':') ? `[${host}]` : host}:${tunnel.targetPort ?? 0}`,
    ...(tunnel.protocol === 'POST' && { usePost: true }),
  };
}
