import {
  isTcp,
  type MeshConfig,
  type OutboundTrafficPolicy,
  type Resource,
  type ResourceSnapshot,
  SortedList,
  type Steps,
  turnsPerStep,
  type Workload,
} from '@inmesh/model';
import type { Registry } from '../registry/registry.js';
import type { Service, ServiceEndpoint } from '../registry/service.js';
import { chooseNamespace } from './choose-namespace.js';
import { chooseRule, type DestinationRules } from './destination-rules.js';
import { byReachAndAge, type EgressListener } from './egress-listener.js';
import type { MergedRule } from './merge-rules.js';
import { type PeerAuthentications, peerAuthentications } from './peer-authentication.js';
import type { EgressListenerScope, ResolvedVirtualService, Scope, ServiceTarget } from './scope.js';
import { selectSidecar } from './select-sidecar.js';
import { serviceTargets } from './service-targets.js';
import type { ServiceTrimmer } from './trim-service.js';
import { inOrderFor, type VirtualServices } from './virtual-services.js';
import { byVisibility, isVisible } from './visibility.js';

/** What a scope is made of. All of it is immutable. */
export interface ScopeParts {
  readonly registry: Registry;
  readonly virtualServices: VirtualServices;
  readonly destinationRules: DestinationRules;
  /** Empty for gateways, which have no callers of their own to listen to. */
  readonly egressListeners: readonly EgressListener[];
  readonly trimmer: ServiceTrimmer;
  /** Where they are known from the scope before. */
  readonly serviceTargets: readonly ServiceTarget[] | undefined;
}

/** Works things out when they are asked for: a process uses few of the services of a mesh. */
export class SnapshotScope implements Scope {
  readonly workload: Workload;
  readonly mesh: MeshConfig;
  readonly rootNamespace: string;
  readonly snapshot: ResourceSnapshot;
  readonly peerAuthentications: PeerAuthentications;
  readonly sidecar: Resource<'Sidecar'> | undefined;
  readonly outboundTrafficPolicy: OutboundTrafficPolicy;
  readonly #parts: ScopeParts;
  readonly #byHostname = new Map<string, Service>();
  readonly #rules = new Map<string, MergedRule | undefined>();
  #services: readonly Service[] | undefined;
  #egressListeners: readonly EgressListenerScope[] | undefined;
  #serviceTargets: readonly ServiceTarget[] | undefined;

  constructor(basics: Pick<Scope, 'workload' | 'mesh' | 'rootNamespace' | 'snapshot'>, parts: ScopeParts) {
    this.workload = basics.workload;
    this.mesh = basics.mesh;
    this.rootNamespace = basics.rootNamespace;
    this.snapshot = basics.snapshot;
    this.#parts = parts;
    this.#serviceTargets = parts.serviceTargets;
    this.peerAuthentications = peerAuthentications(this.snapshot, this.rootNamespace);
    this.sidecar = selectSidecar(this.snapshot, this.workload, this.rootNamespace);
    this.outboundTrafficPolicy = outboundPolicy(this.sidecar, this.mesh);
  }

