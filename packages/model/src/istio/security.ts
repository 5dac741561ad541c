import type { WorkloadSelector } from './common.js';

/** Istio: `security.istio.io/v1 PeerAuthentication`. */
export interface PeerAuthentication {
  selector?: { matchLabels?: Record<string, string> };
  mtls?: MutualTLS;
  portLevelMtls?: Record<string, MutualTLS>;
}

export interface MutualTLS {
  mode?: 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';
}

/** Istio: `security.istio.io/v1 AuthorizationPolicy`. */
export interface AuthorizationPolicy {
  selector?: { matchLabels?: Record<string, string> };
  targetRef?: Record<string, unknown>;
  targetRefs?: Record<string, unknown>[];
  /** @defaultValue `ALLOW` */
  action?: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';
  rules?: AuthorizationRule[];
  provider?: { name?: string };
}

/** One of `from`, one of `to` and all of `when` must hold; what is absent holds. */
export interface AuthorizationRule {
  from?: { source?: AuthorizationSource }[];
  to?: { operation?: AuthorizationOperation }[];
  when?: { key?: string; values?: string[]; notValues?: string[] }[];
}

/** Istio: `Rule.From.Source`. Texts match whole, by `prefix*`, by `*suffix`, or with `*` whatever is there. */
export interface AuthorizationSource {
  principals?: string[];
  notPrincipals?: string[];
  requestPrincipals?: string[];
  notRequestPrincipals?: string[];
  namespaces?: string[];
  notNamespaces?: string[];
  serviceAccounts?: string[];
  notServiceAccounts?: string[];
  ipBlocks?: string[];
  notIpBlocks?: string[];
  remoteIpBlocks?: string[];
  notRemoteIpBlocks?: string[];
  trustDomains?: string[];
  notTrustDomains?: string[];
}

/** Istio: `Rule.To.Operation`. */
export interface AuthorizationOperation {
  hosts?: string[];
  notHosts?: string[];
  ports?: string[];
  notPorts?: string[];
  methods?: string[];
  notMethods?: string[];
  paths?: string[];
  notPaths?: string[];
}

/** Istio: `security.istio.io/v1 RequestAuthentication`. */
export interface RequestAuthentication {
  selector?: WorkloadSelector & { matchLabels?: Record<string, string> };
  targetRef?: Record<string, unknown>;
  targetRefs?: Record<string, unknown>[];
  jwtRules?: JWTRule[];
}

/** Istio: `JWTRule`. */
export interface JWTRule {
  issuer?: string;
  audiences?: string[];
  jwksUri?: string;
  jwks?: string;
  fromHeaders?: { name?: string; prefix?: string }[];
  fromParams?: string[];
  fromCookies?: string[];
  outputPayloadToHeader?: string;
  forwardOriginalToken?: boolean;
  outputClaimToHeaders?: { header?: string; claim?: string }[];
  /** @defaultValue `5s` */
  timeout?: string;
  spaceDelimitedClaims?: string[];
}
