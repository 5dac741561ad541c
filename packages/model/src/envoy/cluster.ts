import type {
  DataSource,
  EnvoyPercent,
  Extension,
  Metadata,
  TransportSocket,
  TypedConfig,
} from './common.js';
import type { ClusterLoadAssignment } from './endpoint.js';
import type { HealthCheck } from './health-check.js';
import type { CommonHttpProtocolOptions } from './listener.js';
import type { HeaderMatcher } from './route.js';

/** Envoy: `config.cluster.v3.Cluster`. */
export interface Cluster {
  name: string;
  altStatName?: string;
  /** @defaultValue `STATIC` */
  type?: 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST';
  clusterType?: Extension;
  edsClusterConfig?: { serviceName?: string; edsConfig?: Record<string, unknown> };
  /** @defaultValue `5s` */
  connectTimeout?: string;
  perConnectionBufferLimitBytes?: number;
  /** @defaultValue `ROUND_ROBIN` */
  lbPolicy?:
    | 'ROUND_ROBIN'
    | 'LEAST_REQUEST'
    | 'RING_HASH'
    | 'RANDOM'
    | 'MAGLEV'
    | 'CLUSTER_PROVIDED'
    | 'LOAD_BALANCING_POLICY_CONFIG';
  loadBalancingPolicy?: { policies?: { typedExtensionConfig?: Extension }[] };
  loadAssignment?: ClusterLoadAssignment;
  healthChecks?: HealthCheck[];
  circuitBreakers?: {
    thresholds?: CircuitBreakerThresholds[];
    perHostThresholds?: CircuitBreakerThresholds[];
  };
  typedExtensionProtocolOptions?: Record<string, TypedConfig & Record<string, unknown>>;
  /** This and the next three: what `typedExtensionProtocolOptions` has too, and which counts where that is absent. */
  commonHttpProtocolOptions?: CommonHttpProtocolOptions;
  upstreamHttpProtocolOptions?: NonNullable<HttpProtocolOptions['upstreamHttpProtocolOptions']>;
  http2ProtocolOptions?: Http2ProtocolOptions;
  maxRequestsPerConnection?: number;
  dnsRefreshRate?: string;
  dnsFailureRefreshRate?: { baseInterval?: string; maxInterval?: string };
  dnsJitter?: string;
  respectDnsTtl?: boolean;
  dnsLookupFamily?: 'AUTO' | 'V4_ONLY' | 'V6_ONLY' | 'V4_PREFERRED' | 'ALL';
  typedDnsResolverConfig?: Extension;
  outlierDetection?: EnvoyOutlierDetection;
  cleanupInterval?: string;
  lbSubsetConfig?: LbSubsetConfig;
  ringHashLbConfig?: {
    minimumRingSize?: string | number;
    maximumRingSize?: string | number;
    hashFunction?: 'XX_HASH' | 'MURMUR_HASH_2';
  };
  maglevLbConfig?: { tableSize?: string | number };
  roundRobinLbConfig?: { slowStartConfig?: SlowStartConfig };
  leastRequestLbConfig?: {
    choiceCount?: number;
    activeRequestBias?: { defaultValue?: number; runtimeKey?: string };
    slowStartConfig?: SlowStartConfig;
    selectionMethod?: 'N_CHOICES' | 'FULL_SCAN';
  };
  originalDstLbConfig?: { useHttpHeader?: boolean; httpHeaderName?: string; upstreamPortOverride?: number };
  commonLbConfig?: CommonLbConfig;
  transportSocket?: TransportSocket;
  transportSocketMatches?: {
    name: string;
    match?: Record<string, unknown>;
    transportSocket?: TransportSocket;
  }[];
  upstreamConnectionOptions?: {
    tcpKeepalive?: { keepaliveProbes?: number; keepaliveTime?: number; keepaliveInterval?: number };
  };
  upstreamBindConfig?: Record<string, unknown>;
  closeConnectionsOnHostHealthFailure?: boolean;
  ignoreHealthOnHostRemoval?: boolean;
  filters?: Extension[];
  metadata?: Metadata;
}

export interface CircuitBreakerThresholds {
  priority?: 'DEFAULT' | 'HIGH';
  /** @defaultValue `1024` */
  maxConnections?: number;
  /** @defaultValue `1024` */
  maxPendingRequests?: number;
  /** @defaultValue `1024` */
  maxRequests?: number;
  /** @defaultValue `3` */
  maxRetries?: number;
  retryBudget?: { budgetPercent?: EnvoyPercent; minRetryConcurrency?: number; budgetInterval?: string };
  trackRemaining?: boolean;
  maxConnectionPools?: number;
}

/** Envoy: `Cluster.LbSubsetConfig`. */
export interface LbSubsetConfig {
  /** Where no subset fits. @defaultValue `NO_FALLBACK` */
  fallbackPolicy?: 'NO_FALLBACK' | 'ANY_ENDPOINT' | 'DEFAULT_SUBSET';
  defaultSubset?: Record<string, unknown>;
  subsetSelectors?: LbSubsetSelector[];
  localityWeightAware?: boolean;
  scaleLocalityWeight?: boolean;
  panicModeAny?: boolean;
  listAsAny?: boolean;
  allowRedundantKeys?: boolean;
  metadataFallbackPolicy?: 'METADATA_NO_FALLBACK' | 'FALLBACK_LIST';
}

/** Envoy: `LbSubsetConfig.LbSubsetSelector`. */
export interface LbSubsetSelector {
  keys?: string[];
  fallbackPolicy?: 'NOT_DEFINED' | 'NO_FALLBACK' | 'ANY_ENDPOINT' | 'DEFAULT_SUBSET' | 'KEYS_SUBSET';
  fallbackKeysSubset?: string[];
}

