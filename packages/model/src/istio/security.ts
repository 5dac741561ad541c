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
  action?: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';
  rules?: Record<string, unknown>[];
  provider?: { name?: string };
}

/** Istio: `security.istio.io/v1 RequestAuthentication`. */
export interface RequestAuthentication {
  selector?: WorkloadSelector & { matchLabels?: Record<string, string> };
  jwtRules?: Record<string, unknown>[];
}