  get egressListeners(): readonly EgressListenerScope[] {
    this.#egressListeners ??=
      this.workload.type === 'router' ? [this.#everything()] : this.#parts.egressListeners;
    return this.#egressListeners;
  }

  get services(): readonly Service[] {
    this.#services ??= [...this.#hostnames()].flatMap((hostname) => this.service(hostname) ?? []);
    return this.#services;
  }

  get serviceTargets(): readonly ServiceTarget[] {
    this.#serviceTargets ??= serviceTargets(this.#parts.registry, this.workload);
    return this.#serviceTargets;
  }

  /** `undefined` while nobody has asked for them. */
  get knownTargets(): readonly ServiceTarget[] | undefined {
    return this.#serviceTargets;
  }

  service(hostname: string): Service | undefined {
    const known = this.#byHostname.get(hostname);
    if (known !== undefined) return known;
    const service = this.#gather(hostname);
    if (service !== undefined) this.#byHostname.set(hostname, service);
    return service;
  }

  serviceFor(hostname: string, namespace: string): Service | undefined {
    return chooseNamespace(this.#parts.registry, hostname, namespace);
  }

  endpoints({ hostname, namespace }: Service): readonly ServiceEndpoint[] {
    return this.#parts.registry.endpoints(hostname, namespace);
  }

  destinationRule(hostname: string): MergedRule | undefined {
    const service = this.service(hostname);
    if (service === undefined) return undefined;
    if (this.#rules.has(hostname)) return this.#rules.get(hostname);
    const found = this.#parts.destinationRules.lookup(service, this.workload.namespace);
    const rule = chooseRule(found, this.workload);
    this.#rules.set(hostname, rule);
    return rule;
  }

  virtualServicesOf(gateway: string): readonly ResolvedVirtualService[] {
    return this.#parts.virtualServices.of(gateway, this.workload.namespace);
  }

  /** Whether listeners are bound to endpoints of these names: bytes to services without address have one per pod. */
  *bindsEndpointsOf(hostnames: ReadonlySet<string>): Steps<boolean> {
    if (this.workload.type === 'router') return false;
    let turns = 0;
    for (const hostname of hostnames) {
      if (++turns % turnsPerStep === 0) yield;
      const service = this.service(hostname);
      if (service?.resolution !== 'Passthrough') continue;
      if (service.ports.some(({ protocol }) => isTcp(protocol) || protocol === 'Unsupported')) return true;
    }
    return false;
  }

  /** Whether the workload is, by endpoints of these names, behind other ports than it was when somebody asked. */
  *hasOtherTargets(hostnames: ReadonlySet<string>, { endpoints }: Registry): Steps<boolean> {
    const { ip, namespace } = this.workload;
    if (this.#serviceTargets === undefined) return false;
    if (this.#serviceTargets.some(({ service }) => hostnames.has(service.hostname))) return true;
    let turns = 0;
    for (const hostname of hostnames) {
      if (++turns % turnsPerStep === 0) yield;
      if (endpoints(hostname, namespace).some(({ address }) => address === ip)) return true;
    }
    return false;
  }

  /** What listeners import comes first, so that a mere destination of a rule never takes a name away. */
  #gather(hostname: string): Service | undefined {
    const { registry, egressListeners, trimmer } = this.#parts;
    const { namespace } = this.workload;
    let gathered: Service | undefined;
    const add = (service: Service | undefined): void => {
      if (service !== undefined) gathered = gathered ? trimmer.combine(gathered, service) : service;
    };
    if (this.workload.type === 'router') {
      for (const service of this.#visible(hostname)) add(service);
      return gathered;
    }
    for (const listener of egressListeners) {
      for (const service of listener.imported(hostname, registry)) add(service);
      add(listener.destination(hostname, () => chooseNamespace(registry, hostname, namespace)));
    }
    return gathered;
  }

  #visible(hostname: string): readonly Service[] {
    return this.#parts.registry
      .named(hostname)
      .filter((service) => isVisible(service, this.workload.namespace))
      .sort(byVisibility);
  }

  /** Of all services, in Istio's order. */
  #hostnames(): ReadonlySet<string> {
    const hostnames = new Set<string>();
    if (this.workload.type === 'router') {
      const visible = this.#parts.registry.services.items.filter((service) =>
        isVisible(service, this.workload.namespace),
      );
      for (const { hostname } of visible.sort(byVisibility)) hostnames.add(hostname);
    }
    for (const listener of this.#parts.egressListeners) {
      for (const { hostname } of listener.services) hostnames.add(hostname);
      for (const hostname of listener.destinationHosts()) hostnames.add(hostname);
    }
    return hostnames;
  }

  /** A gateway knows every service, and no rule adds to them. */
  #everything(): EgressListenerScope {
    const { services } = this;
    const on = (port: number): Service[] =>
      services.filter(({ ports }) => ports.some(({ number }) => number === port));
    return {
      port: undefined,
      bind: '',
      captureMode: 'DEFAULT',
      services: SortedList.of(services, byReachAndAge),
      servicesOn: (port) => SortedList.of(on(port), byReachAndAge),
      listenedFor: on,
      servicePorts: () => new Set(services.flatMap(({ ports }) => ports.map(({ number }) => number))),
      virtualServices: SortedList.of(this.virtualServicesOf('mesh'), inOrderFor(this.workload.namespace)),
    };
  }
}

/** An empty policy in a Sidecar is REGISTRY_ONLY, the first word of that list; none at all is the mesh's. */
function outboundPolicy(sidecar: Resource<'Sidecar'> | undefined, mesh: MeshConfig): OutboundTrafficPolicy {
  const written = sidecar?.spec.outboundTrafficPolicy;
  if (written !== undefined) return { mode: 'REGISTRY_ONLY', ...written };
  return { mode: 'ALLOW_ANY', ...mesh.outboundTrafficPolicy };
}
