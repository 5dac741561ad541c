import type {
  Address,
  CidrRange,
  Extension,
  HeaderValueOption,
  Metadata,
  TransportSocket,
  TypedConfig,
} from './common.js';
import type { RouteConfiguration } from './route.js';

/** Envoy: `config.listener.v3.Listener`. */
export interface Listener {
  name: string;
  address?: Address;
  additionalAddresses?: { address?: Address }[];
  filterChains?: FilterChain[];
  defaultFilterChain?: FilterChain;
  listenerFilters?: Extension[];
  listenerFiltersTimeout?: string;
  continueOnListenerFiltersTimeout?: boolean;
  useOriginalDst?: boolean;
  bindToPort?: boolean;
  trafficDirection?: 'OUTBOUND' | 'INBOUND';
  perConnectionBufferLimitBytes?: number;
  maxConnectionsToAcceptPerSocketEvent?: number;
  accessLog?: Extension[];
  metadata?: Metadata;
}

/** Envoy: `config.listener.v3.FilterChain`. */
export interface FilterChain {
  name?: string;
  filterChainMatch?: FilterChainMatch;
  filters?: Extension[];
  transportSocket?: TransportSocket;
  transportSocketConnectTimeout?: string;
  metadata?: Metadata;
}

/** Envoy: `config.listener.v3.FilterChainMatch`. */
export interface FilterChainMatch {
  destinationPort?: number;
  prefixRanges?: CidrRange[];
  serverNames?: string[];
  transportProtocol?: string;
  applicationProtocols?: string[];
  sourceType?: 'ANY' | 'SAME_IP_OR_LOOPBACK' | 'EXTERNAL';
  sourcePrefixRanges?: CidrRange[];
  sourcePorts?: number[];
}

/** Envoy: `http_connection_manager.v3.HttpConnectionManager`. */
export interface HttpConnectionManager extends TypedConfig {
  statPrefix?: string;
  rds?: { routeConfigName?: string; configSource?: Record<string, unknown> };
  routeConfig?: RouteConfiguration;
  httpFilters?: HttpFilter[];
  useRemoteAddress?: boolean;
  xffNumTrustedHops?: number;
  skipXffAppend?: boolean;
  normalizePath?: boolean;
  mergeSlashes?: boolean;
  pathWithEscapedSlashesAction?:
    | 'IMPLEMENTATION_SPECIFIC_DEFAULT'
    | 'KEEP_UNCHANGED'
    | 'REJECT_REQUEST'
    | 'UNESCAPE_AND_REDIRECT'
    | 'UNESCAPE_AND_FORWARD';
  serverName?: string;
  serverHeaderTransformation?: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH';
  generateRequestId?: boolean;
  preserveExternalRequestId?: boolean;
  alwaysSetRequestIdInResponse?: boolean;
  streamIdleTimeout?: string;
  requestTimeout?: string;
  requestHeadersTimeout?: string;
  upgradeConfigs?: { upgradeType?: string; enabled?: boolean }[];
  commonHttpProtocolOptions?: CommonHttpProtocolOptions;
  localReplyConfig?: Record<string, unknown>;
  maxRequestHeadersKb?: number;
  stripMatchingHostPort?: boolean;
  stripAnyHostPort?: boolean;
  stripTrailingHostDot?: boolean;
  schemeHeaderTransformation?: { schemeToOverwrite?: string; matchUpstream?: boolean };
  appendXForwardedPort?: boolean;
  addUserAgent?: boolean;
  via?: string;
  proxy100Continue?: boolean;
  forwardClientCertDetails?: string;
  setCurrentClientCertDetails?: Record<string, unknown>;
  internalAddressConfig?: { unixSockets?: boolean; cidrRanges?: CidrRange[] };
  accessLog?: Extension[];
  [field: string]: unknown;
}

/** Envoy: `HttpFilter`. */
export interface HttpFilter extends Extension {
  isOptional?: boolean;
  disabled?: boolean;
}

/** Envoy: `core.v3.HttpProtocolOptions`. */
export interface CommonHttpProtocolOptions {
  idleTimeout?: string;
  maxConnectionDuration?: string;
  maxHeadersCount?: number;
  maxStreamDuration?: string;
  maxRequestsPerConnection?: number;
  headersWithUnderscoresAction?: string;
}

/** Envoy: `tcp_proxy.v3.TcpProxy`. */
export interface TcpProxy extends TypedConfig {
  statPrefix?: string;
  cluster?: string;
  weightedClusters?: { clusters?: { name: string; weight?: number }[] };
  idleTimeout?: string;
  maxConnectAttempts?: number;
  maxDownstreamConnectionDuration?: string;
  hashPolicy?: { sourceIp?: Record<string, never> }[];
  metadataMatch?: Metadata;
  tunnelingConfig?: { hostname?: string; usePost?: boolean; headersToAdd?: HeaderValueOption[] };
  accessLog?: Extension[];
  [field: string]: unknown;
}
