import type { EndpointHealthCheckConfig, LbEndpoint, Locality, Metadata } from '@inmesh/model';
import type { Pending } from '../resource-view.js';
import type { EndpointState } from './endpoint-state.js';

/** One endpoint of the assignment in force. */
export interface Endpoint {
  /** An IP address, or the path of a unix socket. */
  readonly address: string;
  /** 0 for unix sockets. */
  readonly port: number;
  /** `ip:port`, `[v6]:port` or the path: the endpoint's identity. */
  readonly key: string;
  /** The DNS name that it was resolved from. */
  readonly hostname: string | undefined;
  readonly weight: number;
  readonly priority: number;
  readonly locality: Locality | undefined;
  readonly metadata: Metadata | undefined;
  /** What discovery says of its health. Envoy: `LbEndpoint.health_status`. */
  readonly healthStatus: NonNullable<LbEndpoint['healthStatus']>;
  /** What it wants of active health checks. */
  readonly healthCheckConfig?: EndpointHealthCheckConfig | undefined;
  /** That of (cluster, address): an assignment that keeps the address keeps this very object. */
  readonly state: EndpointState;
}

/** Tells an endpoint from what is not known yet: one look at a field that only endpoints have. */
export function isEndpoint(lookup: Endpoint | Pending): lookup is Endpoint {
  return (lookup as Partial<Endpoint>).state !== undefined;
}

/** `ip:port`, or `[v6]:port`; a port of 0 stands for a unix socket, whose path is the key. */
export function endpointKey(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Where an endpoint stands among the others of its priority. Envoy: `Host::coarseHealth`, and exclusion. */
export type EndpointHealth = 'healthy' | 'degraded' | 'unhealthy' | 'excluded';

/** All sources of ill health are joined: one of them is enough. */
export function healthOf({ state, healthStatus }: Endpoint): EndpointHealth {
  if (state.pendingActiveCheck || state.failedAtOnce) return 'excluded';
  if (state.ejected || state.failedActiveCheck) return 'unhealthy';
  switch (healthStatus) {
    case 'UNHEALTHY':
    case 'DRAINING':
    case 'TIMEOUT':
      return 'unhealthy';
    case 'DEGRADED':
      return 'degraded';
    default:
      return state.degradedByCheck ? 'degraded' : 'healthy';
  }
}

/** How connections of a cluster are made and kept; one object per definition of the cluster. Times in milliseconds. */
export interface UpstreamSettings {
  readonly clusterName: string;
  /** Covers TCP and the TLS handshake. */
  readonly connectTimeoutMs: number;
  /** Idle connections are closed after that; 0: never. Envoy's default is an hour. */
  readonly idleTimeoutMs: number;
  /** 0: no limit. */
  readonly maxRequestsPerConnection: number;
  /** 0: no limit. */
  readonly maxConnectionDurationMs: number;
  /** `http2`: prior knowledge, or ALPN `h2` over TLS. */
  readonly protocol: 'http1' | 'http2';
  /**
   * What callers over HTTP/2 get instead, where a cluster speaks what its caller speaks. Envoy:
   * `use_downstream_protocol_config`.
   */
  readonly ofHttp2Callers?: UpstreamSettings;
  readonly maxConcurrentStreams: number;
  /** Interval and timeout of HTTP/2 PINGs. */
  readonly http2KeepAlive: { readonly intervalMs: number; readonly timeoutMs: number } | undefined;
  /** The header that connections begin with, before TLS. Envoy: `upstream_proxy_protocol`. */
  readonly proxyProtocol: 'v1' | 'v2' | undefined;
  readonly tcpKeepalive:
    | { readonly timeMs: number; readonly intervalMs: number; readonly probes: number }
    | undefined;
}
