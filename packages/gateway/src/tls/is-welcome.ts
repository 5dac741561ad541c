import { createHash, type X509Certificate } from 'node:crypto';
import { alternativeNames, certificateHash } from '@inmesh/engine';
import type { ClientTerms } from './tls-terms.js';

/** Whether a certificate whose chain was verified is one that the terms ask for. */
export function isWelcome(certificate: X509Certificate, terms: ClientTerms): boolean {
  const { subjectAltNames, hashes, keyHashes } = terms;
  if (hashes.length + keyHashes.length > 0) {
    const isListed =
      hashes.includes(certificateHash(certificate)) || keyHashes.includes(keyHashOf(certificate));
    if (!isListed) return false;
  }
  if (subjectAltNames.length === 0) return true;
  const { dns, uris, others } = alternativeNames(certificate);
  return [...dns, ...uris, ...others].some((name) => subjectAltNames.includes(name));
}

function keyHashOf({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
