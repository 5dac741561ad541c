import { quoted } from './names.js';

const token = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
const pseudoHeaders = new Set([':method', ':scheme', ':authority', ':path', ':status']);

/** A header that a rule asks about: a name, a pseudo header or a claim of a JWT. */
export function checkMatchedHeader(name: string): string | undefined {
  if (isJwtClaim(name) || pseudoHeaders.has(name)) return undefined;
  return checkHeaderName(name);
}

/** `@request.auth.claims.group` or `@request.auth.claims[group]`: a claim of the JWT that a gateway checked. */
export function isJwtClaim(name: string): boolean {
  const prefix = '@request.auth.claims';
  if (name.slice(0, prefix.length).toLowerCase() !== prefix) return false;
  return /^(?:\..+|\[.+\])$/s.test(name.slice(prefix.length));
}

export function checkHeaderName(name: string): string | undefined {
  if (name === '') return 'a header needs a name';
  return token.test(name) ? undefined : `${quoted(name)} is no header name`;
}

/** A header that a rule sets or adds on requests; `host` and `:authority` rewrite the authority. */
export function checkRequestHeader(name: string): string | undefined {
  return isAuthority(name) ? undefined : checkChangedHeader(name);
}

/** A header that a rule changes on responses, or takes off requests. */
export function checkChangedHeader(name: string): string | undefined {
  if (name === '') return 'a header needs a name';
  if (name.toLowerCase() === 'host') return 'the Host header cannot be changed here';
  return name.startsWith(':') ? `${quoted(name)} is a pseudo header, which rules cannot change` : undefined;
}

export function isAuthority(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'host' || lower === ':authority';
}
