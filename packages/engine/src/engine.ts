import type { Cluster, HeaderMap, RequestHead, ResponseHead, Route } from '@inmesh/model';
import type { Call, CallRequest, ResetReason } from './call.js';
import type { Endpoint } from './cluster/endpoint.js';
import type { ResourceManager } from './cluster/resource-manager.js';
import type { FilterFactory } from './filters/filter.js';
import type { Prober, ProbeTarget } from './health/prober.js';
import type { ResourceView } from './resource-view.js';
import type { StreamInfo } from './route/stream-info.js';
import type { ClusterStats } from './stats/cluster-stats.js';

/** What the engine is lent: it opens nothing, looks nothing up and has no clock of its own. */
export interface EngineOptions {
  readonly view: ResourceView;
  readonly observer?: EngineObserver;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Name → addresses, for STRICT_DNS and LOGICAL_DNS clusters. Rejects on failure. A port replaces the rule's. */
  readonly resolve: (name: string) => Promise<readonly ResolvedAddress[]>;
  /** The address that a caller's name stands for, as `dns.lookup`. Rejects when there is none. */
  readonly lookup: (host: string) => Promise<{ readonly address: string; readonly port?: number }>;
  /** For active health checks. Without it none are made, and endpoints count as if they passed. */
  readonly probe?: (target: ProbeTarget) => Prober;
  /** The address of this workload, which copies for mirrors carry in `x-forwarded-for`. */
  readonly localAddress?: string;
  /** HTTP filters of the user, by type URL or by their name in the chain; they go before the engine's own. */
  readonly filters?: ReadonlyMap<string, FilterFactory>;
  /** Up to how many retries a call may ask for where its rule grants fewer, but some. @defaultValue 0: no more than the rule */
  readonly maxRetries?: number;
  /** @defaultValue `strict` */
  readonly retrySafety?: 'strict' | 'istio';
  /** @defaultValue `rules` */
  readonly httpsPorts?: 'rules' | 'istio';
}

export interface ResolvedAddress {
  readonly address: string;
  readonly port?: number;
  readonly ttlMs: number;
}

