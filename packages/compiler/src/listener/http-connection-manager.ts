import {
  canonicalDuration,
  type Extension,
  type HttpConnectionManager,
  type HttpFilter,
  type MeshConfig,
  type Protocol,
  type RouteConfiguration,
} from '@inmesh/model';
import { serverHeader } from '../route/proxy-headers.js';
import type { Scope } from '../scope/scope.js';
import { securityFilters } from '../security/security-filters.js';

/** Which side a connection manager stands on. Istio: `ListenerClass`. */
export type ListenerClass = 'outbound' | 'inbound' | 'gateway';

export interface ConnectionManagerOptions {
  readonly listenerClass: ListenerClass;
  readonly statPrefix: string;
  /** By name, asked for separately, or here and now. */
  readonly routes: { readonly name: string } | { readonly inline: RouteConfiguration };
  readonly protocol: Protocol;
  /** What is resolved when a request comes: each has a DNS cache of its own. */
  readonly dynamicForwardProxies?: readonly string[];
  /** What only this kind of listener says. */
  readonly fields?: Partial<HttpConnectionManager>;
}

/** The filter that makes requests of a connection and routes them. Istio: `buildHTTPConnectionManager`. */
export function compileConnectionManager(
  scope: Scope,
  options: ConnectionManagerOptions,
): Extension<HttpConnectionManager> {
  const { mesh, workload } = scope;
  const idleTimeout = idleTimeoutOf(workload.metadata);
  const typedConfig: HttpConnectionManager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    statPrefix: options.statPrefix,
    ...('name' in options.routes
      ? { rds: { routeConfigName: options.routes.name, configSource: overAds } }
      : { routeConfig: options.routes.inline }),
    ...serverHeader(mesh, options.listenerClass),
    ...(mesh.defaultConfig?.proxyHeaders?.requestId?.disabled && { generateRequestId: false }),
    ...options.fields,
    ...(mesh.defaultConfig?.proxyHeaders?.xForwardedPort?.enabled && { appendXForwardedPort: true }),
    httpFilters: httpFilters(scope, options),
    ...(idleTimeout !== undefined && { commonHttpProtocolOptions: { idleTimeout } }),
    streamIdleTimeout: '0s',
    useRemoteAddress: options.listenerClass === 'gateway',
    ...pathNormalization(mesh),
    upgradeConfigs: [{ upgradeType: 'websocket' }],
    proxy100Continue: true,
  };
  return { name: 'envoy.filters.network.http_connection_manager', typedConfig };
}

/** Istio's node metadata `IDLE_TIMEOUT`. */
export function idleTimeoutOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  return typeof metadata.IDLE_TIMEOUT === 'string' ? canonicalDuration(metadata.IDLE_TIMEOUT) : undefined;
}

const overAds = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' };

function pathNormalization({ pathNormalization: setting }: MeshConfig): Partial<HttpConnectionManager> {
  const mode = setting?.normalization ?? 'DEFAULT';
  const merges = mode === 'MERGE_SLASHES' || mode === 'DECODE_AND_MERGE_SLASHES';
  return {
    normalizePath: mode !== 'NONE',
    ...(merges && { mergeSlashes: true }),
    pathWithEscapedSlashesAction:
      mode === 'DECODE_AND_MERGE_SLASHES' ? 'UNESCAPE_AND_FORWARD' : 'KEEP_UNCHANGED',
  };
}

/**
 * In Istio's order. Its own filters (peer metadata, ALPN) do nothing inside a process; they stand here because
 * patches name their neighbours by them.
 */
function httpFilters(
  scope: Scope,
  { listenerClass, protocol, dynamicForwardProxies = [] }: ConnectionManagerOptions,
): HttpFilter[] {
  const quiet = scope.mesh.defaultConfig?.proxyHeaders?.envoyDebugHeaders?.disabled === true;
  return [
    filter('istio.metadata_exchange', 'io.istio.http.peer_metadata.Config'),
    ...(listenerClass === 'outbound' ? [] : securityFilters(scope)),
    ...(protocol === 'GRPC-Web' ? [httpFilter('grpc_web', 'grpc_web.v3.GrpcWeb')] : []),
    httpFilter('grpc_stats', 'grpc_stats.v3.FilterConfig', {
      emitFilterState: true,
      statsForAllMethods: false,
    }),
    ...(listenerClass === 'inbound'
      ? []
      : [filter('istio.alpn', 'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig')]),
    httpFilter('fault', 'fault.v3.HTTPFault'),
    httpFilter('cors', 'cors.v3.Cors'),
    ...dynamicForwardProxies.map((hostname) =>
      httpFilter('dynamic_forward_proxy', 'dynamic_forward_proxy.v3.FilterConfig', {
        dnsCacheConfig: dnsCache(hostname),
      }),
    ),
    httpFilter('router', 'router.v3.Router', quiet ? { suppressEnvoyHeaders: true } : {}),
  ];
}

/** The cache that the cluster of the same host shares. */
export function dnsCache(hostname: string): Record<string, unknown> {
  return { name: `${hostname}_dfp_dns_cache`, dnsLookupFamily: 'V4_ONLY' };
}

function httpFilter(name: string, type: string, fields: Record<string, unknown> = {}): HttpFilter {
  return filter(`envoy.filters.http.${name}`, `envoy.extensions.filters.http.${type}`, fields);
}

function filter(name: string, type: string, fields: Record<string, unknown> = {}): HttpFilter {
  return { name, typedConfig: { '@type': `type.googleapis.com/${type}`, ...fields } };
}
