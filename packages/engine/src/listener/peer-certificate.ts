import { createHash, type X509Certificate } from 'node:crypto';

/** The certificate that a caller presented, as `x-forwarded-client-cert` and policies tell of it. */
export interface PeerCertificate {
  /** SHA-256 of the certificate, in lower-case hexadecimal digits. */
  readonly hash: string;
  readonly pem: string;
  /** As RFC 2253 writes it: `CN=client.example.com`. */
  readonly subject: string;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  /** Names of the certificate that the caller was shown. */
  readonly ownUris: readonly string[];
}

/** @param own what the caller was shown */
export function describePeer(
  certificate: X509Certificate,
  own: X509Certificate | undefined,
): PeerCertificate {
  const { dns, uris } = alternativeNames(certificate);
  return {
    hash: certificateHash(certificate),
    pem: certificate.toString(),
    subject: rfc2253(certificate.subject),
    uris,
    dnsNames: dns,
    ownUris: own === undefined ? [] : alternativeNames(own).uris,
  };
}

/** The names in a certificate, by their kinds. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly uris: readonly string[];
  readonly others: readonly string[];
}

export function alternativeNames({ subjectAltName = '' }: X509Certificate): AlternativeNames {
  const names = [...subjectAltName.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(
    ([, kind = '', value = '']) => ({ kind, value: value.startsWith('"') ? unquoted(value) : value }),
  );
  const ofKind = (kind: string): string[] =>
    names.filter((name) => name.kind === kind).map(({ value }) => value);
  return { dns: ofKind('DNS'), uris: ofKind('URI'), others: [...ofKind('IP Address'), ...ofKind('email')] };
}

/** SHA-256, in lower-case hexadecimal digits. */
export function certificateHash({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('hex');
}

/** Node quotes names that could be taken for several. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}

/** Node writes one attribute a line, the most general first, escaped as RFC 2253 has it, which wants the most special first. */
function rfc2253(subject: string | undefined): string {
  return (subject ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .join(',');
}
