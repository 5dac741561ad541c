import type { HeaderMap, HttpConnectionManager } from '@inmesh/model';
import type { PeerCertificate } from './peer-certificate.js';

/** Drops, keeps or writes `x-forwarded-client-cert`. `undefined`: the caller presented no certificate. */
export type ForwardClientCert = (headers: HeaderMap, peer: PeerCertificate | undefined) => void;

const header = 'x-forwarded-client-cert';

/** What a caller without a certificate says of one is dropped, unless all is forwarded. Envoy: `forward_client_cert_details`. */
export function compileClientCert(manager: HttpConnectionManager): ForwardClientCert {
  const element = compileElement(manager.setCurrentClientCertDetails ?? {});
  switch (manager.forwardClientCertDetails) {
    case 'ALWAYS_FORWARD_ONLY':
      return () => {};
    case 'FORWARD_ONLY':
      return (headers, peer) => {
        if (peer === undefined) headers.remove(header);
      };
    case 'APPEND_FORWARD':
      return (headers, peer) => {
        if (peer === undefined) headers.remove(header);
        else headers.set(header, [...headers.all(header), element(peer)].join(','));
      };
    case 'SANITIZE_SET':
      return (headers, peer) => {
        if (peer === undefined) headers.remove(header);
        else headers.set(header, element(peer));
      };
    default:
      return (headers) => headers.remove(header);
  }
}

/** One hop of the list: who we are and what was presented, then the details asked for in Envoy's fixed order. */
function compileElement(details: Readonly<Record<string, unknown>>): (peer: PeerCertificate) => string {
  return ({ hash, pem, subject, uris, dnsNames, ownUris }) => {
    const parts = [...ownUris.map((uri) => `By=${uri}`), `Hash=${hash}`];
    if (details.cert === true) parts.push(`Cert="${encodeURIComponent(pem)}"`);
    if (details.subject === true) parts.push(`Subject="${subject}"`);
    if (details.uri === true) parts.push(...(uris.length === 0 ? ['URI='] : uris.map((uri) => `URI=${uri}`)));
    if (details.dns === true) parts.push(...dnsNames.map((name) => `DNS=${name}`));
    return parts.join(';');
  };
}
