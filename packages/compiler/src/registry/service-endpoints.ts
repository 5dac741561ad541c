import { isIP } from 'node:net';
import type { Resource, ResourceSnapshot } from '@inmesh/model';
import type { Declaration } from './declaration.js';
import { podFacts, sliceEndpoints } from './kubernetes-endpoints.js';
import { hasLabels } from './labels.js';
import type { Service, ServiceEndpoint, ServicePort } from './service.js';
import { inlineWorkload, isUsable, type WorkloadFacts, workloadEntryFacts } from './workload-endpoint.js';

/** What one object of the registry knows about the endpoints behind a host: those of all its ports. */
export function endpointsOf(
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
  const others = selectedEntries(service, service.selector, snapshot).filter(({ facts }) =>
    isIP(facts.address),
  );
  return others.length === 0 ? pods : [...pods, ...atPorts(service, others)];
}

function serviceEntryEndpoints(
  service: Service,
  owner: Resource<'ServiceEntry'>,
  snapshot: ResourceSnapshot,
): readonly ServiceEndpoint[] {
  const isDns = service.resolution === 'DNSLB' || service.resolution === 'DNSRoundRobinLB';
  if (service.selector !== undefined) {
    const selected = [
      ...selectedPods(service, service.selector, snapshot),
      ...selectedEntries(service, service.selector, snapshot),
    ];
    return atPorts(service, isDns ? selected : selected.filter(({ facts }) => isIP(facts.address)));
  }
  const inline = owner.spec.endpoints ?? [];
  if (inline.length === 0) return isDns ? service.ports.map((port) => hostItself(service, port, owner)) : [];
  return atPorts(
    service,
    inline.map((endpoint, index) => ({
      facts: inlineWorkload(owner, endpoint, index),
      ports: endpoint.ports,
    })),
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
  return byName(snapshot.list('Pod', namespace))
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
  return byName(snapshot.list('WorkloadEntry', namespace))
    .filter((entry) => isUsable(entry))
    .map((entry) => ({ facts: workloadEntryFacts(entry), ports: entry.spec.ports }))
    .filter(({ facts }) => hasLabels(facts.labels, selector));
}

function byName<T extends { readonly name: string }>(resources: readonly T[]): T[] {
  return [...resources].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
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
