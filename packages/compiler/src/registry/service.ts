import type { Protocol, Resource } from '@inmesh/model';
import type { TrafficDistribution } from './traffic-distribution.js';

/**
 * One entry of the registry: a Kubernetes Service, or one host × address of a ServiceEntry. Immutable; a scope may
 * hold copies with fewer or merged ports. Istio: `model.Service`.
 */
export interface Service {
  readonly hostname: string;
  readonly namespace: string;
  /** The Kubernetes Service's name, or the host of the ServiceEntry. */
  readonly name: string;
  readonly registry: 'Kubernetes' | 'External';
  readonly createdAt: number;
  readonly resolution: Resolution;
  readonly meshExternal: boolean;
  readonly ports: readonly ServicePort[];
  /** ClusterIPs or the ServiceEntry's address (IP or CIDR); `0.0.0.0` where there is none. */
  readonly addresses: readonly string[];
  /** Resolved: `*`, `~` or names of namespaces. */
  readonly exportTo: ReadonlySet<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** From the ServiceEntry; borrowed for TLS origination. */
  readonly subjectAltNames: readonly string[];
  /** The external name of a Kubernetes ExternalName service. */
  readonly externalName: string | undefined;
  /** Host names of ExternalName services that stand for this one. */
  readonly aliases: readonly string[];
  /** `internalTrafficPolicy: Local`: only endpoints on the caller's node. */
  readonly nodeLocal: boolean;
  readonly trafficDistribution: TrafficDistribution | undefined;
  /** `istio.io/connect-strategy`: of all addresses of a name the first that answers is used. */
  readonly racesAddresses: boolean;
  /** An object that declares it. A later version that declares the very same does not replace it here. */
  readonly resource: Resource<'Service'> | Resource<'ServiceEntry'>;
}

/** Istio: `Resolution`. `Passthrough` is NONE and headless, `Alias` is ExternalName. */
export type Resolution =
  | 'ClientSideLB'
  | 'DNSLB'
  | 'DNSRoundRobinLB'
  | 'DynamicDNS'
  | 'Passthrough'
  | 'Alias';

export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** The port behind the service port; of a Kubernetes Service it may be a name of the pod's port. */
  readonly targetPort: number | string | undefined;
}

/** One address behind a service port. Istio: `IstioEndpoint`. */
export interface ServiceEndpoint {
  /** IP, host name (DNS resolutions) or `unix://…`. */
  readonly address: string;
  readonly port: number;
  readonly portName: string;
  /** The number of the service port in the rule that brings it; of Kubernetes only the name is known. */
  readonly servicePort: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly weight: number;
  readonly locality: string;
  readonly network: string;
  readonly tlsMode: string;
  readonly serviceAccount: string;
  readonly health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | 'DRAINING';
  readonly workloadName: string;
  readonly namespace: string;
  readonly nodeName: string | undefined;
  readonly hostname: string | undefined;
  readonly subdomain: string | undefined;
}
