import type {
  DestinationRule,
  MeshConfig,
  OutboundTrafficPolicy,
  Resource,
  VirtualService,
  Workload,
} from '@inmesh/model';
import type { Service, ServiceEndpoint } from '../registry/service.js';

/**
 * What one workload sees of the mesh, worked out once per snapshot from its Sidecar and from everybody's
 * `exportTo`. All four outputs (listeners, routes, clusters, endpoints) start here. Istio: `SidecarScope` and
 * the indexes of `PushContext`.
 */
export interface Scope {
  readonly workload: Workload;
  readonly mesh: MeshConfig;
  readonly outboundTrafficPolicy: OutboundTrafficPolicy;
  /** In the order of the Sidecar; the last may be the catch-all. Routers have one, with everything. */
  readonly egressListeners: readonly EgressListenerScope[];
  /** All services of all listeners, one per hostname, in Istio's order: the clusters. */
  readonly services: readonly Service[];
  service(hostname: string): Service | undefined;
  endpoints(service: Service): readonly ServiceEndpoint[];
  /** The rule in force for a host, merged. Istio: `SidecarScope.DestinationRule`. */
  destinationRule(hostname: string): ConsolidatedDestinationRule | undefined;
  /** Virtual services bound to this gateway (`namespace/name`), in order: private, exported, public. */
  virtualServicesOf(gateway: string): readonly ResolvedVirtualService[];
}

/** One egress listener of a Sidecar, or the default one. Istio: `IstioEgressListenerWrapper`. */
export interface EgressListenerScope {
  /** Absent: the catch-all. 0 with a `unix://` bind. */
  readonly port: { readonly number: number; readonly protocol: string; readonly name: string } | undefined;
  readonly bind: string;
  readonly captureMode: 'DEFAULT' | 'IPTABLES' | 'NONE';
  readonly services: readonly Service[];
  /** In order: private, exported, public; each by age. Delegates are merged, short names completed. */
  readonly virtualServices: readonly ResolvedVirtualService[];
}

/** A VirtualService with delegates merged and names of hosts, destinations and gateways completed. */
export interface ResolvedVirtualService {
  readonly resource: Resource<'VirtualService'>;
  readonly spec: VirtualService;
  /** Where an http route of `spec` was written: its own resource and index, which differ behind a delegate. */
  readonly routeOrigins: readonly { readonly resource: Resource<'VirtualService'>; readonly index: number }[];
}

/** Rules for one host of one namespace, merged. Istio: `ConsolidatedDestRule`. */
export interface ConsolidatedDestinationRule {
  readonly resources: readonly Resource<'DestinationRule'>[];
  readonly spec: DestinationRule;
}
