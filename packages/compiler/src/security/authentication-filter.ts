import { formatClusterName, type HttpFilter, type JWTRule } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { appliedPolicies } from './applied-policies.js';
import { tokenMetadata } from './claim-match.js';

type Requirement = Readonly<Record<string, unknown>>;

/**
 * The filter that checks tokens, where RequestAuthentications list issuers. A request without a token passes; one
 * with a token that no issuer vouches for does not. Istio: `convertToEnvoyJwtConfig`.
 */
export function authenticationFilter(scope: Scope): HttpFilter | undefined {
  const rules = appliedPolicies(scope, 'RequestAuthentication')
    .flatMap(({ spec }) => spec.jwtRules ?? [])
    .sort((a, b) => compare(a.issuer ?? '', b.issuer ?? ''));
  if (rules.length === 0) return undefined;
  const providers = rules.map((rule, index) => [`origins-${index}`, provider(scope, rule)] as const);
  return {
    name: tokenMetadata.filter,
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
      providers: Object.fromEntries(providers),
      rules: [{ match: { prefix: '/' }, requires: requirement(providers.map(([name]) => name)) }],
      bypassCorsPreflight: true,
    },
  };
}

function provider(scope: Scope, rule: JWTRule): Readonly<Record<string, unknown>> {
  const { issuer = '', audiences = [], fromHeaders = [], fromParams = [], fromCookies = [] } = rule;
  const { outputPayloadToHeader, outputClaimToHeaders = [], spaceDelimitedClaims = [] } = rule;
  return {
    issuer,
    ...(audiences.length > 0 && { audiences }),
    ...keys(scope, rule),
    ...(fromHeaders.length > 0 && {
      fromHeaders: fromHeaders.map(({ name = '', prefix }) => ({
        name,
        ...(prefix !== undefined && { valuePrefix: prefix }),
      })),
    }),
    ...(fromParams.length > 0 && { fromParams }),
    ...(fromCookies.length > 0 && { fromCookies }),
    ...(rule.forwardOriginalToken === true && { forward: true }),
    ...(outputPayloadToHeader && { forwardPayloadHeader: outputPayloadToHeader }),
    ...(outputClaimToHeaders.length > 0 && {
      claimToHeaders: outputClaimToHeaders.map(({ header = '', claim = '' }) => ({
        headerName: header,
        claimName: claim,
      })),
    }),
    payloadInMetadata: tokenMetadata.key,
    normalizePayloadInMetadata: {
      spaceDelimitedClaims: [...new Set(['scope', 'permission', ...spaceDelimitedClaims])],
    },
    // Routes of a gateway may ask for claims.
    ...(scope.workload.type === 'router' && { clearRouteCache: true }),
  };
}

/** Where keys stand neither in the rule nor at an address, the issuer says where they are. */
function keys(scope: Scope, { issuer = '', jwks, jwksUri, timeout = '5s' }: JWTRule): Requirement {
  if (jwks) return { localJwks: { inlineString: jwks } };
  const uri = jwksUri || `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return {
    remoteJwks: {
      httpUri: { uri, cluster: clusterOf(scope, uri), timeout },
      cacheDuration: '1200s',
    },
  };
}

/** The cluster of the service behind an address; one that nobody knows passes through. */
function clusterOf(scope: Scope, uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const port = Number(url?.port || (url?.protocol === 'https:' ? 443 : 80));
  const service = url && scope.service(url.hostname);
  const hasPort = service?.ports.some(({ number }) => number === port) === true;
  return hasPort
    ? formatClusterName({ direction: 'outbound', port, subset: '', host: service.hostname })
    : 'PassthroughCluster';
}

/**
 * One issuer: its token or none. Several: the token of one of them, or wherever one is expected either a good one or
 * none: where issuers share a place, the token of one is never good for the other.
 */
function requirement(names: readonly string[]): Requirement {
  const one = (providerName: string): Requirement => ({ providerName });
  const orMissing = (name: string): Requirement => any([one(name), { allowMissing: {} }]);
  const [first, ...others] = names;
  if (first !== undefined && others.length === 0) return orMissing(first);
  return any([...names.map(one), { requiresAll: { requirements: names.map(orMissing) } }]);
}

function any(requirements: readonly Requirement[]): Requirement {
  return { requiresAny: { requirements } };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
