import { type CorsPolicy, durationMs, type PerFilterConfig, type StringMatcher } from '@inmesh/model';
import { compileStringMatch } from './compile-match.js';

/** The CORS filter's configuration for one route. Istio: `TranslateCORSPolicy`. */
export function compileCors(policy: CorsPolicy): PerFilterConfig[string] {
  const origins = compileOrigins(policy);
  const maxAgeMs = durationMs(policy.maxAge);
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    ...(origins.length > 0 && { allowOriginStringMatch: origins }),
    ...joined('allowMethods', policy.allowMethods),
    ...joined('allowHeaders', policy.allowHeaders),
    ...joined('exposeHeaders', policy.exposeHeaders),
    ...(maxAgeMs !== undefined && { maxAge: String(Math.trunc(maxAgeMs / 1000)) }),
    ...(typeof policy.allowCredentials === 'boolean' && { allowCredentials: policy.allowCredentials }),
    filterEnabled: { defaultValue: { numerator: 100 } },
    forwardNotMatchingPreflights: policy.unmatchedPreflights !== 'IGNORE',
  };
}

/** The deprecated list of exact origins counts only where the list of matches is missing. */
function compileOrigins({ allowOrigins, allowOrigin }: CorsPolicy): StringMatcher[] {
  if (allowOrigins) return allowOrigins.flatMap((match) => compileStringMatch(match) ?? []);
  return (allowOrigin ?? []).map((exact) => ({ exact }));
}

function joined(name: string, values: readonly string[] | undefined): Record<string, string> {
  const text = (values ?? []).join(',');
  return text === '' ? {} : { [name]: text };
}
