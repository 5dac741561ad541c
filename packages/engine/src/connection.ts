import type { Endpoint, UpstreamSettings } from './cluster/endpoint.js';
import type { ResourceManager } from './cluster/resource-manager.js';
import type { TlsSettings } from './cluster/tls-settings.js';

/**
 * One byte stream through a `tcp_proxy`: the sibling of {@link Call} for TCP and SNI chains. The driver asks
 * {@link next} until it is connected or refused. Envoy: `tcp_proxy.v3.TcpProxy`.
 */
export interface Connection {
  next(): Connect | Refuse | { readonly kind: 'wait' };
  wake: (() => void) | undefined;
  /** Milliseconds without a byte in either direction after which the stream is closed; 0: never. */
  readonly idleTimeoutMs: number;
  cancel(): void;
}

/** Connect to this endpoint. Settled by `failed` or, after `connected`, by `closed`. */
export interface Connect {
  readonly kind: 'connect';
  readonly endpoint: Endpoint;
  readonly upstream: UpstreamSettings;
  readonly tls: TlsSettings | undefined;
  readonly resources: ResourceManager;
  /** Ask for a tunnel before the first byte: `connected` says that it is open. Absent: the endpoint takes the bytes. */
  readonly tunnel?: Tunnel | undefined;
  connected(): void;
  failed(reason: 'remoteConnectionFailure' | 'localConnectionFailure' | 'connectionTimeout'): void;
  closed(bytesSent: number, bytesReceived: number): void;
}

/** The CONNECT request by which a proxy opens a byte stream. Envoy: `TcpProxy.tunneling_config`. */
export interface Tunnel {
  /** Host and port of its other end. */
  readonly authority: string;
  /** Name, value, name, value, … */
  readonly headerLines: readonly string[];
}

/** The stream is closed without an upstream: no route (NR), no cluster (NC), nothing healthy (UH), overflow (UO), connect failed (UF). */
export interface Refuse {
  readonly kind: 'refuse';
  /**
   * Nobody takes connections to this destination: no listener, or one that leads into a cluster which can have no
   * endpoint (Istio's `BlackHoleCluster`). To the caller that is `ECONNREFUSED`, and no access log tells of it.
   */
  readonly nobodyListens: boolean;
  readonly flags: readonly string[];
  readonly details: string;
}