export interface SlowStartConfig {
  slowStartWindow?: string;
  aggression?: { defaultValue?: number; runtimeKey?: string };
  minWeightPercent?: EnvoyPercent;
}

export interface CommonLbConfig {
  /** Absent: 50. An empty message: 0, which switches panic off. */
  healthyPanicThreshold?: EnvoyPercent;
  zoneAwareLbConfig?: Record<string, unknown>;
  localityWeightedLbConfig?: Record<string, never>;
  updateMergeWindow?: string;
  ignoreNewHostsUntilFirstHc?: boolean;
  closeConnectionsOnHostSetChange?: boolean;
  consistentHashingLbConfig?: { useHostnameForHashing?: boolean; hashBalanceFactor?: number };
}

/** Envoy: `config.cluster.v3.OutlierDetection`. */
export interface EnvoyOutlierDetection {
  consecutive5xx?: number;
  interval?: string;
  baseEjectionTime?: string;
  maxEjectionTime?: string;
  maxEjectionPercent?: number;
  enforcingConsecutive5xx?: number;
  enforcingSuccessRate?: number;
  successRateMinimumHosts?: number;
  successRateRequestVolume?: number;
  successRateStdevFactor?: number;
  consecutiveGatewayFailure?: number;
  enforcingConsecutiveGatewayFailure?: number;
  splitExternalLocalOriginErrors?: boolean;
  consecutiveLocalOriginFailure?: number;
  enforcingConsecutiveLocalOriginFailure?: number;
  enforcingLocalOriginSuccessRate?: number;
  failurePercentageThreshold?: number;
  enforcingFailurePercentage?: number;
  alwaysEjectOneHost?: boolean;
  [field: string]: unknown;
}

/** Envoy: `extensions.upstreams.http.v3.HttpProtocolOptions`. */
export interface HttpProtocolOptions extends TypedConfig {
  commonHttpProtocolOptions?: CommonHttpProtocolOptions;
  upstreamHttpProtocolOptions?: {
    autoSni?: boolean;
    autoSanValidation?: boolean;
    overrideAutoSniHeader?: string;
  };
  explicitHttpConfig?: {
    httpProtocolOptions?: Record<string, unknown>;
    http2ProtocolOptions?: Http2ProtocolOptions;
  };
  useDownstreamProtocolConfig?: {
    httpProtocolOptions?: Record<string, unknown>;
    http2ProtocolOptions?: Http2ProtocolOptions;
  };
  autoConfig?: { httpProtocolOptions?: Record<string, unknown>; http2ProtocolOptions?: Http2ProtocolOptions };
  outlierDetection?: { errorMatcher?: ResponseMatchPredicate };
  httpFilters?: Extension[];
}

/** Envoy: `config.common.matcher.v3.MatchPredicate`, as far as it sees the head of a response. */
export interface ResponseMatchPredicate {
  orMatch?: { rules?: ResponseMatchPredicate[] };
  andMatch?: { rules?: ResponseMatchPredicate[] };
  notMatch?: ResponseMatchPredicate;
  anyMatch?: boolean;
  httpResponseHeadersMatch?: { headers?: HeaderMatcher[] };
}

export interface Http2ProtocolOptions {
  maxConcurrentStreams?: number;
  connectionKeepalive?: { interval?: string; timeout?: string };
  initialStreamWindowSize?: number;
  initialConnectionWindowSize?: number;
}

/** Envoy: `transport_sockets.tls.v3.UpstreamTlsContext`. */
export interface UpstreamTlsContext extends TypedConfig {
  commonTlsContext?: CommonTlsContext;
  sni?: string;
  autoHostSni?: boolean;
  autoSniSanValidation?: boolean;
}

/** Envoy: `transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport`: a header before another socket. */
export interface ProxyProtocolUpstreamTransport extends TypedConfig {
  config?: { version?: 'V1' | 'V2' };
  transportSocket?: TransportSocket;
}

/** Envoy: `transport_sockets.tls.v3.DownstreamTlsContext`. */
export interface DownstreamTlsContext extends TypedConfig {
  commonTlsContext?: CommonTlsContext;
  requireClientCertificate?: boolean;
  requireSni?: boolean;
}

export interface CommonTlsContext {
  tlsParams?: {
    tlsMinimumProtocolVersion?: string;
    tlsMaximumProtocolVersion?: string;
    cipherSuites?: string[];
    ecdhCurves?: string[];
  };
  tlsCertificates?: { certificateChain?: DataSource; privateKey?: DataSource }[];
  tlsCertificateSdsSecretConfigs?: SdsSecretConfig[];
  validationContext?: CertificateValidationContext;
  validationContextSdsSecretConfig?: SdsSecretConfig;
  combinedValidationContext?: {
    defaultValidationContext?: CertificateValidationContext;
    validationContextSdsSecretConfig?: SdsSecretConfig;
  };
  alpnProtocols?: string[];
}

export interface SdsSecretConfig {
  name: string;
  sdsConfig?: Record<string, unknown>;
}

export interface CertificateValidationContext {
  trustedCa?: DataSource;
  systemRootCerts?: Record<string, unknown>;
  matchTypedSubjectAltNames?: {
    sanType?: string;
    matcher?: { exact?: string; prefix?: string; suffix?: string };
  }[];
  matchSubjectAltNames?: { exact?: string; prefix?: string; suffix?: string }[];
  verifyCertificateHash?: string[];
  verifyCertificateSpki?: string[];
  crl?: DataSource;
  trustChainVerification?: string;
  allowExpiredCertificate?: boolean;
}
