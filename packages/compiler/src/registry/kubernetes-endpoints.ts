import type { Pod, PodStatus, Resource, ResourceSnapshot } from '@inmesh/model';
import type { Service, ServiceEndpoint } from './service.js';
import { localityLabel, type WorkloadFacts, withTopology } from './workload-endpoint.js';

/**
 * The endpoints in the slices of a Service; `Endpoints` objects count only where there are no slices. Ports are
 * told apart by name. Terminating endpoints are left out, unready ones stay as unhealthy.
 */
export function sliceEndpoints(
  service: Service,
  slices: readonly Resource<'EndpointSlice'>[],
  snapshot: ResourceSnapshot,
): ServiceEndpoint[] {
  const found = new Map<string, ServiceEndpoint>();
  const add = (facts: WorkloadFacts, ports: readonly SlicePort[] | undefined): void => {
    for (const { name, port } of ports ?? []) {
      if (port === undefined || port === null) continue;
      const portName = name ?? '';
      found.set(`${facts.address}|${port}|${portName}`, { ...facts, port, portName, servicePort: undefined });
    }
  };
  for (const slice of slices) {
    if (slice.spec.addressType === 'FQDN') continue;
    for (const endpoint of slice.spec.endpoints ?? []) {
      const health = healthOf(endpoint.conditions ?? {});
      if (health === undefined) continue;
      for (const address of endpoint.addresses ?? []) {
        const given = { address, health, nodeName: endpoint.nodeName, hostname: endpoint.hostname };
        add(factsOf(service, given, endpoint.targetRef, snapshot), slice.spec.ports);
      }
    }
  }
  if (slices.length === 0) {
    const legacy = snapshot.get('Endpoints', service.namespace, service.name);
    for (const { addresses = [], notReadyAddresses = [], ports } of legacy?.spec.subsets ?? []) {
      for (const [list, health] of [
        [addresses, 'HEALTHY'],
        [notReadyAddresses, 'UNHEALTHY'],
      ] as const) {
        for (const { ip, nodeName, hostname, targetRef } of list) {
          if (ip === undefined) continue;
          add(factsOf(service, { address: ip, health, nodeName, hostname }, targetRef, snapshot), ports);
        }
      }
    }
  }
  return [...found.values()];
}

interface SlicePort {
  readonly name?: string | null;
  readonly port?: number | null;
}

/** `undefined`: on its way out. */
function healthOf(conditions: {
  readonly ready?: boolean | null;
  readonly terminating?: boolean | null;
}): 'HEALTHY' | 'UNHEALTHY' | undefined {
  if (conditions.ready !== false) return 'HEALTHY';
  return conditions.terminating === true ? undefined : 'UNHEALTHY';
}

type Given = Pick<ServiceEndpoint, 'address' | 'health' | 'nodeName' | 'hostname'>;

function factsOf(
  service: Service,
  given: Given,
  target: { readonly kind?: string; readonly name?: string } | undefined,
  snapshot: ResourceSnapshot,
): WorkloadFacts {
  const pod =
    target?.kind === 'Pod' && target.name !== undefined
      ? snapshot.get('Pod', service.namespace, target.name)
      : undefined;
  return workloadFacts(given, service.namespace, pod);
}

/** A pod as an endpoint of a ServiceEntry that selects it; `undefined` while it is not ready. */
export function podFacts(pod: Resource<'Pod'>): WorkloadFacts | undefined {
  const { podIP, phase, conditions } = (pod.status ?? {}) as PodStatus;
  const isReady = conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  if (podIP === undefined || podIP === '' || phase === 'Succeeded' || phase === 'Failed' || !isReady) {
    return undefined;
  }
  return workloadFacts(
    { address: podIP, health: 'UNKNOWN', nodeName: pod.spec.nodeName, hostname: pod.spec.hostname },
    pod.namespace,
    pod,
  );
}

function workloadFacts(given: Given, namespace: string, pod: Resource<'Pod'> | undefined): WorkloadFacts {
  const labels = pod?.labels ?? {};
  const spec: Pod = pod?.spec ?? {};
  const locality = localityLabel(labels);
  const network = labels['topology.istio.io/network'] ?? '';
  return {
    ...given,
    labels: withTopology(labels, { locality, network, node: given.nodeName ?? spec.nodeName }),
    weight: 1,
    locality,
    network,
    tlsMode: labels['security.istio.io/tlsMode'] ?? 'disabled',
    serviceAccount: spec.serviceAccountName ?? '',
    workloadName: pod?.name ?? '',
    namespace,
    nodeName: given.nodeName ?? spec.nodeName,
    hostname: given.hostname ?? spec.hostname,
    subdomain: spec.subdomain,
  };
}
