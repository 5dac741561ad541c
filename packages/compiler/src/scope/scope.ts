import type {
  DestinationRule,
  MeshConfig,
  OutboundTrafficPolicy,
  Resource,
  ResourceSnapshot,
  SortedList,
  VirtualService,
  Workload,
} from '@inmesh/model';
import type { Service, ServiceEndpoint, ServicePort } from '../registry/service.js';
import type { PeerAuthentications } from './peer-authentication.js';

/**
 * What one workload sees of the mesh, worked out once per snapshot from its Sidecar and from everybody's
 * `exportTo`. All four outputs (listeners, routes, clusters, endpoints) start here. Immutable; what did not
 * change from one scope to the next is the same object. Istio: `SidecarScope` and the indexes of `PushContext`.
 */
export interface Scope {
  readonly workload: Workload;
  readonly mesh: MeshConfig;
  readonly rootNamespace: string;
  /** For kinds that have no view of their own: Gateway, Secret. */
  readonly snapshot: ResourceSnapshot;
  readonly peerAuthentications: PeerAuthentications;
  /** The Sidecar in force; `undefined` for routers and where none applies. */
  readonly sidecar: Resource<'Sidecar'> | undefined;
  readonly outboundTrafficPolicy: OutboundTrafficPolicy;
  /** In the order of the Sidecar; the last may be the catch-all. Routers have one, with everything. */
  readonly egressListeners: readonly EgressListenerScope[];
  /** All services of all listeners, one per hostname, in Istio's order: the clusters. */
  readonly services: readonly Service[];
  /** The ports of services whose endpoints include this workload. Istio: `Proxy.ServiceTargets`. */
  readonly serviceTargets: readonly ServiceTarget[];
  service(hostname: string): Service | undefined;
  /**
   * The service that a rule of `namespace` means on a gateway: of its own namespace first, else the visible one.
   * Istio: `PushContext.ServiceForHostname`.
   */
  serviceFor(hostname: string, namespace: string): Service | undefined;
  /** Those of all ports. */
  endpoints(service: Service): readonly ServiceEndpoint[];
  /** The rule in force for a host, merged. Istio: `SidecarScope.DestinationRule`. */
  destinationRule(hostname: string): ConsolidatedDestinationRule | undefined;
  /** Virtual services bound to this gateway (`namespace/name`), in order: private, exported, public. */
  virtualServicesOf(gateway: string): readonly ResolvedVirtualService[];
}

/** A port of this workload, and the service that it belongs to. */
export interface ServiceTarget {
  readonly service: Service;
  readonly port: ServicePort;
  /** The port that the application listens on. */
  readonly targetPort: number;
}

/** One egress listener of a Sidecar, or the default one. Istio: `IstioEgressListenerWrapper`. */
export interface EgressListenerScope {
  /** Absent: the catch-all. 0 with a `unix://` bind. */
  readonly port: { readonly number: number; readonly protocol: string; readonly name: string } | undefined;
  readonly bind: string;
  readonly captureMode: 'DEFAULT' | 'IPTABLES' | 'NONE';
  readonly services: SortedList<Service>;
  /** Those of them that have the port, in their order. The same list until one of them changes. */
  servicesOn(port: number): SortedList<Service>;
  /**
   * Of those all that may make a difference to the port's listeners, in their order: whatever is not plain HTTP, and
   * of plain HTTP the first, as routes tell the others apart.
   */
  listenedFor(port: number): readonly Service[];
  /** All ports that they have. */
  servicePorts(): Iterable<number>;
  /** In order: private, exported, public; each by age. Delegates are merged, short names completed. */
  readonly virtualServices: SortedList<ResolvedVirtualService>;
}

/** A VirtualService with delegates merged and names of hosts, destinations and gateways completed. */
export interface ResolvedVirtualService {
  readonly resource: Resource<'VirtualService'>;
  readonly spec: VirtualService;
  /** Where an http route of `spec` was written: its own resource and index, which differ behind a delegate. */
  readonly routeOrigins: readonly RouteOrigin[];
  /** Who sees it: names of namespaces, or `*` alone. */
  readonly exportTo: ReadonlySet<string>;
}

/** The place of one http route: `spec.http[index]` of `resource`. */
export interface RouteOrigin {
  readonly resource: Resource<'VirtualService'>;
  readonly index: number;
}

/** Rules for one host of one namespace, merged. Istio: `ConsolidatedDestRule`. */
export interface ConsolidatedDestinationRule {
  readonly resources: readonly Resource<'DestinationRule'>[];
  readonly spec: DestinationRule;
}
