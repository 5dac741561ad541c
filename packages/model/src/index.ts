// Words that every room shares, in the order in which rules and requests meet them.

// names and measures
export { cipherSuites } from './cipher-suites.js';
export { type ClusterName, formatClusterName, formatSniName, parseClusterName } from './cluster-name.js';
export { canonicalDuration, durationMs, formatDuration, parseDuration } from './duration.js';
// the contract between compiler and engine: Envoy v3 in proto3 JSON
export type * from './envoy/cluster.js';
export type * from './envoy/common.js';
export type * from './envoy/endpoint.js';
export type * from './envoy/health-check.js';
export type * from './envoy/listener.js';
export type * from './envoy/route.js';
// requests, answers and errors
export {
  ConfigError,
  type ConfigErrorDetails,
  errorCodes,
  LifecycleError,
  MeshError,
  type MeshErrorCode,
  type Position,
  UpstreamError,
  type UpstreamErrorDetails,
} from './errors.js';
// the table of every field of every kind
export type { Enumeration, Field, FieldType, Honoured, Message } from './fields/field.js';
export { kindFields } from './fields/kind-fields.js';
export { grpcStatusNames } from './grpc-status.js';
export { HeaderMap } from './header-map.js';
export {
  compareSpecificity,
  hostsOverlap,
  intersectHosts,
  isHostSubset,
  isWildcard,
  resolveShortName,
} from './host.js';
export type { RequestHead, ResponseHead } from './http.js';
export { isStatusCode } from './http-status.js';
// rules as users write them
export type * from './istio/common.js';
export type * from './istio/destination-rule.js';
export type * from './istio/envoy-filter.js';
export type * from './istio/gateway.js';
export type * from './istio/kubernetes.js';
export type * from './istio/mesh-config.js';
export type * from './istio/security.js';
export type * from './istio/service-entry.js';
export type * from './istio/sidecar.js';
export type * from './istio/virtual-service.js';
// lists that change little
export {
  comparingLists,
  type Difference,
  isEmpty,
  listDifference,
  nothingDifferent,
} from './list-difference.js';
export { grpcStatusOf, type LocalReplyKind, type LocalReplyName, localReplies } from './local-reply.js';
export { nearest } from './nearest.js';
export { PersistentMap } from './persistent-map.js';
export { isHttp, isHttp2, isTcp, isTls, type Protocol, parseProtocol } from './protocol.js';
export {
  compareAge,
  type Kind,
  type Kinds,
  type Origin,
  type Resource,
  type ResourceSnapshot,
  resourceKey,
} from './resource.js';
export { type Order, SortedList } from './sorted-list.js';
// work in turns with others
export { finish, type Steps, turnsPerStep } from './steps.js';
export { createWorkload, type Workload } from './workload.js';
