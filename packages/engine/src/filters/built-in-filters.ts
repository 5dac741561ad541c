import { faultFilter } from './fault.js';
import type { FilterEnvironment, FilterFactory } from './filter.js';

const extension = 'type.googleapis.com/envoy.extensions.filters.http.';

/** The filters that the engine runs by itself, by type URL. */
export function builtInFilters(environment: FilterEnvironment): ReadonlyMap<string, FilterFactory> {
  return new Map([[`${extension}fault.v3.HTTPFault`, faultFilter(environment)]]);
}

/**
 * Types that have no bearing on a request here: the router is the attempts' own, statistics and Istio's peer
 * metadata are telemetry's, and `grpc_web` translates for browsers at a gateway.
 */
export const ignoredTypes: ReadonlySet<string> = new Set([
  `${extension}router.v3.Router`,
  `${extension}grpc_stats.v3.FilterConfig`,
  'type.googleapis.com/io.istio.http.peer_metadata.Config',
  'type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
  'type.googleapis.com/stats.PluginConfig',
]);
