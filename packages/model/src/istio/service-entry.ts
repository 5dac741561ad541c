import type { Port, WorkloadSelector } from './common.js';

/** Istio: `networking.istio.io/v1 ServiceEntry`. */
export interface ServiceEntry {
  hosts?: string[];
  addresses?: string[];
  ports?: Port[];
  location?: 'MESH_EXTERNAL' | 'MESH_INTERNAL';
  resolution?: 'NONE' | 'STATIC' | 'DNS' | 'DNS_ROUND_ROBIN' | 'DYNAMIC_DNS';
  endpoints?: WorkloadEntry[];
  workloadSelector?: WorkloadSelector;
  exportTo?: string[];
  subjectAltNames?: string[];
}

/** Istio: `networking.istio.io/v1 WorkloadEntry`, which is also an endpoint of a ServiceEntry. */
export interface WorkloadEntry {
  address?: string;
  ports?: Record<string, number>;
  labels?: Record<string, string>;
  network?: string;
  locality?: string;
  weight?: number;
  serviceAccount?: string;
}

/** Istio: `networking.istio.io/v1 WorkloadGroup`. */
export interface WorkloadGroup {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  template?: WorkloadEntry;
  probe?: Record<string, unknown>;
}
