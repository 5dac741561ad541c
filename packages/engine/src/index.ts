// The engine: decides, opens no sockets.
export { prepareHashing } from './balance/hash.js';
export type {
  Call,
  CallerConnection,
  CallOverrides,
  CallRequest,
  Downstream,
  Forward,
  HeldResponse,
  Reply,
  RequestBodyAccess,
  ResetReason,
  Send,
  Sent,
  Shadow,
  Wait,
} from './call.js';
export type { Endpoint, UpstreamSettings } from './cluster/endpoint.js';
export type { ResourceManager } from './cluster/resource-manager.js';
export type { SanMatcher, TlsSettings } from './cluster/tls-settings.js';
export type { Connect, Connection, Refuse, Tunnel } from './connection.js';
export { createEngine } from './create-engine.js';
export type {
  AccessLogEntry,
  AttemptEnd,
  AttemptObserver,
  CallObserver,
  Clock,
  ClusterFigures,
  ClusterStatus,
  EndpointStatus,
  Engine,
  EngineObserver,
  EngineOptions,
  EngineStatus,
  ExplainedEndpoint,
  ExplainedRoute,
  Explanation,
  ObservedCall,
  ResolvedAddress,
} from './engine.js';
export { supportedFilterTypes } from './filters/built-in-filters.js';
export type {
  Filter,
  FilterCall,
  FilterConfig,
  FilterConfigs,
  FilterFactory,
  LocalReply,
  ResponseHold,
  Verdict,
  Wait as FilterWait,
} from './filters/filter.js';
export type { ProbeBytes, ProbeRequest, ProbeResponse, Prober, ProbeTarget } from './health/prober.js';
export { type ConnectionManager, connectionManagerOf } from './listener/connection-manager.js';
export { compileNetworkFilters, type RefuseConnection } from './listener/network-filters.js';
export {
  alternativeNames,
  certificateHash,
  describePeer,
  type PeerCertificate,
} from './listener/peer-certificate.js';
export { type ConnectionFacts, selectFilterChain } from './listener/select-filter-chain.js';
export { compileRequestMatch } from './match/compile-match.js';
export {
  isPending,
  type Lookup,
  type Pending,
  type ResourceView,
  type RouteConfigurationIndex,
  type ViewChange,
  type ViewEvents,
} from './resource-view.js';
export { compileOperator, type Format } from './route/format-string.js';
export { type FormatOperator, parseFormat } from './route/parse-format.js';
export type { StreamInfo } from './route/stream-info.js';
export type { ClusterCounter, ClusterStats } from './stats/cluster-stats.js';
export { defaultBounds, Histogram } from './stats/histogram.js';
export { ResponseCodes } from './stats/response-codes.js';
export { findUnhonoured, type Unhonoured } from './unhonoured/find-unhonoured.js';
