/**
 * Who calls: Istio's "proxy". It decides which rules apply (namespace, labels), which endpoints are near
 * (locality), and whether the rules of sidecars or of gateways are meant.
 */
export interface Workload {
  readonly type: 'sidecar' | 'router';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** `region/zone/subzone`; missing parts are empty. */
  readonly locality: string;
  readonly ip: string;
  /** Istio's node metadata, which EnvoyFilters may match on. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The DNS domain of the cluster. */
  readonly domain: string;
}

/** Fills in what the caller of {@link createMesh} left out. */
export function createWorkload(given: Partial<Workload> = {}): Workload {
  return {
    type: 'sidecar',
    name: 'inmesh',
    namespace: 'default',
    labels: {},
    serviceAccount: 'default',
    locality: '',
    ip: '127.0.0.1',
    metadata: {},
    domain: 'cluster.local',
    ...given,
  };
}
