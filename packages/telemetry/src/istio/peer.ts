import type { Workload } from '@inmesh/model';

/** One end of a call, in the words of Istio's metrics. What is not known is `unknown`. */
export interface Peer {
  readonly workload: string;
  readonly namespace: string;
  readonly principal: string;
  readonly app: string;
  readonly version: string;
  readonly cluster: string;
  readonly canonicalService: string;
  readonly canonicalRevision: string;
}

export const unknownPeer: Peer = {
  workload: 'unknown',
  namespace: 'unknown',
  principal: 'unknown',
  app: 'unknown',
  version: 'unknown',
  cluster: 'unknown',
  canonicalService: 'unknown',
  canonicalRevision: 'latest',
};

/** This process. Istio: the node's metadata, and the labels that make a canonical service. */
export function peerOfWorkload({ name, namespace, labels, metadata }: Workload): Peer {
  const { WORKLOAD_NAME, CLUSTER_ID } = metadata;
  const workload = typeof WORKLOAD_NAME === 'string' ? WORKLOAD_NAME : name;
  return {
    workload,
    namespace,
    principal: 'unknown',
    app: labels.app ?? 'unknown',
    version: labels.version ?? 'unknown',
    cluster: typeof CLUSTER_ID === 'string' ? CLUSTER_ID : 'unknown',
    canonicalService:
      labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels.app ?? workload,
    canonicalRevision:
      labels['service.istio.io/canonical-revision'] ??
      labels['app.kubernetes.io/version'] ??
      labels.version ??
      'latest',
  };
}

/**
 * An endpoint, by what its metadata says of its workload: name, namespace, canonical service and revision, and
 * cluster, separated by semicolons. Istio: `istio.workload` of `LbEndpoint.metadata`.
 */
export function peerOfEndpoint(workload: unknown): Peer {
  if (typeof workload !== 'string') return unknownPeer;
  const [name, namespace, service, revision, cluster] = workload.split(';');
  return {
    ...unknownPeer,
    workload: name || 'unknown',
    namespace: namespace || 'unknown',
    canonicalService: service || 'unknown',
    canonicalRevision: revision || 'latest',
    cluster: cluster || 'unknown',
  };
}
