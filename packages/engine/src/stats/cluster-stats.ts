import { Histogram } from './histogram.js';
import { ResponseCodes } from './response-codes.js';

/** What a limited resource of a cluster saw, of both priorities. */
export class ResourceCounters {
  /** How often a place was taken. */
  acquired = 0;
  /** How often there was none left. */
  refused = 0;
}

/**
 * The counters of one cluster, as slots that stand ready: a call adds to them and allocates nothing. They belong to
 * the cluster's name and outlive its definitions, as in Envoy. Plain numbers are called as Envoy calls them:
 * `upstreamRqTimeout` is `upstream_rq_timeout`.
 */
export class ClusterStats {
  // What the circuit breaker is asked for is counted where it is asked.
  readonly connections: ResourceCounters = new ResourceCounters();
  readonly pendingRequests: ResourceCounters = new ResourceCounters();
  readonly requests: ResourceCounters = new ResourceCounters();
  readonly retries: ResourceCounters = new ResourceCounters();

  /** The answers that calls got in the end, those of the mesh itself included. */
  readonly responses: ResponseCodes = new ResponseCodes();
  /** The answers that were tried again. Envoy: `retry.upstream_rq_…`. */
  readonly retriedResponses: ResponseCodes = new ResponseCodes();
  /** From the end of the request to the end of the response, in milliseconds. Envoy: `upstream_rq_time`. */
  readonly requestTime: Histogram = new Histogram();
  /** Until a connection stood, its handshake included, in milliseconds. Envoy: `upstream_cx_connect_ms`. */
  readonly connectTime: Histogram = new Histogram();

  upstreamCxConnectFail = 0;
  upstreamCxConnectTimeout = 0;
  upstreamCxHttp1Total = 0;
  upstreamCxHttp2Total = 0;
  upstreamCxNoneHealthy = 0;
  upstreamRqCancelled = 0;
  upstreamRqPendingFailureEject = 0;
  upstreamRqTimeout = 0;
  upstreamRqPerTryTimeout = 0;
  upstreamRqPerTryIdleTimeout = 0;
  upstreamRqMaxDurationReached = 0;
  upstreamRqRxReset = 0;
  upstreamRqTxReset = 0;
  upstreamRqRetrySuccess = 0;
  upstreamRqRetryLimitExceeded = 0;
  upstreamRqRetryBackoffExponential = 0;
  upstreamRqRetryBackoffRatelimited = 0;
  upstreamInternalRedirectSucceededTotal = 0;
  membershipChange = 0;

  /** How often outlier detection ejected an endpoint, by its reason. */
  readonly ejections: Map<string, number> = new Map();

  /** A connection is being opened. Envoy counts its protocol here already, and not when it stands. */
  connectionStarted(protocol: 'http1' | 'http2'): void {
    if (protocol === 'http2') this.upstreamCxHttp2Total++;
    else this.upstreamCxHttp1Total++;
  }

  /** A connection stands. @param durationMs it took, handshake included */
  connectionOpened(durationMs: number): void {
    this.connectTime.record(durationMs);
  }

  /** A connection did not come about. One that took too long failed as well. */
  connectionFailed(reason: string): void {
    this.upstreamCxConnectFail++;
    if (reason === 'connectionTimeout') this.upstreamCxConnectTimeout++;
  }

  ejected(reason: string): void {
    this.ejections.set(reason, (this.ejections.get(reason) ?? 0) + 1);
  }
}

/** The names of a cluster's plain counters. */
export type ClusterCounter = {
  [Name in keyof ClusterStats]: ClusterStats[Name] extends number ? Name : never;
}[keyof ClusterStats];