/** Monotonic time in milliseconds, and timers that do not hold the process. */
export interface Clock {
  now(): number;
  /** Milliseconds since 1970, for who is told or asked for a moment of the wall clock. @defaultValue `Date.now` */
  epochMs?(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Reports flow up through this one interface. Called synchronously; must not throw and must not wait. */
export interface EngineObserver {
  /** Once per filter that a chain names and nobody runs: calls pass as if it were not there. */
  filterSkipped?(filter: { readonly name: string; readonly type: string }): void;
  /** Once per call and once per forwarded connection, at its end. */
  finished?(entry: AccessLogEntry): void;
  /**
   * At the beginning of a call, in the async context of its caller, before anything changes its head. The answer
   * hears of this call; `undefined`: nobody wants to, and nothing is made for it.
   */
  begun?(call: ObservedCall): CallObserver | undefined;
  /** Whether calls note when their request ended and their response began: one more look at the clock. @defaultValue `false` */
  readonly timesCalls?: boolean;
  /** A connection whose bytes are not read stands. */
  connected?(call: ObservedCall): void;
  /** As {@link finished}, with the facts themselves: nothing is copied for it, so whoever wants to keep some copies them. */
  ended?(call: ObservedCall): void;
  ejected?(event: { cluster: string; endpoint: string; reason: string; untilMs: number }): void;
  restored?(event: { cluster: string; endpoint: string }): void;
}

/** What is known of a call, or of a connection whose bytes are not read. The engine goes on writing it until the end. */
export interface ObservedCall extends StreamInfo {
  /** As the transport handed it over; its head has changed on the way. */
  readonly request: CallRequest;
  /** Whether its bytes were not read: no head, no status. */
  readonly isTcp: boolean;
  /** Of the connection manager that took it. */
  readonly statPrefix: string;
  readonly route:
    | { readonly name: string; readonly source: Route; readonly virtualHost: { readonly name: string } }
    | undefined;
  /** That of the route, or of the last attempt; `undefined` where nobody knows it. */
  readonly cluster: Cluster | undefined;
  /** Of the last attempt, or of the one that was answered. */
  readonly endpoint: Endpoint | undefined;
  readonly responseTrailers: HeaderMap | undefined;
  /** Whether there are response flags, which are made only for those who ask for them. */
  readonly hasFlags: boolean;
  /** Of the body, or of the connection. `undefined`: nobody counted; a `content-length` may tell. */
  readonly requestBytes: number | undefined;
  readonly responseBytes: number;
  /** Whole since, in milliseconds from the beginning. `undefined`: not yet, or nobody notes it. */
  readonly requestMs: number | undefined;
  /** The response began, in milliseconds from the beginning. `undefined`: not yet, or nobody notes it. */
  readonly responseMs: number | undefined;
  /** Milliseconds since its beginning; at the end, until the end. */
  readonly elapsedMs: number;
}

/** Hears of one call. */
export interface CallObserver {
  /** Runs the call in an async context of the observer's, where it has one. */
  readonly within?: <T>(carry: () => T) => T;
  /** This head is about to go out, and lines may be added to it. The answer hears of the attempt. */
  attempting(head: RequestHead, call: ObservedCall): AttemptObserver | undefined;
  /** Exactly once. */
  ended(call: ObservedCall): void;
}

/** Hears of one attempt. */
export interface AttemptObserver {
  responded(status: number): void;
  /** Exactly once. @param why it came to no good end; absent: it did, or its answer is not wanted (another attempt follows) */
  ended(why: AttemptEnd | undefined): void;
}

/** Why an attempt came to no good end. `cancelled`: by the mesh, because time was up or another one won. */
export type AttemptEnd = ResetReason | 'truncated' | 'aborted' | 'cancelled';

/** One finished call, in Envoy's operator names. */
export interface AccessLogEntry {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  /** Request headers as the caller sent them, names in lower case; repeated lines joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** 0 when the caller left before an answer. */
  readonly responseCode: number;
  readonly responseFlags: string[];
  /** Absent where Envoy has none: connections that are not read. */
  readonly responseCodeDetails: string | undefined;
  readonly upstreamCluster: string | undefined;
  /** `address:port` of the last attempt. */
  readonly upstreamHost: string | undefined;
  readonly routeName: string;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface Engine {
  /** Starts a call. One synchronous pass; never throws for what a request says. */
  begin(request: CallRequest): Call;
  /**
   * Starts a call to one cluster, past listeners, routes and filters: for what filters ask others. `undefined`:
   * nobody knows the cluster. 0 milliseconds: no timeout.
   */
  beginTo(cluster: string, request: CallRequest, options: { readonly timeoutMs: number }): Call | undefined;
  /** Answers which rule, cluster and endpoints a request would get, and why not the others. Sends nothing, counts nothing. */
  explain(request: CallRequest): Explanation;
  /** What the clusters in use have learned. */
  status(): EngineStatus;
  /** What the clusters in use have counted, and what they hold now. */
  figures(): Iterable<ClusterFigures>;
  /** Stops timers and listens to the view no longer. Calls under way end with their deadlines. */
  close(): void;
}

/** The clusters that calls have asked for so far. */
export interface EngineStatus {
  readonly clusters: readonly ClusterStatus[];
}

export interface ClusterStatus {
  readonly name: string;
  /** Under way now, of both priorities. */
  readonly activeRequests: number;
  readonly pendingRequests: number;
  readonly activeRetries: number;
  readonly connections: number;
  readonly endpoints: readonly EndpointStatus[];
}

/** The counters of one cluster, and its gauges. */
export interface ClusterFigures {
  readonly definition: Cluster;
  /** The live counters. */
  readonly stats: ClusterStats;
  readonly resources: Readonly<Record<'DEFAULT' | 'HIGH', ResourceManager>>;
  readonly members: {
    readonly total: number;
    readonly healthy: number;
    readonly degraded: number;
    readonly excluded: number;
    readonly ejected: number;
  };
}

export interface EndpointStatus {
  /** `address:port`. */
  readonly address: string;
  readonly activeRequests: number;
  readonly ejected: boolean;
  /** Whether the balancer may pick it now, and if not, why not. */
  readonly eligible: boolean;
  readonly reason: string | undefined;
}

/** A decision as data. */
export interface Explanation {
  readonly listener: string | undefined;
  readonly routeConfiguration: string | undefined;
  readonly virtualHost: string | undefined;
  /** In order: those that did not match, with the first predicate that failed, up to the one that did. */
  readonly routes: readonly ExplainedRoute[];
  readonly action: 'route' | 'redirect' | 'directResponse' | 'forward' | 'none';
  readonly cluster: string | undefined;
  /** With weights in percent where the route splits. */
  readonly clusters: readonly { readonly name: string; readonly percent: number; readonly found: boolean }[];
  readonly endpoints: readonly ExplainedEndpoint[];
  readonly reply: (ResponseHead & { readonly flag: string; readonly details: string }) | undefined;
  /** The path and authority as they would go out. */
  readonly upstreamPath: string | undefined;
  readonly upstreamAuthority: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly retries:
    | { readonly on: string; readonly attempts: number; readonly perTryTimeoutMs?: number }
    | undefined;
  /** Remarks in words: faults, mirrors, hash policy, panic. */
  readonly notes: readonly string[];
}

export interface ExplainedRoute {
  readonly name: string;
  readonly matched: boolean;
  /** Why not, as `header end-user: expected exact "jason", got nothing`. */
  readonly reason: string | undefined;
  /** Where the rule stands: `metadata.filterMetadata.inmesh` of the route. */
  readonly source: Readonly<Record<string, unknown>> | undefined;
}

export interface ExplainedEndpoint {
  readonly address: string;
  readonly weight: number;
  readonly priority: number;
  readonly locality: string;
  /** Whether the balancer may pick it now, and if not, why not. */
  readonly eligible: boolean;
  readonly reason: string | undefined;
}
