/** The four facts in the name of a cluster that Istio generates: `outbound|9080|v1|reviews.app.svc.cluster.local`. */
export interface ClusterName {
  readonly direction: 'outbound' | 'inbound';
  readonly port: number;
  /** Empty for the cluster of the whole service. */
  readonly subset: string;
  readonly host: string;
}

/** Istio: `BuildSubsetKey`. */
export function formatClusterName({ direction, port, subset, host }: ClusterName): string {
  return `${direction}|${port}|${subset}|${host}`;
}

/** The server name that stands for a cluster in mutual TLS: `outbound_.9080_.v1_.reviews…`. Istio: `BuildDNSSrvSubsetKey`. */
export function formatSniName({ direction, port, subset, host }: ClusterName): string {
  return `${direction}_.${port}_.${subset}_.${host}`;
}

/** `undefined` for names that Istio did not build, such as `PassthroughCluster`. */
export function parseClusterName(name: string): ClusterName | undefined {
  const parts = /^(?:in|out)bound_\./.test(name) ? name.split('_.') : name.split('|');
  const [direction, port, subset, host] = parts;
  if (parts.length !== 4 || (direction !== 'outbound' && direction !== 'inbound')) return undefined;
  return { direction, port: Number(port), subset: subset ?? '', host: host ?? '' };
}
