import type { AuthorizationPolicy, RequestAuthentication, Resource } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';
import type { Scope } from '../scope/scope.js';

/** What the selection of policies depends on. */
export type PolicyScope = Pick<Scope, 'snapshot' | 'workload' | 'rootNamespace'>;

/** The policies of one workload: those of the root namespace first, then those of its own. Istio: `listAuthorizationPolicies`. */
export function appliedPolicies<K extends 'AuthorizationPolicy' | 'RequestAuthentication'>(
  { snapshot, workload, rootNamespace }: PolicyScope,
  kind: K,
): readonly Resource<K>[] {
  const namespaces = new Set([rootNamespace, workload.namespace]);
  return [...namespaces].flatMap((namespace) =>
    snapshot.list(kind, namespace).filter(({ spec }) => selects(spec, workload.labels)),
  );
}

/** Policies that name a Gateway or a Service are for waypoints and for gateways of the other API. */
function selects(
  { selector, targetRef, targetRefs = [] }: AuthorizationPolicy | RequestAuthentication,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (targetRef !== undefined || targetRefs.length > 0) return false;
  return hasLabels(labels, selector?.matchLabels ?? {});
}
