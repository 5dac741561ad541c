import type {
  HashPolicy,
  HeaderMap,
  HedgePolicy,
  RequestHead,
  RequestMirrorPolicy,
  ResponseHead,
  RetryPolicy,
  Route,
  TypedConfig,
  VirtualHost,
} from '@inmesh/model';
import type { SubsetCriteria } from '../cluster/subset-criteria.js';
import type { StreamInfo } from './stream-info.js';

/**
 * One route of the contract, compiled once per virtual host object and shared by all calls. Routing makes it,
 * the attempts use it. Envoy: `RouteEntry` and `DirectResponseEntry`.
 */
export interface RouteEntry {
  /** Empty when the rule has none. */
  readonly name: string;
  readonly source: Route;
  readonly virtualHost: VirtualHost;
  /** `none`: the contract's route carries no action (Istio emits that for odd redirect codes). */
  readonly action: 'route' | 'redirect' | 'directResponse' | 'none';
  /** The answer of a redirect or direct response, before response header mutations. */
  reply(head: RequestHead, stream: StreamInfo): DirectReply;
  /** Which cluster: decided once per call, with the call's one random number in [0, 2^32). */
  chooseCluster(head: RequestHead, random: number): ClusterChoice;
  /** The per-filter configurations of the route's levels, the most specific first; a weighted cluster adds its own. */
  readonly filterConfigs: ClusterChoice['filterConfigs'];
  /** Header mutations, host rewrite and path rewrite in Envoy's order; adds `x-envoy-original-path` and the like. */
  finalizeRequest(head: RequestHead, choice: ClusterChoice, stream: StreamInfo): void;
  /** Whether header mutations may add lines that ask for retries. */
  readonly addsWishes: boolean;
  /** Response header mutations; of local replies too. */
  finalizeResponse(head: ResponseHead, choice: ClusterChoice | undefined, stream: StreamInfo): void;
  /** 0: none. Absent in the contract: Envoy's 15 s. */
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  /** `undefined`: `grpc-timeout` is not looked at. 0: honoured without a cap. */
  readonly maxGrpcTimeoutMs: number | undefined;
  /** 0: none. Of `retryPolicy`, as the next one. */
  readonly perTryTimeoutMs: number;
  readonly perTryIdleTimeoutMs: number;
  /** What is taken off the caller's `grpc-timeout`. */
  readonly grpcTimeoutOffsetMs: number;
  /** `undefined`: the route says nothing of it. */
  readonly maxStreamDuration: StreamDuration | undefined;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly hedgePolicy: HedgePolicy | undefined;
  readonly hashPolicies: readonly HashPolicy[];
  readonly mirrors: readonly RequestMirrorPolicy[];
  readonly priority: 'DEFAULT' | 'HIGH';
  readonly autoHostRewrite: boolean;
  /** Bytes of a body that may be kept. @defaultValue what the caller's connection allows */
  readonly bufferLimitBytes: number | undefined;
  /** Status of the reply for an unknown cluster. */
  readonly clusterNotFoundStatus: number;
  readonly includeAttemptCount: boolean;
  readonly includeAttemptCountInResponse: boolean;
}

/** Envoy: `RouteAction.MaxStreamDuration`, in milliseconds. */
export interface StreamDuration {
  /** 0: none. `undefined`: that of the connection manager. */
  readonly ownMs: number | undefined;
  /** The cap of `grpc-timeout`, of which 0 is none; `undefined`: the header does not count. */
  readonly grpcMaxMs: number | undefined;
  readonly grpcOffsetMs: number;
}

/** The cluster of one call, with what its weighted entry brings. */
export interface ClusterChoice {
  readonly name: string;
  /** What the endpoint's metadata must be, in a cluster that has subsets. */
  readonly criteria?: SubsetCriteria | undefined;
  /** The per-filter configurations of all levels, the most specific first. One function per route or weighted entry. */
  readonly filterConfigs: (filterName: string) => readonly LevelConfig[];
}

/** What one level of a route says to a filter. */
export interface LevelConfig {
  /** The level itself. Levels that were patched alike may share a configuration, but nothing that comes of it. */
  readonly holder: object;
  readonly config: TypedConfig & Record<string, unknown>;
}

export interface DirectReply {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string | Uint8Array;
}
