import type { Position } from './errors.js';
import type { DestinationRule } from './istio/destination-rule.js';
import type { EnvoyFilter } from './istio/envoy-filter.js';
import type { Gateway } from './istio/gateway.js';
import type { EndpointSlice, Endpoints, Namespace, Pod, Secret, Service } from './istio/kubernetes.js';
import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from './istio/security.js';
import type { ServiceEntry, WorkloadEntry, WorkloadGroup } from './istio/service-entry.js';
import type { Sidecar } from './istio/sidecar.js';
import type { VirtualService } from './istio/virtual-service.js';
import type { Difference } from './list-difference.js';
import type { Steps } from './steps.js';

/** The body of each kind that inmesh reads; other kinds are skipped and counted. */
export interface Kinds {
  VirtualService: VirtualService;
  DestinationRule: DestinationRule;
  Gateway: Gateway;
  ServiceEntry: ServiceEntry;
  WorkloadEntry: WorkloadEntry;
  WorkloadGroup: WorkloadGroup;
  Sidecar: Sidecar;
  EnvoyFilter: EnvoyFilter;
  PeerAuthentication: PeerAuthentication;
  AuthorizationPolicy: AuthorizationPolicy;
  RequestAuthentication: RequestAuthentication;
  Service: Service;
  Endpoints: Endpoints;
  EndpointSlice: EndpointSlice;
  Pod: Pod;
  Namespace: Namespace;
  Secret: Secret;
}
export type Kind = keyof Kinds;

/** One object of a source, as it was written: names are not completed and defaults not filled in. */
export interface Resource<K extends Kind = Kind> {
  readonly kind: K;
  readonly apiVersion: string;
  /** `default` where the object names none; empty for kinds without namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; 0 when absent, which makes the object the oldest. */
  readonly createdAt: number;
  /** `spec`; of kinds that have none (EndpointSlice, Endpoints, Secret) the object's own fields. */
  readonly spec: Kinds[K];
  readonly status?: unknown;
  readonly origin: Origin;
}

/** Where an object came from. Positions are found when somebody asks, by reading the source again. */
export interface Origin {
  /** A file's path or the name of another source. */
  readonly source: string;
  /** The line of the object's first token. Counts from 1. */
  readonly line: number;
  /** The position of a field, `['spec', 'http', 0, 'timeout']`, or of the nearest field above it that exists. */
  positionOf(path: readonly (string | number)[]): Position;
  /** A line of the source as it is written, where the source is a text. */
  lineText?(line: number): string;
}

/** The state of the world: immutable, replaced whole. A resource that did not change is the same object in the next one. */
export interface ResourceSnapshot {
  /** Counts up by one with each snapshot. */
  readonly version: number;
  /** Sorted by creation time, then name, then namespace (Istio's order). Of one namespace, or of all. */
  list<K extends Kind>(kind: K, namespace?: string): readonly Resource<K>[];
  get<K extends Kind>(kind: K, namespace: string, name: string): Resource<K> | undefined;
  /**
   * What happened to a kind since an earlier snapshot, found at the cost of what is different. `undefined`, or no
   * such method: nobody knows without comparing the lists.
   */
  differenceFrom?<K extends Kind>(
    before: ResourceSnapshot,
    kind: K,
  ): Steps<Difference<Resource<K>>> | undefined;
}

/** `kind/namespace/name`: the identity of a resource in messages and maps. */
export function resourceKey({
  kind,
  namespace,
  name,
}: Pick<Resource, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}

/** Istio's order of precedence: older first, then by name, then by namespace. */
export function compareAge(
  a: Pick<Resource, 'createdAt' | 'name' | 'namespace'>,
  b: Pick<Resource, 'createdAt' | 'name' | 'namespace'>,
): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.namespace < b.namespace ? -1 : a.namespace > b.namespace ? 1 : 0;
}
