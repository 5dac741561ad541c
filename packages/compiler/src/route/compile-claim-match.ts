import type { RouteMatch, StringMatcher } from '@inmesh/model';

export type DynamicMetadataMatch = NonNullable<RouteMatch['dynamicMetadata']>[number];

const claimsHeader = '@request.auth.claims';

/**
 * The path of a JWT claim, where a header's name stands for one: `@request.auth.claims.group.id` or
 * `@request.auth.claims[group][id]`. Istio: `jwt.ToRoutingClaim`.
 */
export function claimPathOf(header: string): string[] | undefined {
  if (!header.toLowerCase().startsWith(claimsHeader)) return undefined;
  const path = header.slice(claimsHeader.length);
  if (path.startsWith('.') && path.length > 1) return path.slice(1).split('.');
  if (/^\[.+\]$/.test(path)) return path.slice(1, -1).split('][');
  return undefined;
}

/** A claim is a text or a list of texts; one of the list suffices. Istio: `MetadataMatcherForJWTClaims`. */
export function compileClaimMatch(
  path: readonly string[],
  stringMatch: StringMatcher | undefined,
  { invert }: { readonly invert: boolean },
): DynamicMetadataMatch {
  const value = stringMatch ? { stringMatch } : {};
  return {
    filter: 'envoy.filters.http.jwt_authn',
    path: ['payload', ...path].map((key) => ({ key })),
    value: { orMatch: { valueMatchers: [{ listMatch: { oneOf: value } }, value] } },
    ...(invert && { invert }),
  };
}
