import type { Address, FractionalPercent, Metadata } from './common.js';
import type { EndpointHealthCheckConfig } from './health-check.js';

/** Envoy: `config.endpoint.v3.ClusterLoadAssignment`. */
export interface ClusterLoadAssignment {
  clusterName: string;
  endpoints?: LocalityLbEndpoints[];
  policy?: {
    overprovisioningFactor?: number;
    dropOverloads?: { category?: string; dropPercentage?: FractionalPercent }[];
    weightedPriorityHealth?: boolean;
  };
}

/** Envoy: `LocalityLbEndpoints`: the endpoints of one locality and priority. */
export interface LocalityLbEndpoints {
  locality?: Locality;
  lbEndpoints?: LbEndpoint[];
  loadBalancingWeight?: number;
  /** 0, the most wanted, when absent. */
  priority?: number;
}

export interface Locality {
  region?: string;
  zone?: string;
  subZone?: string;
}

/** Envoy: `LbEndpoint`. */
export interface LbEndpoint {
  endpoint?: {
    address?: Address;
    hostname?: string;
    healthCheckConfig?: EndpointHealthCheckConfig;
    additionalAddresses?: { address?: Address }[];
  };
  healthStatus?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TIMEOUT' | 'DEGRADED';
  metadata?: Metadata;
  loadBalancingWeight?: number;
}
