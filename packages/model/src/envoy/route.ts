import type {
  DataSource,
  Extension,
  HeaderValueOption,
  Metadata,
  RegexMatchAndSubstitute,
  RegexMatcher,
  RuntimeFractionalPercent,
  StringMatcher,
  TypedConfig,
} from './common.js';

interface HeaderMutations {
  requestHeadersToAdd?: HeaderValueOption[];
  requestHeadersToRemove?: string[];
  responseHeadersToAdd?: HeaderValueOption[];
  responseHeadersToRemove?: string[];
}

/** Configuration of HTTP filters by filter name. */
export type PerFilterConfig = Record<string, TypedConfig & Record<string, unknown>>;

/** Envoy: `config.route.v3.RouteConfiguration`. */
export interface RouteConfiguration extends HeaderMutations {
  name: string;
  virtualHosts?: VirtualHost[];
  ignorePortInHostMatching?: boolean;
  ignorePathParametersInPathMatching?: boolean;
  mostSpecificHeaderMutationsWins?: boolean;
  maxDirectResponseBodySizeBytes?: number;
  validateClusters?: boolean;
  internalOnlyHeaders?: string[];
  requestMirrorPolicies?: RequestMirrorPolicy[];
  typedPerFilterConfig?: PerFilterConfig;
  metadata?: Metadata;
}

/** Envoy: `config.route.v3.VirtualHost`. */
export interface VirtualHost extends HeaderMutations {
  name: string;
  domains: string[];
  routes?: Route[];
  requireTls?: 'NONE' | 'EXTERNAL_ONLY' | 'ALL';
  includeRequestAttemptCount?: boolean;
  includeAttemptCountInResponse?: boolean;
  includeIsTimeoutRetryHeader?: boolean;
  retryPolicy?: RetryPolicy;
  hedgePolicy?: HedgePolicy;
  requestMirrorPolicies?: RequestMirrorPolicy[];
  perRequestBufferLimitBytes?: number;
  requestBodyBufferLimit?: string | number;
  typedPerFilterConfig?: PerFilterConfig;
  metadata?: Metadata;
}

/** Envoy: `config.route.v3.Route`; one of the actions. */
export interface Route extends HeaderMutations {
  name?: string;
  match: RouteMatch;
  route?: RouteAction;
  redirect?: RedirectAction;
  directResponse?: DirectResponseAction;
  nonForwardingAction?: Record<string, never>;
  decorator?: { operation?: string; propagate?: boolean };
  metadata?: Metadata;
  typedPerFilterConfig?: PerFilterConfig;
  perRequestBufferLimitBytes?: number;
  requestBodyBufferLimit?: string | number;
  statPrefix?: string;
}

/** Envoy: `config.route.v3.RouteMatch`; one path specifier. */
export interface RouteMatch {
  prefix?: string;
  path?: string;
  safeRegex?: RegexMatcher;
  pathSeparatedPrefix?: string;
  connectMatcher?: Record<string, never>;
  pathMatchPolicy?: Extension;
  /** @defaultValue `true` */
  caseSensitive?: boolean;
  runtimeFraction?: RuntimeFractionalPercent;
  headers?: HeaderMatcher[];
  queryParameters?: QueryParameterMatcher[];
  grpc?: Record<string, never>;
  tlsContext?: { presented?: boolean; validated?: boolean };
  dynamicMetadata?: {
    filter?: string;
    path?: { key?: string }[];
    value?: Record<string, unknown>;
    invert?: boolean;
  }[];
}

/** Envoy: `config.route.v3.HeaderMatcher`; one kind at most. */
export interface HeaderMatcher {
  name: string;
  exactMatch?: string;
  safeRegexMatch?: RegexMatcher;
  rangeMatch?: { start?: string | number; end?: string | number };
  presentMatch?: boolean;
  prefixMatch?: string;
  suffixMatch?: string;
  containsMatch?: string;
  stringMatch?: StringMatcher;
  invertMatch?: boolean;
  treatMissingHeaderAsEmpty?: boolean;
}

/** Envoy: `config.route.v3.QueryParameterMatcher`. */
export interface QueryParameterMatcher {
  name: string;
  stringMatch?: StringMatcher;
  presentMatch?: boolean;
}

