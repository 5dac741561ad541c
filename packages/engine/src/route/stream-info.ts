import type { HeaderMap, RequestHead } from '@inmesh/model';

/** What is known of a call besides its head: what format strings (`%PROTOCOL%`) and the access log read. Envoy: `StreamInfo`. */
export interface StreamInfo {
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly downstreamRemoteAddress: string;
  readonly downstreamRemotePort: number;
  readonly downstreamLocalAddress: string;
  readonly downstreamLocalPort: number;
  readonly requestedServerName: string | undefined;
  readonly requestHeaders: HeaderMap;
  /** The head that {@link requestHeaders} belong to: `%REQ(:PATH)%` in response headers reads it. */
  readonly requestHead: RequestHead;
  responseHeaders: HeaderMap | undefined;
  routeName: string;
  upstreamCluster: string | undefined;
  /** What `%UPSTREAM_CLUSTER%` shows where the cluster has a name for statistics. Envoy: `alt_stat_name`. */
  upstreamStatName?: string | undefined;
  upstreamHost: string | undefined;
  /** Of the last attempt that got a connection; `undefined` while there is none. */
  upstreamProtocol?: 'HTTP/1.1' | 'HTTP/2' | undefined;
  /** The status of the response under way; `undefined` while there is none. */
  responseStatus?: number | undefined;
  /** 0 until a response is on its way: also while the route's headers are put on a reply of the mesh itself. */
  responseCode: number;
  responseCodeDetails: string;
  /** In the order in which they were set, each once. */
  readonly responseFlags: string[];
  attempts: number;
}
