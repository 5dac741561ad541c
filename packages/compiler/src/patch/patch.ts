import type {
  ApplyTo,
  Cluster,
  EnvoyConfigObjectMatch,
  Extension,
  FilterChain,
  HttpFilter,
  Listener,
  PatchOperation,
  Resource,
  Route,
  RouteConfiguration,
  VirtualHost,
} from '@inmesh/model';
import { patchedMessages } from '@inmesh/model/envoy-messages';

/** Which half of a proxy's configuration is being made. Istio: `EnvoyFilter.PatchContext`. */
export type PatchContext = 'SIDECAR_OUTBOUND' | 'SIDECAR_INBOUND' | 'GATEWAY';

/** What can be patched, with the form of its values. */
export interface PatchValues {
  CLUSTER: Partial<Cluster>;
  LISTENER: Partial<Listener>;
  LISTENER_FILTER: Partial<Extension>;
  FILTER_CHAIN: FilterChain;
  NETWORK_FILTER: Partial<Extension>;
  HTTP_FILTER: Partial<HttpFilter>;
  ROUTE_CONFIGURATION: Partial<RouteConfiguration>;
  VIRTUAL_HOST: Partial<VirtualHost>;
  HTTP_ROUTE: Partial<Route>;
}
export type PatchTarget = keyof PatchValues;

/** One entry of an EnvoyFilter's `configPatches`, its value parsed. */
export interface Patch<T extends PatchTarget = PatchTarget> {
  readonly resource: Resource<'EnvoyFilter'>;
  /** Its place in the list of its resource. */
  readonly index: number;
  readonly operation: PatchOperation;
  readonly match: EnvoyConfigObjectMatch;
  /** An empty message where the rule has none, which only REMOVE may do. */
  readonly value: PatchValues[T];
}

/** The patches for one workload by what they apply to, each list in the order in which Istio executes it. */
export type PatchSet = { readonly [T in PatchTarget]: readonly Patch<T>[] };

export function isPatchTarget(applyTo: ApplyTo | undefined): applyTo is PatchTarget {
  return applyTo !== undefined && applyTo !== 'EXTENSION_CONFIG' && Object.hasOwn(patchedMessages, applyTo);
}

export function appliesIn(...contexts: readonly PatchContext[]): (patch: Patch) => boolean {
  return ({ match }) =>
    match.context === undefined ||
    match.context === 'ANY' ||
    contexts.some((context) => context === match.context);
}

/** Additions of whole objects that name no context happen once, not for inbound too. */
export function addsIn(context: PatchContext): (patch: Patch) => boolean {
  const applies = appliesIn(context);
  return (patch) =>
    patch.operation === 'ADD' &&
    applies(patch) &&
    (context !== 'SIDECAR_INBOUND' || patch.match.context === 'SIDECAR_INBOUND');
}

/** Whether the operation merges a whole message, and how. Filters know MERGE alone. */
export function mergeOptionsOf(operation: PatchOperation): { readonly replaceLists: boolean } | undefined {
  if (operation === 'MERGE') return { replaceLists: false };
  return operation === 'MERGE_AND_REPLACE_LIST' ? { replaceLists: true } : undefined;
}
