import type { Headers, HTTPRoute } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkChangedHeader, checkRequestHeader, isAuthority } from './header.js';
import { checkHeaderValue } from './header-value.js';
import { quoted } from './names.js';

/** Headers that a rule or a destination sets, adds and removes. */
export function checkHeaders(headers: Headers | undefined, place: Place, findings: Findings): void {
  if (headers === undefined) return;
  for (const side of ['request', 'response'] as const) {
    const { set, add, remove = [] } = headers[side] ?? {};
    const checkName = side === 'request' ? checkRequestHeader : checkChangedHeader;
    for (const [operation, values] of [['set', set] as const, ['add', add] as const]) {
      for (const [name, value] of Object.entries(values ?? {})) {
        const at = place.at(side, operation, name);
        findings.error(at, checkName(name));
        findings.error(at, checkHeaderValue(value));
      }
    }
    for (const [index, name] of remove.entries()) {
      findings.error(place.at(side, 'remove', index), checkChangedHeader(name));
    }
  }
}

/** The authority is rewritten in one place: `rewrite.authority`, or setting or adding `host` or `:authority`. */
export function checkAuthorityOnce({ rewrite, headers }: HTTPRoute, place: Place, findings: Findings): void {
  let current = rewrite?.authority ?? '';
  for (const operation of ['set', 'add'] as const) {
    for (const [name, value] of Object.entries(headers?.request?.[operation] ?? {})) {
      if (!isAuthority(name)) continue;
      if (current !== '') {
        const at = place.at('headers', 'request', operation, name);
        findings.error(at, `the authority is already rewritten to ${quoted(current)}`);
        return;
      }
      current = value;
    }
  }
}
