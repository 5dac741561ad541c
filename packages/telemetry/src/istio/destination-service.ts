import type { Cluster } from '@inmesh/model';

/** Whom a call was meant for, in the words of Istio's metrics. */
export interface DestinationService {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
}

/** Clusters that stand for no service: their name says what happened to the call. */
const passing: ReadonlySet<string> = new Set([
  'BlackHoleCluster',
  'PassthroughCluster',
  'InboundPassthroughCluster',
  'InboundPassthroughClusterIpv4',
  'InboundPassthroughClusterIpv6',
]);

/** Whether the host of the call counts, and not the cluster. */
export function isPassing(cluster: Cluster): boolean {
  return passing.has(cluster.name) || firstService(cluster) === undefined;
}

/**
 * By the service that the cluster was made for. Where there is none, the host that the caller wrote stands in, as at
 * Istio's client proxies.
 *
 * @param host empty: whoever wrote it is not to be believed
 */
export function destinationService(
  cluster: Cluster | undefined,
  routeName: string,
  host: string,
): DestinationService {
  const stranger = (name: string): DestinationService => ({
    host: host || 'unknown',
    name,
    namespace: 'unknown',
  });
  if (routeName === 'block_all') return stranger('BlackHoleCluster');
  if (routeName === 'allow_any') return stranger('PassthroughCluster');
  if (cluster !== undefined && passing.has(cluster.name)) return stranger(cluster.name);
  const service = firstService(cluster);
  if (service === undefined) return stranger(host || 'unknown');
  const known = typeof service.host === 'string' ? service.host : host;
  return {
    host: known,
    name: typeof service.name === 'string' ? service.name : (known.split('.')[0] ?? known),
    namespace:
      typeof service.namespace === 'string' && service.namespace !== '' ? service.namespace : 'unknown',
  };
}

function firstService(cluster: Cluster | undefined): Readonly<Record<string, unknown>> | undefined {
  const services = cluster?.metadata?.filterMetadata?.istio?.services;
  const [first] = Array.isArray(services) ? services : [];
  return typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : undefined;
}
