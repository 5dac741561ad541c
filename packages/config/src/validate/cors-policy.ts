import { type CorsPolicy, durationMs } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkHeaderName } from './header.js';
import { quoted } from './names.js';
import { checkRegex } from './regex.js';

const methods = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  '*',
]);

export function checkCorsPolicy(policy: CorsPolicy | undefined, place: Place, findings: Findings): void {
  if (policy === undefined) return;
  policy.allowOrigins?.forEach(({ exact, prefix, regex }, index) => {
    const at = place.at('allowOrigins', index);
    if ((exact ?? prefix ?? regex ?? '') === '') findings.error(at, 'an origin needs exact, prefix or regex');
    else if (regex !== undefined) findings.error(at.at('regex'), checkRegex(regex));
  });
  policy.allowMethods?.forEach((method, index) => {
    const known = methods.has(method);
    if (!known) findings.error(place.at('allowMethods', index), `${quoted(method)} is no HTTP method`);
  });
  for (const part of ['allowHeaders', 'exposeHeaders'] as const) {
    policy[part]?.forEach((name, index) => {
      if (name !== '*') findings.error(place.at(part, index), checkHeaderName(name));
    });
  }
  const maxAgeMs = durationMs(policy.maxAge) ?? 0;
  if (maxAgeMs % 1000 !== 0) findings.error(place.at('maxAge'), 'browsers count in whole seconds');
}
