import type { MutualTLS, PeerAuthentication, Resource, ResourceSnapshot } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';

export type MutualTlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** What workloads accept: the narrowest PeerAuthentication that is set decides. Istio: `AuthenticationPolicies`. */
export interface PeerAuthentications {
  /** Of a whole namespace, which is all that clients of a service may infer. */
  ofNamespace(namespace: string): MutualTlsMode;
  /** Of one port of one workload. */
  ofWorkload(namespace: string, labels: Readonly<Record<string, string>>, port: number): MutualTlsMode;
  /** The ports for which the policy of a workload says something of their own. */
  portsOf(namespace: string, labels: Readonly<Record<string, string>>): readonly number[];
}

/** Nothing said means that both are taken. */
export function peerAuthentications(snapshot: ResourceSnapshot, rootNamespace: string): PeerAuthentications {
  const whole = (namespace: string): MutualTlsMode | undefined =>
    modeOf(snapshot.list('PeerAuthentication', namespace).find((policy) => !selects(policy))?.spec.mtls);
  const ofNamespace = (namespace: string): MutualTlsMode =>
    whole(namespace) ?? whole(rootNamespace) ?? 'PERMISSIVE';
  const selecting = (
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): Resource<'PeerAuthentication'> | undefined =>
    snapshot
      .list('PeerAuthentication', namespace)
      .find((policy) => selects(policy) && hasLabels(labels, policy.spec.selector?.matchLabels ?? {}));
  return {
    ofNamespace,
    portsOf: (namespace, labels) =>
      Object.keys(selecting(namespace, labels)?.spec.portLevelMtls ?? {}).map(Number),
    ofWorkload(namespace, labels, port) {
      const own = selecting(namespace, labels);
      return (
        modeOf(own?.spec.portLevelMtls?.[String(port)]) ?? modeOf(own?.spec.mtls) ?? ofNamespace(namespace)
      );
    },
  };
}

function selects({ spec }: Resource<'PeerAuthentication'> | { spec: PeerAuthentication }): boolean {
  return Object.keys(spec.selector?.matchLabels ?? {}).length > 0;
}

function modeOf(mtls: MutualTLS | undefined): MutualTlsMode | undefined {
  return mtls?.mode === undefined || mtls.mode === 'UNSET' ? undefined : mtls.mode;
}
