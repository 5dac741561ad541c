import { isIP } from 'node:net';
import { parseProtocol, type Resource } from '@inmesh/model';
import { racesAddresses } from './races-addresses.js';
import type { Resolution, Service, ServicePort } from './service.js';
import { type Annotations, trafficDistribution } from './traffic-distribution.js';

/**
 * One service per host and address; without addresses one per host, at the unspecified address. Addresses
 * that Istio hands out by itself count only for proxies that answer DNS, which a process does not.
 */
export function convertServiceEntry(
  resource: Resource<'ServiceEntry'>,
  exportTo: ReadonlySet<string>,
  annotations: Annotations,
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
  const selector = spec.workloadSelector && (spec.workloadSelector.labels ?? {});
  const addresses = (spec.addresses ?? []).map(withoutFullMask).filter(isAddress);
  // One literal, so that all services of a mesh have one shape.
  const serviceAt = (hostname: string, address: string): Service => ({
    hostname,
    namespace: resource.namespace,
    name: hostname,
    registry: 'External',
    createdAt: resource.createdAt,
    resolution: resolutions[spec.resolution ?? 'NONE'],
    meshExternal: spec.location !== 'MESH_INTERNAL',
    ports,
    addresses: [address],
    exportTo,
    labels: resource.labels,
    selector,
    subjectAltNames: spec.subjectAltNames ?? [],
    externalName: undefined,
    aliases: [],
    nodeLocal: false,
    trafficDistribution: trafficDistribution(resource, annotations),
    racesAddresses: racesAddresses(resource),
    resource,
  });
  return (spec.hosts ?? []).flatMap((hostname) =>
    (addresses.length > 0 ? addresses : ['0.0.0.0']).map((address) => serviceAt(hostname, address)),
  );
}

const resolutions = {
  NONE: 'Passthrough',
  STATIC: 'ClientSideLB',
  DNS: 'DNSLB',
  DNS_ROUND_ROBIN: 'DNSRoundRobinLB',
  DYNAMIC_DNS: 'DynamicDNS',
} as const satisfies Record<string, Resolution>;

/** Istio passes over what is neither an address nor a range of them. */
function isAddress(address: string): boolean {
  const [ip = '', bits, ...more] = address.split('/');
  const version = isIP(ip);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** A range of one address is that address. */
function withoutFullMask(address: string): string {
  return address.replace(/^([0-9.]+)\/32$|^([0-9a-fA-F:.]+)\/128$/, '$1$2');
}
