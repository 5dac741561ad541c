import type { FilterConfig, FilterConfigs } from '@inmesh/engine';
import type { RouteMatch } from '@inmesh/model';
import type { DataSource } from '../data-source.js';

/** Envoy: `jwt_authn.v3.JwtProvider`. */
export interface JwtProvider {
  /** Empty: any. */
  readonly issuer?: string;
  readonly audiences?: readonly string[];
  readonly localJwks?: DataSource;
  readonly remoteJwks?: {
    readonly httpUri?: { readonly uri?: string; readonly timeout?: string };
    /** @defaultValue `600s` */
    readonly cacheDuration?: string;
  };
  readonly fromHeaders?: readonly { readonly name?: string; readonly valuePrefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  /** Whether the token stays in its header once it was checked. */
  readonly forward?: boolean;
  readonly forwardPayloadHeader?: string;
  readonly padForwardPayloadHeader?: boolean;
  readonly claimToHeaders?: readonly { readonly headerName?: string; readonly claimName?: string }[];
  readonly payloadInMetadata?: string;
  readonly normalizePayloadInMetadata?: { readonly spaceDelimitedClaims?: readonly string[] };
  readonly clearRouteCache?: boolean;
  /** @defaultValue 60 */
  readonly clockSkewSeconds?: number;
  readonly requireExpiration?: boolean;
}

/** Envoy: `jwt_authn.v3.JwtRequirement`; one kind. */
export interface JwtRequirement {
  readonly providerName?: string;
  readonly providerAndAudiences?: {
    readonly providerName?: string;
    readonly audiences?: readonly string[];
  };
  readonly requiresAny?: { readonly requirements?: readonly JwtRequirement[] };
  readonly requiresAll?: { readonly requirements?: readonly JwtRequirement[] };
  readonly allowMissing?: object;
  readonly allowMissingOrFailed?: object;
}

/** Envoy: `jwt_authn.v3.JwtAuthentication`. */
export interface JwtConfig {
  readonly providers?: Readonly<Record<string, JwtProvider>>;
  /** The first that matches decides. */
  readonly rules?: readonly {
    readonly match?: RouteMatch;
    readonly requires?: JwtRequirement;
    readonly requirementName?: string;
  }[];
  readonly requirementMap?: Readonly<Record<string, JwtRequirement>>;
  readonly bypassCorsPreflight?: boolean;
  readonly stripFailureResponse?: boolean;
}

/** Envoy: `jwt_authn.v3.PerRouteConfig`. */
interface PerRoute {
  readonly disabled?: boolean;
  readonly requirementName?: string;
}

/** What one route makes of the filter. `undefined`: it is off there. */
export function jwtInForce({
  own,
  levels,
}: Pick<FilterConfigs, 'own' | 'levels'>):
  | { readonly config: JwtConfig; readonly ofRoute?: string }
  | undefined {
  const { disabled = false, requirementName } = (levels[0] ?? {}) as FilterConfig & PerRoute;
  if (disabled || own === undefined) return undefined;
  return { config: own as JwtConfig, ...(requirementName !== undefined && { ofRoute: requirementName }) };
}
