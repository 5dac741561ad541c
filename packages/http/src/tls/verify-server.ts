import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import type { SanMatcher, TlsSettings } from '@inmesh/engine';

/**
 * Whether a server may be who the rules say, judged by the subject alternative names of its certificate: the
 * chain is verified before. The common name never counts. Answers the reason for a refusal. Envoy:
 * `DefaultCertValidator::verifyCertificate`.
 */
export function verifyServer(
  { verifyName, subjectAltNames }: Pick<TlsSettings, 'verifyName' | 'subjectAltNames'>,
  certificate: Pick<PeerCertificate, 'subjectaltname'>,
): Error | undefined {
  const names = parseAlternativeNames(certificate.subjectaltname);
  if (verifyName !== undefined && !names.some((name) => isNamed(name, verifyName)))
    return certificateError('verify SAN list', `no name of the certificate is ${verifyName}`);
  if (subjectAltNames.length > 0 && !names.some((name) => subjectAltNames.some((m) => matches(name, m))))
    return certificateError(
      'SAN matcher',
      'no name of the certificate is one of those that the rule accepts',
    );
  return undefined;
}

/** One subject alternative name of a certificate. */
export interface AlternativeName {
  readonly type: 'DNS' | 'URI' | 'EMAIL' | 'IP_ADDRESS' | 'other';
  readonly value: string;
}

/**
 * Reads Node's text form, `DNS:a.example, IP Address:10.0.0.1`. Values with special characters are JSON strings
 * there: a comma within one must not make two names of it.
 */
export function parseAlternativeNames(text: string | undefined): readonly AlternativeName[] {
  const names: AlternativeName[] = [];
  for (const [, label = '', quoted, plain = ''] of (text ?? '').matchAll(
    /([^:,]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  )) {
    names.push({ type: typeOf(label), value: quoted === undefined ? plain : JSON.parse(quoted) });
  }
  return names;
}

function typeOf(label: string): AlternativeName['type'] {
  switch (label) {
    case 'DNS':
    case 'URI':
      return label;
    case 'email':
      return 'EMAIL';
    case 'IP Address':
      return 'IP_ADDRESS';
    default:
      return 'other';
  }
}

function isNamed(name: AlternativeName, wanted: string): boolean {
  if (isIP(wanted) !== 0) return name.type === 'IP_ADDRESS' && sameAddress(name.value, wanted);
  return name.type === 'DNS' ? coversDnsName(name.value, wanted) : name.value === wanted;
}

function matches(name: AlternativeName, { type, kind, value }: SanMatcher): boolean {
  if (type !== 'any' && name.type !== type) return false;
  switch (kind) {
    case 'exact':
      if (name.type === 'DNS') return coversDnsName(name.value, value);
      return name.type === 'IP_ADDRESS' ? sameAddress(name.value, value) : name.value === value;
    case 'prefix':
      return name.value.startsWith(value);
    case 'suffix':
      return name.value.endsWith(value);
  }
}

/**
 * Whether the name in a certificate covers `wanted`. One `*` may stand in its left-most label, alone or as a part
 * of it, for characters of that label only; a wildcard in `wanted` means nothing.
 */
function coversDnsName(certified: string, wanted: string): boolean {
  const [pattern, name] = [certified.toLowerCase(), wanted.toLowerCase()];
  if (pattern === name) return true;
  const [label, ...domain] = pattern.split('.');
  const [first, ...rest] = name.split('.');
  if (label === undefined || first === undefined || domain.length === 0) return false;
  if (domain.join('.') !== rest.join('.') || label.startsWith('xn--')) return false;
  const [before, after, ...more] = label.split('*');
  if (before === undefined || after === undefined || more.length > 0) return false;
  return (
    first.length >= Math.max(1, before.length + after.length) &&
    first.startsWith(before) &&
    first.endsWith(after)
  );
}

/** Certificates spell IPv6 addresses in full and upper case. */
function sameAddress(a: string, b: string): boolean {
  return canonicalAddress(a) === canonicalAddress(b);
}

function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address;
}

function certificateError(check: string, reason: string): Error {
  return Object.assign(new Error(`verify cert failed: ${check}: ${reason}`), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}
