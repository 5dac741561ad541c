import { isIP } from 'node:net';
import type { Resource, ResourceSnapshot } from '@inmesh/model';
import type { Declaration } from './declaration.js';
import { podFacts, sliceEndpoints } from './kubernetes-endpoints.js';
import { hasLabels } from './labels.js';
import type { Service, ServiceEndpoint, ServicePort } from './service.js';
import { inlineWorkload, isUsable, type WorkloadFacts, workloadEntryFacts } from './workload-endpoint.js';

/** The endpoints that all declarations of one host give it. */
export function mergedEndpoints(
  declarations: readonly Declaration[],
  slices: readonly Resource<'EndpointSlice'>[],
  snapshot: ResourceSnapshot,
): readonly ServiceEndpoint[] {
  const merged: ServiceEndpoint[] = [];
  const served = new Set<number | undefined>();
  for (const declaration of declarations) {
    // A name that is resolved to one address at a time can be only one for each port.
    const isSingle = declaration.service.resolution === 'DNSRoundRobinLB';
    for (const endpoint of endpointsOf(declaration, slices, snapshot)) {
      if (isSingle && served.has(endpoint.servicePort)) continue;
      served.add(endpoint.servicePort);
      merged.push(endpoint);
    }
  }
  return merged;
}

/** What one object of the registry knows about the endpoints behind a host: those of all its ports. */
function endpointsOf(
  { service, resource }: Declaration,
  slices: readonly Resource<'EndpointSlice'>[],
  snapshot: ResourceSnapshot,
): readonly ServiceEndpoint[] {
  return resource.kind === 'Service'
    ? kubernetesEndpoints(service, slices, snapshot)
    : serviceEntryEndpoints(service, resource as Resource<'ServiceEntry'>, snapshot);
}

/** Pods behind the slices, then the WorkloadEntries that the Service selects besides. */
function kubernetesEndpoints(
  service: Service,
  slices: readonly Resource<'EndpointSlice'>[],
  snapshot: ResourceSnapshot,
): readonly ServiceEndpoint[] {
  const pods = sliceEndpoints(service, slices, snapshot);
  if (service.selector === undefined || Object.keys(service.selector).length === 0) return pods;
  const entries = selectedEntries(service, service.selector, snapshot);
  const others = byName(entries.filter(({ facts }) => isIP(facts.address)));
  return others.length === 0 ? pods : [...pods, ...atPorts(service, others)];
}

function serviceEntryEndpoints(
  service: Service,
  owner: Resource<'ServiceEntry'>,
  snapshot: ResourceSnapshot,
): readonly ServiceEndpoint[] {
  const isDns = service.resolution === 'DNSLB' || service.resolution === 'DNSRoundRobinLB';
  if (service.selector !== undefined) {
    // Without labels it selects nothing, rather than everything.
    if (Object.keys(service.selector).length === 0) return [];
    const selected = byName([
      ...selectedPods(service, service.selector, snapshot),
      ...selectedEntries(service, service.selector, snapshot),
    ]);
    return atPorts(service, isDns ? selected : selected.filter(({ facts }) => isIP(facts.address)));
  }
  const inline = owner.spec.endpoints ?? [];
  if (inline.length === 0) return isDns ? service.ports.map((port) => hostItself(service, port, owner)) : [];
  return atPorts(
    service,
    byName(
      inline.map((endpoint, index) => ({
        facts: inlineWorkload(owner, endpoint, index),
        ports: endpoint.ports,
      })),
    ),
  );
}

interface SelectedWorkload {
  readonly facts: WorkloadFacts;
  /** The workload's own ports by the names of the service's. */
  readonly ports: Readonly<Record<string, number>> | undefined;
}

function selectedPods(
  { namespace }: Service,
  selector: Readonly<Record<string, string>>,
  snapshot: ResourceSnapshot,
): SelectedWorkload[] {
  return snapshot
    .list('Pod', namespace)
    .filter((pod) => hasLabels(pod.labels, selector))
    .flatMap((pod) => {
      const facts = podFacts(pod);
      return facts === undefined ? [] : [{ facts, ports: undefined }];
    });
}

function selectedEntries(
  { namespace }: Service,
  selector: Readonly<Record<string, string>>,
  snapshot: ResourceSnapshot,
): SelectedWorkload[] {
  return snapshot
    .list('WorkloadEntry', namespace)
    .filter((entry) => isUsable(entry))
    .map((entry) => ({ facts: workloadEntryFacts(entry), ports: entry.spec.ports }))
    .filter(({ facts }) => hasLabels(facts.labels, selector));
}

/** Istio's order, in which the eleventh inline endpoint, number 10, comes before number 2. */
function byName(workloads: readonly SelectedWorkload[]): readonly SelectedWorkload[] {
  return [...workloads].sort(({ facts: { workloadName: a } }, { facts: { workloadName: b } }) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
}

function atPorts(service: Service, workloads: readonly SelectedWorkload[]): ServiceEndpoint[] {
  return service.ports.flatMap((port) =>
    workloads.map(({ facts, ports }) => ({
      ...facts,
      port: portBehind(facts, port, ports),
      portName: port.name,
      servicePort: port.number,
    })),
  );
}

/** Sockets of the file system have none; a port of the workload itself beats the service's target port. */
function portBehind(
  { address }: WorkloadFacts,
  { name, number, targetPort }: ServicePort,
  ports: Readonly<Record<string, number>> = {},
): number {
  if (address.startsWith('unix://')) return 0;
  const own = Object.hasOwn(ports, name) ? ports[name] : undefined;
  if (own !== undefined && own > 0) return own;
  if (typeof targetPort === 'number') return targetPort;
  return (
    (targetPort !== undefined && Object.hasOwn(ports, targetPort) ? ports[targetPort] : undefined) ?? number
  );
}

/** Without endpoints a DNS service is its own endpoint, under its own name and in plain text. */
function hostItself(service: Service, port: ServicePort, owner: Resource<'ServiceEntry'>): ServiceEndpoint {
  return {
    address: service.hostname,
    port: typeof port.targetPort === 'number' ? port.targetPort : port.number,
    portName: port.name,
    servicePort: port.number,
    labels: {},
    weight: 1,
    locality: '',
    network: '',
    tlsMode: 'disabled',
    serviceAccount: '',
    health: 'UNKNOWN',
    workloadName: owner.name,
    namespace: owner.namespace,
    nodeName: undefined,
    hostname: undefined,
    subdomain: undefined,
  };
}
