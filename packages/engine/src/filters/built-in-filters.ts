import { bufferFilter } from './buffer.js';
import { compressorFilter } from './compressor.js';
import { corsFilter } from './cors.js';
import { faultFilter } from './fault.js';
import type { FilterEnvironment, FilterFactory } from './filter.js';
import { headerMutationFilter } from './header-mutation.js';
import { localRateLimitFilter } from './local-rate-limit.js';
import { rbacFilter } from './rbac.js';

const extension = 'type.googleapis.com/envoy.extensions.filters.http.';

const filters: ReadonlyMap<string, (environment: FilterEnvironment) => FilterFactory> = new Map([
  [`${extension}fault.v3.HTTPFault`, faultFilter],
  [`${extension}cors.v3.Cors`, corsFilter],
  [`${extension}local_ratelimit.v3.LocalRateLimit`, localRateLimitFilter],
  [`${extension}rbac.v3.RBAC`, () => rbacFilter],
  [`${extension}header_mutation.v3.HeaderMutation`, () => headerMutationFilter],
  [`${extension}buffer.v3.Buffer`, () => bufferFilter],
  [`${extension}compressor.v3.Compressor`, compressorFilter],
]);

/**
 * Types that have no bearing on a request here: the router is the attempts' own, statistics and Istio's peer
 * metadata are telemetry's.
 */
export const ignoredFilterTypes: ReadonlySet<string> = new Set([
  `${extension}router.v3.Router`,
  `${extension}grpc_stats.v3.FilterConfig`,
  'type.googleapis.com/io.istio.http.peer_metadata.Config',
  'type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
  'type.googleapis.com/stats.PluginConfig',
]);

/** The type URLs of all filters that the engine runs by itself: whatever else a chain names can be reported at load. */
export const supportedFilterTypes: ReadonlySet<string> = new Set([...filters.keys(), ...ignoredFilterTypes]);

/** By type URL. */
export function builtInFilters(environment: FilterEnvironment): ReadonlyMap<string, FilterFactory> {
  return new Map([...filters].map(([type, create]) => [type, create(environment)]));
}