/** Envoy: `config.route.v3.RouteAction`. */
export interface RouteAction {
  cluster?: string;
  clusterHeader?: string;
  weightedClusters?: WeightedCluster;
  clusterNotFoundResponseCode?: 'SERVICE_UNAVAILABLE' | 'NOT_FOUND' | 'INTERNAL_SERVER_ERROR';
  prefixRewrite?: string;
  regexRewrite?: RegexMatchAndSubstitute;
  pathRewritePolicy?: Extension;
  hostRewriteLiteral?: string;
  autoHostRewrite?: boolean;
  hostRewriteHeader?: string;
  hostRewritePathRegex?: RegexMatchAndSubstitute;
  appendXForwardedHost?: boolean;
  /** @defaultValue `15s`; 0 switches it off */
  timeout?: string;
  idleTimeout?: string;
  maxGrpcTimeout?: string;
  grpcTimeoutOffset?: string;
  maxStreamDuration?: {
    maxStreamDuration?: string;
    grpcTimeoutHeaderMax?: string;
    grpcTimeoutHeaderOffset?: string;
  };
  retryPolicy?: RetryPolicy;
  hedgePolicy?: HedgePolicy;
  requestMirrorPolicies?: RequestMirrorPolicy[];
  priority?: 'DEFAULT' | 'HIGH';
  hashPolicy?: HashPolicy[];
  cors?: Record<string, unknown>;
  metadataMatch?: Metadata;
  upgradeConfigs?: { upgradeType?: string; enabled?: boolean }[];
  internalRedirectPolicy?: InternalRedirectPolicy;
}

/** Envoy: `config.route.v3.InternalRedirectPolicy`. */
export interface InternalRedirectPolicy {
  /** @defaultValue `1` */
  maxInternalRedirects?: number;
  /** @defaultValue `[302]` */
  redirectResponseCodes?: number[];
  predicates?: Extension[];
  allowCrossSchemeRedirect?: boolean;
  responseHeadersToCopy?: string[];
}

export interface WeightedCluster {
  clusters?: ClusterWeight[];
  headerName?: string;
  useHashPolicy?: boolean;
  totalWeight?: number;
  runtimeKeyPrefix?: string;
}

/** Envoy: `WeightedCluster.ClusterWeight`. */
export interface ClusterWeight extends HeaderMutations {
  name?: string;
  clusterHeader?: string;
  weight?: number;
  hostRewriteLiteral?: string;
  metadataMatch?: Metadata;
  typedPerFilterConfig?: PerFilterConfig;
}

/** Envoy: `config.route.v3.RetryPolicy`. */
export interface RetryPolicy {
  retryOn?: string;
  /** @defaultValue `1` */
  numRetries?: number;
  perTryTimeout?: string;
  perTryIdleTimeout?: string;
  retryPriority?: Extension;
  retryHostPredicate?: Extension[];
  retryOptionsPredicates?: Extension[];
  /** A 64-bit number, hence text. @defaultValue `1` */
  hostSelectionRetryMaxAttempts?: string | number;
  retriableStatusCodes?: number[];
  retryBackOff?: { baseInterval?: string; maxInterval?: string };
  rateLimitedRetryBackOff?: {
    resetHeaders?: { name?: string; format?: 'SECONDS' | 'UNIX_TIMESTAMP' }[];
    maxInterval?: string;
  };
  retriableHeaders?: HeaderMatcher[];
  retriableRequestHeaders?: HeaderMatcher[];
}

export interface HedgePolicy {
  initialRequests?: number;
  hedgeOnPerTryTimeout?: boolean;
}

/** Envoy: `RouteAction.RequestMirrorPolicy`. */
export interface RequestMirrorPolicy {
  cluster?: string;
  clusterHeader?: string;
  runtimeFraction?: RuntimeFractionalPercent;
  traceSampled?: boolean;
  disableShadowHostSuffixAppend?: boolean;
  hostRewriteLiteral?: string;
  requestHeadersMutations?: Record<string, unknown>[];
}

/** Envoy: `RouteAction.HashPolicy`; one kind. */
export interface HashPolicy {
  header?: { headerName: string; regexRewrite?: RegexMatchAndSubstitute };
  cookie?: { name: string; ttl?: string; path?: string; attributes?: { name: string; value?: string }[] };
  connectionProperties?: { sourceIp?: boolean };
  queryParameter?: { name: string };
  filterState?: { key: string };
  terminal?: boolean;
}

/** Envoy: `config.route.v3.RedirectAction`. */
export interface RedirectAction {
  httpsRedirect?: boolean;
  schemeRedirect?: string;
  hostRedirect?: string;
  portRedirect?: number;
  pathRedirect?: string;
  prefixRewrite?: string;
  regexRewrite?: RegexMatchAndSubstitute;
  responseCode?: 'MOVED_PERMANENTLY' | 'FOUND' | 'SEE_OTHER' | 'TEMPORARY_REDIRECT' | 'PERMANENT_REDIRECT';
  stripQuery?: boolean;
}

/** Envoy: `config.route.v3.DirectResponseAction`. */
export interface DirectResponseAction {
  status: number;
  body?: DataSource;
}
