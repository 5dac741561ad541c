import type { StringMatcher } from '@inmesh/model';
import type { MetadataMatcher } from './rbac.js';

/** Where the filter that checks tokens leaves what it found. */
export const tokenMetadata = { filter: 'envoy.filters.http.jwt_authn', key: 'payload' } as const;

/** A claim that is a text. */
export function claimIs(claim: string, stringMatch: StringMatcher): MetadataMatcher {
  return { ...at([claim]), value: { stringMatch } };
}

/** A claim that is a text or a list of texts: one of them suffices. Istio: `MetadataListValueMatcherForJWTClaims`. */
export function claimHasOneOf(path: readonly string[], texts: readonly StringMatcher[]): MetadataMatcher {
  const values = texts.map((stringMatch) => ({ stringMatch }));
  const [first = {}, ...others] = values;
  const value = others.length === 0 ? first : { orMatch: { valueMatchers: values } };
  return { ...at(path), value: { orMatch: { valueMatchers: [{ listMatch: { oneOf: value } }, value] } } };
}

function at(path: readonly string[]): Pick<MetadataMatcher, 'filter' | 'path'> {
  return { filter: tokenMetadata.filter, path: [tokenMetadata.key, ...path].map((key) => ({ key })) };
}
