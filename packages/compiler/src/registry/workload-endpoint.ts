import type { Resource, WorkloadEntry } from '@inmesh/model';
import type { ServiceEndpoint } from './service.js';

/** Everything about an endpoint except the port that it serves. */
export type WorkloadFacts = Omit<ServiceEndpoint, 'port' | 'portName' | 'servicePort'>;

/** An inline endpoint of a ServiceEntry, the `index`-th. */
export function inlineWorkload(
  owner: Resource<'ServiceEntry'>,
  endpoint: WorkloadEntry,
  index: number,
): WorkloadFacts {
  return workloadFacts(endpoint, endpoint.labels ?? {}, {
    name: `${owner.name}-${index}`,
    namespace: owner.namespace,
  });
}

/** A WorkloadEntry of its own: the labels of the object beat those of its spec. */
export function workloadEntryFacts(resource: Resource<'WorkloadEntry'>): WorkloadFacts {
  return workloadFacts(resource.spec, { ...resource.spec.labels, ...resource.labels }, resource);
}

function workloadFacts(
  entry: WorkloadEntry,
  labels: Readonly<Record<string, string>>,
  owner: { readonly name: string; readonly namespace: string },
): WorkloadFacts {
  const serviceAccount = entry.serviceAccount ?? '';
  const locality =
    entry.locality === undefined || entry.locality === '' ? localityLabel(labels) : entry.locality;
  const network = entry.network ?? '';
  return {
    address: entry.address ?? '',
    labels: withTopology(labels, { locality, network, node: undefined }),
    weight: entry.weight === undefined || entry.weight === 0 ? 1 : entry.weight,
    locality,
    network,
    tlsMode: labels['security.istio.io/tlsMode'] ?? (serviceAccount === '' ? 'disabled' : 'istio'),
    serviceAccount,
    health: 'UNKNOWN',
    workloadName: owner.name,
    namespace: owner.namespace,
    nodeName: undefined,
    hostname: undefined,
    subdomain: undefined,
  };
}

/** The locality that a label gives; dots may stand for slashes, which labels cannot hold. */
export function localityLabel(labels: Readonly<Record<string, string>>): string {
  const label = labels['topology.istio.io/locality'] ?? labels['istio-locality'] ?? '';
  return label.includes('/') ? label : label.replaceAll('.', '/');
}

/** Where an endpoint is, as labels that subsets and failover priorities can name. Istio: `AugmentLabels`. */
export function withTopology(
  labels: Readonly<Record<string, string>>,
  place: { readonly locality: string; readonly network: string; readonly node: string | undefined },
): Readonly<Record<string, string>> {
  const [region = '', zone = '', subzone = ''] = place.locality.split('/');
  // Not `Object.create(null)`, which is a hash table of several times the size.
  const all: Record<string, string> = Object.assign(Object.setPrototypeOf({}, null), labels);
  if (region !== '') all['topology.kubernetes.io/region'] = region;
  if (zone !== '') all['topology.kubernetes.io/zone'] = zone;
  if (subzone !== '') all['topology.istio.io/subzone'] = subzone;
  all['topology.istio.io/cluster'] = clusterId;
  if (place.node !== undefined) all['kubernetes.io/hostname'] = place.node;
  if (place.network !== '') all['topology.istio.io/network'] ??= place.network;
  return all;
}

/** The name that Istio gives the one cluster that it knows. */
const clusterId = 'Kubernetes';

/** Unhealthy workloads that asked for health checks are no endpoints. */
export function isUsable(entry: Resource<'WorkloadEntry'>): boolean {
  if (!truths.has(entry.annotations['proxy.istio.io/health-checks-enabled'] ?? '')) return true;
  const { conditions } = (entry.status ?? {}) as { conditions?: { type?: string; status?: string }[] };
  return conditions?.some(({ type, status }) => type === 'Healthy' && status === 'True') ?? false;
}

/** What Go's `strconv.ParseBool` takes for yes. */
const truths: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
