import type { X509Certificate } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { PeerCertificate } from '@inmesh/engine';
import type { ClientTerms } from './tls-terms.js';

/** The names in a certificate, by their kinds. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly uris: readonly string[];
  readonly others: readonly string[];
}

/** What `x-forwarded-client-cert` tells of a certificate. */
export function describePeer(
  certificate: X509Certificate,
  own: X509Certificate | undefined,
): PeerCertificate {
  const { dns, uris } = alternativeNames(certificate);
  return {
    hash: hashOf(certificate),
    pem: certificate.toString(),
    subject: rfc2253(certificate.subject),
    uris,
    dnsNames: dns,
    ownUris: own === undefined ? [] : alternativeNames(own).uris,
  };
}

/** Whether a certificate whose chain was verified is one that the terms ask for. */
export function isWelcome(certificate: X509Certificate, terms: ClientTerms): boolean {
  const { subjectAltNames, hashes, keyHashes } = terms;
  if (hashes.length + keyHashes.length > 0) {
    const isListed = hashes.includes(hashOf(certificate)) || keyHashes.includes(keyHashOf(certificate));
    if (!isListed) return false;
  }
  if (subjectAltNames.length === 0) return true;
  const { dns, uris, others } = alternativeNames(certificate);
  return [...dns, ...uris, ...others].some((name) => subjectAltNames.includes(name));
}

export function alternativeNames({ subjectAltName = '' }: X509Certificate): AlternativeNames {
  const names = [...subjectAltName.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(
    ([, kind = '', value = '']) => ({ kind, value: value.startsWith('"') ? unquoted(value) : value }),
  );
  const ofKind = (kind: string): string[] =>
    names.filter((name) => name.kind === kind).map(({ value }) => value);
  return { dns: ofKind('DNS'), uris: ofKind('URI'), others: [...ofKind('IP Address'), ...ofKind('email')] };
}

/** Node quotes names that could be taken for several. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}

function hashOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('hex');
}

function keyHashOf({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** Node writes one attribute a line, the most general first, escaped as RFC 2253 has it, which wants the most special first. */
function rfc2253(subject: string | undefined): string {
  return (subject ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .join(',');
}
