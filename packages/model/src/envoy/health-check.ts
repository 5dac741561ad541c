import type { HeaderValueOption, StringMatcher } from './common.js';

/** Envoy: `config.core.v3.HealthCheck`. */
export interface HealthCheck {
  timeout?: string;
  interval?: string;
  initialJitter?: string;
  intervalJitter?: string;
  intervalJitterPercent?: number;
  unhealthyThreshold?: number;
  healthyThreshold?: number;
  /** @defaultValue `true` */
  reuseConnection?: boolean;
  httpHealthCheck?: HttpHealthCheck;
  tcpHealthCheck?: TcpHealthCheck;
  grpcHealthCheck?: GrpcHealthCheck;
  customHealthCheck?: { name?: string };
  noTrafficInterval?: string;
  noTrafficHealthyInterval?: string;
  unhealthyInterval?: string;
  unhealthyEdgeInterval?: string;
  healthyEdgeInterval?: string;
  /** Changes are told to listeners of the mesh, and written nowhere. */
  eventLogPath?: string;
  tlsOptions?: { alpnProtocols?: string[] };
  /** Chooses the transport socket in place of the endpoint's metadata. */
  transportSocketMatchCriteria?: Record<string, unknown>;
}

/** Envoy: `HealthCheck.HttpHealthCheck`. */
export interface HttpHealthCheck {
  host?: string;
  path?: string;
  send?: HealthCheckPayload;
  /** These have to be in the body, in this order. */
  receive?: HealthCheckPayload[];
  /** Bytes of the body that are looked at; 0: all. @defaultValue `1024` */
  responseBufferSize?: string | number;
  requestHeadersToAdd?: HeaderValueOption[];
  requestHeadersToRemove?: string[];
  /** Absent: 200 only. */
  expectedStatuses?: Int64Range[];
  retriableStatuses?: Int64Range[];
  /** @defaultValue `HTTP1` */
  codecClientType?: 'HTTP1' | 'HTTP2' | 'HTTP3';
  serviceNameMatcher?: StringMatcher;
  /** @defaultValue `GET` */
  method?: string;
}

/** Envoy: `HealthCheck.TcpHealthCheck`. */
export interface TcpHealthCheck {
  send?: HealthCheckPayload;
  receive?: HealthCheckPayload[];
  proxyProtocolConfig?: { version?: 'V1' | 'V2' };
}

/** Envoy: `HealthCheck.GrpcHealthCheck`. */
export interface GrpcHealthCheck {
  serviceName?: string;
  authority?: string;
  initialMetadata?: HeaderValueOption[];
}

/** Envoy: `HealthCheck.Payload`. */
export interface HealthCheckPayload {
  /** Hexadecimal digits. */
  text?: string;
  /** Base64, as bytes are in proto3 JSON. */
  binary?: string;
}

/** From `start` (included) to `end` (excluded). Envoy: `type.v3.Int64Range`. */
export interface Int64Range {
  start?: string | number;
  end?: string | number;
}

/** What one endpoint says about its checks. Envoy: `Endpoint.HealthCheckConfig`. */
export interface EndpointHealthCheckConfig {
  portValue?: number;
  hostname?: string;
  address?: { socketAddress?: { address?: string; portValue?: number } };
  disableActiveHealthCheck?: boolean;
}
