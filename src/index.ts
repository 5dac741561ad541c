// for users
export { type ConfigSource, type MemorySource, memorySource } from '@inmesh/config';
export type {
  AccessLogEntry,
  Clock,
  ExplainedEndpoint,
  ExplainedRoute,
  Explanation,
  Filter,
  FilterCall,
  FilterConfig,
  FilterConfigs,
  FilterFactory,
  FilterWait,
  LocalReply,
  ResolvedAddress,
  ResponseHold,
  Verdict,
} from '@inmesh/engine';
export type { ScriptLog } from '@inmesh/filters';
export type { GatewayLimits, ListenerStatus } from '@inmesh/gateway';
export type { CallWishes, FetchInit } from '@inmesh/http';
export type { ContextOptions, CurrentRequest, RequestContext, ServedRequest } from '@inmesh/inbound';
export {
  ConfigError,
  LifecycleError,
  MeshError,
  type MeshErrorCode,
  type Position,
  UpstreamError,
  type Workload,
} from '@inmesh/model';
export type {
  AccessLogOptions,
  JsonFormat,
  Labels,
  OpenTelemetryOptions,
  Stat,
  Statistics,
} from '@inmesh/telemetry';
export { createMesh } from './create-mesh.js';
export { meshFetch } from './default-mesh.js';
export {
  createGateway,
  type GatewayEvents,
  type GatewayOptions,
  type MeshGateway,
} from './gateway/create-gateway.js';
export type { ExplainRequest, Mesh, MeshEvents, MeshStatus } from './mesh.js';
export type { ConfigInput, MeshOptions } from './mesh-options.js';
