/** Kubernetes: `v1 Service`, its `spec`. */
export interface Service {
  type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  clusterIP?: string;
  clusterIPs?: string[];
  externalName?: string;
  selector?: Record<string, string>;
  ports?: {
    name?: string;
    port?: number;
    targetPort?: number | string;
    protocol?: string;
    appProtocol?: string;
  }[];
  publishNotReadyAddresses?: boolean;
  internalTrafficPolicy?: 'Cluster' | 'Local';
  trafficDistribution?: string;
}

/** Kubernetes: `v1 Endpoints`, whose fields stand beside its metadata. */
export interface Endpoints {
  subsets?: {
    addresses?: EndpointAddress[];
    notReadyAddresses?: EndpointAddress[];
    ports?: EndpointPort[];
  }[];
}

export interface EndpointAddress {
  ip?: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
}

export interface EndpointPort {
  name?: string | null;
  port?: number | null;
  protocol?: string;
  appProtocol?: string;
}

export interface ObjectReference {
  kind?: string;
  name?: string;
  namespace?: string;
}

/** Kubernetes: `discovery.k8s.io/v1 EndpointSlice`, whose fields stand beside its metadata. */
export interface EndpointSlice {
  addressType?: 'IPv4' | 'IPv6' | 'FQDN';
  ports?: EndpointPort[];
  endpoints?: {
    addresses?: string[];
    conditions?: { ready?: boolean | null; serving?: boolean | null; terminating?: boolean | null };
    hostname?: string;
    nodeName?: string;
    zone?: string;
    targetRef?: ObjectReference;
  }[];
}

/** Kubernetes: `v1 Pod`, its `spec`; addresses and readiness are in its `status`. */
export interface Pod {
  serviceAccountName?: string;
  nodeName?: string;
  hostname?: string;
  subdomain?: string;
  containers?: { name?: string; ports?: { name?: string; containerPort?: number; protocol?: string }[] }[];
}

export interface PodStatus {
  podIP?: string;
  podIPs?: { ip?: string }[];
  phase?: string;
  conditions?: { type?: string; status?: string }[];
}

/** Kubernetes: `v1 Namespace`; what counts are its labels and annotations. */
export type Namespace = Record<string, unknown>;

/** Kubernetes: `v1 Secret`, whose fields stand beside its metadata. */
export interface Secret {
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}
