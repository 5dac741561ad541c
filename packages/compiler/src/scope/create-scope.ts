import type { MeshConfig, OutboundTrafficPolicy, Resource, ResourceSnapshot, Workload } from '@inmesh/model';
import { createRegistryBuilder, type Registry } from '../registry/registry.js';
import type { Service, ServiceEndpoint } from '../registry/service.js';
import {
  chooseRule,
  type DestinationRules,
  indexDestinationRules,
  type MergedRule,
} from './destination-rules.js';
import { scopeEgressListener } from './egress-listeners.js';
import { type PeerAuthentications, peerAuthentications } from './peer-authentication.js';
import type { EgressListenerScope, ResolvedVirtualService, Scope, ServiceTarget } from './scope.js';
import { chooseNamespace, ScopeServices } from './scope-services.js';
import { selectSidecar } from './select-sidecar.js';
import { createVirtualServiceIndexer, type VirtualServices } from './virtual-services.js';
import { visibleServices } from './visibility.js';

/** Makes the scope of one workload for each snapshot; what was made of objects that did not change is kept. */
export function createScopeBuilder(
  workload: Workload,
  mesh: MeshConfig,
): (snapshot: ResourceSnapshot) => Scope {
  const buildRegistry = createRegistryBuilder(mesh, workload.domain);
  const indexVirtualServices = createVirtualServiceIndexer(mesh, workload.domain);
  const rootNamespace = mesh.rootNamespace ?? 'istio-system';
  return (snapshot) =>
    new SnapshotScope(
      { workload, mesh, rootNamespace, snapshot },
      buildRegistry(snapshot),
      indexVirtualServices(snapshot),
      indexDestinationRules(snapshot.list('DestinationRule'), mesh, {
        rootNamespace,
        domain: workload.domain,
      }),
    );
}

const everything = { port: undefined, bind: '', captureMode: 'DEFAULT' } as const;

type Basics = Pick<Scope, 'workload' | 'mesh' | 'rootNamespace' | 'snapshot'>;

class SnapshotScope implements Scope {
  readonly workload: Workload;
  readonly mesh: MeshConfig;
  readonly rootNamespace: string;
  readonly snapshot: ResourceSnapshot;
  readonly peerAuthentications: PeerAuthentications;
  readonly sidecar: Resource<'Sidecar'> | undefined;
  readonly outboundTrafficPolicy: OutboundTrafficPolicy;
  readonly egressListeners: readonly EgressListenerScope[];
  readonly #services = new ScopeServices();
  readonly #registry: Registry;
  readonly #virtualServices: VirtualServices;
  readonly #destinationRules: DestinationRules;
  readonly #ruleByHostname = new Map<string, MergedRule | undefined>();
  #serviceTargets: readonly ServiceTarget[] | undefined;

  constructor(
    { workload, mesh, rootNamespace, snapshot }: Basics,
    registry: Registry,
    virtualServices: VirtualServices,
    destinationRules: DestinationRules,
  ) {
    this.workload = workload;
    this.mesh = mesh;
    this.rootNamespace = rootNamespace;
    this.snapshot = snapshot;
    this.peerAuthentications = peerAuthentications(snapshot, rootNamespace);
    this.#registry = registry;
    this.#virtualServices = virtualServices;
    this.#destinationRules = destinationRules;
    const { namespace } = workload;
    this.sidecar = selectSidecar(snapshot, workload, rootNamespace);
    this.outboundTrafficPolicy = outboundPolicy(this.sidecar, mesh);
    const visible = visibleServices(registry.services, namespace);
    const rules = virtualServices.of('mesh', namespace);
    if (workload.type === 'router') {
      // A gateway has no listener for callers of its own: it knows every service, and no rule adds to them.
      for (const service of visible) this.#services.add(service);
      this.egressListeners = [{ ...everything, services: this.#services.list, virtualServices: rules }];
      return;
    }
    const egress = this.sidecar?.spec.egress ?? [];
    this.egressListeners = (egress.length > 0 ? egress : [{ hosts: ['*/*'] }]).map((listener) =>
      scopeEgressListener(listener, visible, rules, namespace),
    );
    for (const listener of this.egressListeners) {
      for (const service of listener.services) this.#services.add(service);
      this.#services.addDestinations(listener, registry, namespace);
    }
  }

  get services(): readonly Service[] {
    return this.#services.list;
  }

  get serviceTargets(): readonly ServiceTarget[] {
    this.#serviceTargets ??= serviceTargets(this.#registry, this.workload);
    return this.#serviceTargets;
  }

  service(hostname: string): Service | undefined {
    return this.#services.get(hostname);
  }

  serviceFor(hostname: string, namespace: string): Service | undefined {
    return chooseNamespace(this.#registry, hostname, namespace);
  }

  endpoints({ hostname, namespace }: Service): readonly ServiceEndpoint[] {
    return this.#registry.endpoints(hostname, namespace);
  }

  destinationRule(hostname: string): MergedRule | undefined {
    if (this.#ruleByHostname.has(hostname)) return this.#ruleByHostname.get(hostname);
    const service = this.service(hostname);
    const rule =
      service && chooseRule(this.#destinationRules.lookup(service, this.workload.namespace), this.workload);
    this.#ruleByHostname.set(hostname, rule);
    return rule;
  }

  virtualServicesOf(gateway: string): readonly ResolvedVirtualService[] {
    return this.#virtualServices.of(gateway, this.workload.namespace);
  }
}

/** An empty policy in a Sidecar is REGISTRY_ONLY, the first word of that list; none at all is the mesh's. */
function outboundPolicy(sidecar: Resource<'Sidecar'> | undefined, mesh: MeshConfig): OutboundTrafficPolicy {
  const written = sidecar?.spec.outboundTrafficPolicy;
  if (written !== undefined) return { mode: 'REGISTRY_ONLY', ...written };
  return { mode: 'ALLOW_ANY', ...mesh.outboundTrafficPolicy };
}

function serviceTargets(registry: Registry, { ip, namespace }: Workload): readonly ServiceTarget[] {
  const targets: ServiceTarget[] = [];
  for (const service of registry.services) {
    if (service.namespace !== namespace) continue;
    const seen = new Set<string>();
    for (const { address, port: targetPort, portName } of registry.endpoints(service.hostname, namespace)) {
      const port = service.ports.find(({ name }) => name === portName);
      if (address !== ip || port === undefined || seen.has(`${port.number}|${targetPort}`)) continue;
      seen.add(`${port.number}|${targetPort}`);
      targets.push({ service, port, targetPort });
    }
  }
  return targets;
}
