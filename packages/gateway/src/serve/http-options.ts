import type { HttpConnectionManager } from '@inmesh/model';
import { durationMs } from '@inmesh/model';
import type { GatewayLimits } from '../limits.js';

/** What a connection manager says about its connections, read once. Times in milliseconds; 0: no limit. */
export interface HttpOptions {
  /** In the header `server` of answers that no engine made. */
  readonly serverName: string;
  /** Of a request's head, in bytes. */
  readonly maxHeadBytes: number;
  readonly headTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** After so many the connection is closed. */
  readonly maxRequests: number;
  readonly maxConcurrentStreams: number;
  readonly acceptsHttp10: boolean;
}

export function readHttpOptions(manager: HttpConnectionManager, limits: GatewayLimits): HttpOptions {
  const { commonHttpProtocolOptions: common = {}, httpProtocolOptions, http2ProtocolOptions } = manager;
  const http1 = (httpProtocolOptions ?? {}) as { acceptHttp10?: boolean };
  const http2 = (http2ProtocolOptions ?? {}) as { maxConcurrentStreams?: number };
  return {
    serverName: manager.serverName || 'envoy',
    maxHeadBytes: (manager.maxRequestHeadersKb ?? 60) * 1024,
    headTimeoutMs: durationMs(manager.requestHeadersTimeout) || limits.headTimeoutMs,
    requestTimeoutMs: durationMs(manager.requestTimeout) || limits.requestTimeoutMs,
    idleTimeoutMs: durationMs(common.idleTimeout) ?? limits.idleTimeoutMs,
    maxRequests: common.maxRequestsPerConnection ?? 0,
    maxConcurrentStreams: http2.maxConcurrentStreams ?? limits.maxConcurrentStreams,
    acceptsHttp10: http1.acceptHttp10 === true,
  };
}
