import type {
  ConnectionPoolSettings,
  LocalityLoadBalancerSetting,
  OutlierDetection,
  TcpKeepalive,
  ZoneAwareLoadBalancerSetting,
} from './destination-rule.js';
import type { OutboundTrafficPolicy } from './sidecar.js';
import type { HTTPRetry } from './virtual-service.js';

/** The fields of Istio's MeshConfig that decide about traffic. Absent fields have Istio's defaults. */
export interface MeshConfig {
  /** @defaultValue `istio-system` */
  rootNamespace?: string;
  /** @defaultValue `cluster.local` */
  trustDomain?: string;
  /** @defaultValue `10s` */
  connectTimeout?: string;
  tcpKeepalive?: TcpKeepalive;
  /** @defaultValue mode `ALLOW_ANY` */
  outboundTrafficPolicy?: OutboundTrafficPolicy;
  inboundTrafficPolicy?: { mode?: 'PASSTHROUGH' | 'LOCALHOST' };
  /** @defaultValue `true` */
  enableAutoMtls?: boolean;
  defaultServiceExportTo?: string[];
  defaultVirtualServiceExportTo?: string[];
  defaultDestinationRuleExportTo?: string[];
  /** @defaultValue `{ enabled: true }` */
  localityLbSetting?: LocalityLoadBalancerSetting;
  zoneAwareLbSetting?: ZoneAwareLoadBalancerSetting;
  /** @defaultValue `60s` */
  dnsRefreshRate?: string;
  /** @defaultValue `DO_NOT_UPGRADE` */
  h2UpgradePolicy?: 'DO_NOT_UPGRADE' | 'UPGRADE';
  /** @defaultValue `0s` */
  protocolDetectionTimeout?: string;
  pathNormalization?: {
    normalization?: 'DEFAULT' | 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';
  };
  defaultHttpRetryPolicy?: HTTPRetry;
  defaultInboundHttpRetryPolicy?: HTTPRetry;
  defaultTrafficPolicy?: { connectionPool?: ConnectionPoolSettings; outlierDetection?: OutlierDetection };
  serviceEntryVisibility?: ServiceEntryVisibility;
  serviceSettings?: { settings?: { clusterLocal?: boolean }; hosts?: string[] }[];
  proxyHttpPort?: number;
  /** Where lines about calls go, `/dev/stdout` for example; absent or empty: nowhere. */
  accessLogFile?: string;
  /** Envoy's format strings; of JSON, an object of them as text. Absent: Istio's own. */
  accessLogFormat?: string;
  /** @defaultValue `TEXT` */
  accessLogEncoding?: 'TEXT' | 'JSON';
  /** Not honoured, and reported: the SDK in the process decides. */
  enableTracing?: boolean;
  tlsDefaults?: { ecdhCurves?: string[]; cipherSuites?: string[]; minProtocolVersion?: string };
  meshMTLS?: { ecdhCurves?: string[]; cipherSuites?: string[]; minProtocolVersion?: string };
  defaultConfig?: ProxyConfig;
}

/** How far the ServiceEntries of a namespace may be seen, whatever they say themselves in `exportTo`. */
export interface ServiceEntryVisibility {
  /** Where no policy matches. @defaultValue `PUBLIC` */
  defaultVisibility?: Visibility;
  /** The first whose rules all match the namespace decides; without rules it matches every one. */
  policies?: { visibility?: Visibility; matchingRules?: { namespaceSelector?: LabelSelector }[] }[];
  /** Whether sidecars and gateways go by it. @defaultValue `false` */
  applyToSidecars?: boolean;
}

/** `NAMESPACE`: in its own namespace alone. */
export type Visibility = 'VISIBILITY_UNSPECIFIED' | 'PUBLIC' | 'NAMESPACE' | 'NONE';

/** Kubernetes: `LabelSelector`. All conditions have to hold. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: {
    key?: string;
    operator?: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    values?: string[];
  }[];
}

/** The fields of Istio's ProxyConfig that decide about traffic. */
export interface ProxyConfig {
  proxyMetadata?: Record<string, string>;
  /** Not honoured, and reported: the SDK in the process samples. */
  tracing?: { sampling?: number; [field: string]: unknown };
  gatewayTopology?: {
    numTrustedProxies?: number;
    forwardClientCertDetails?: ForwardClientCertDetails;
    proxyProtocol?: Record<string, unknown>;
  };
  proxyHeaders?: ProxyHeaders;
}

/** What Envoy adds to requests and responses by itself, field by field to be switched off. */
export interface ProxyHeaders {
  forwardedClientCert?: ForwardClientCertDetails;
  setCurrentClientCertDetails?: {
    subject?: boolean;
    cert?: boolean;
    chain?: boolean;
    dns?: boolean;
    uri?: boolean;
  };
  requestId?: { disabled?: boolean };
  server?: { disabled?: boolean; value?: string };
  attemptCount?: { disabled?: boolean };
  envoyDebugHeaders?: { disabled?: boolean };
  metadataExchangeHeaders?: { mode?: 'UNDEFINED' | 'IN_MESH' };
  xForwardedHost?: { enabled?: boolean };
  xForwardedPort?: { enabled?: boolean };
  preserveHttp1HeaderCase?: boolean;
}

export type ForwardClientCertDetails =
  | 'UNDEFINED'
  | 'SANITIZE'
  | 'FORWARD_ONLY'
  | 'APPEND_FORWARD'
  | 'SANITIZE_SET'
  | 'ALWAYS_FORWARD_ONLY';
