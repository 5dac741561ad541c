import type { Resource } from '@inmesh/model';
import { parseProtocol } from './protocol.js';
import { racesAddresses } from './races-addresses.js';
import type { Resolution, Service, ServicePort } from './service.js';

/**
 * One service per host and address; without addresses one per host, at the unspecified address. Addresses
 * that Istio hands out by itself count only for proxies that answer DNS, which a process does not.
 */
export function convertServiceEntry(
  resource: Resource<'ServiceEntry'>,
  exportTo: ReadonlySet<string>,
): readonly Service[] {
  const { spec } = resource;
  const ports = (spec.ports ?? []).map(
    (port): ServicePort => ({
      number: port.number ?? 0,
      name: port.name ?? '',
      protocol: parseProtocol(port.protocol),
      targetPort: port.targetPort === undefined || port.targetPort === 0 ? undefined : port.targetPort,
    }),
  );
  const shared = {
    namespace: resource.namespace,
    registry: 'External',
    createdAt: resource.createdAt,
    resolution: resolutions[spec.resolution ?? 'NONE'],
    meshExternal: spec.location !== 'MESH_INTERNAL',
    ports,
    exportTo,
    labels: resource.labels,
    selector: spec.workloadSelector === undefined ? undefined : (spec.workloadSelector.labels ?? {}),
    subjectAltNames: spec.subjectAltNames ?? [],
    externalName: undefined,
    aliases: [],
    nodeLocal: false,
    trafficDistribution: undefined,
    racesAddresses: racesAddresses(resource),
    resource,
  } as const;
  const addresses = (spec.addresses ?? []).map(withoutFullMask);
  return (spec.hosts ?? []).flatMap((hostname) =>
    (addresses.length > 0 ? addresses : ['0.0.0.0']).map((address) => ({
      ...shared,
      hostname,
      name: hostname,
      addresses: [address],
    })),
  );
}

const resolutions = {
  NONE: 'Passthrough',
  STATIC: 'ClientSideLB',
  DNS: 'DNSLB',
  DNS_ROUND_ROBIN: 'DNSRoundRobinLB',
  DYNAMIC_DNS: 'DynamicDNS',
} as const satisfies Record<string, Resolution>;

/** A range of one address is that address. */
function withoutFullMask(address: string): string {
  return address.replace(/^([0-9.]+)\/32$|^([0-9a-fA-F:.]+)\/128$/, '$1$2');
}
