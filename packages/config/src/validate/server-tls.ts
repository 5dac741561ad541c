import { cipherSuites as knownCiphers, type ServerTLSSettings } from '@inmesh/model';
import type { Findings, Place } from './findings.js';

/** TLS that a gateway or a sidecar's listener terminates. */
export function checkServerTls(tls: ServerTLSSettings | undefined, place: Place, findings: Findings): void {
  if (tls === undefined) return;
  const { mode = 'PASSTHROUGH', credentialName = '', caCertificates = '', caCrl = '' } = tls;
  warnOfCiphers(tls, place, findings);
  if (mode === 'ISTIO_MUTUAL') {
    if (hasCertificates(tls)) {
      findings.error(place, 'ISTIO_MUTUAL uses the certificates of the mesh: name no others');
    }
    return;
  }
  const passesThrough = mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH';
  if (passesThrough && (hasCertificates(tls) || caCrl !== '')) {
    findings.warning(place, `${mode} does not terminate TLS: the certificates are not used`);
  }
  if (certificateSources(tls) > 1) {
    const sources = 'credentialName, credentialNames, serverCertificate and tlsCertificates';
    findings.error(place, `one of ${sources} can name the certificate, not several`);
  }
  const remote = credentialName !== '' || (tls.credentialNames?.length ?? 0) > 0;
  if (passesThrough || !remote) {
    if (mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL') {
      if (caCertificates === '') {
        findings.error(place, `${mode} needs caCertificates to check clients against`);
      }
    }
    if (!passesThrough) requireCertificate(tls, place, findings);
    if (caCrl !== '' && credentialName !== '') {
      findings.error(place.at('caCrl'), 'a credential brings its own list');
    }
  }
  if (caCrl !== '' && mode === 'SIMPLE' && !remote) {
    findings.error(place.at('caCrl'), 'SIMPLE checks no clients: leave this out');
  }
}

function requireCertificate(tls: ServerTLSSettings, place: Place, findings: Findings): void {
  const { tlsCertificates = [] } = tls;
  for (const { serverCertificate = '', privateKey = '' } of tlsCertificates.length > 0
    ? tlsCertificates
    : [tls]) {
    if (serverCertificate === '') {
      findings.error(place, `${tls.mode} needs a serverCertificate or a credentialName`);
    }
    if (privateKey === '') findings.error(place, `${tls.mode} needs a privateKey or a credentialName`);
  }
}

function certificateSources(tls: ServerTLSSettings): number {
  const named = [
    (tls.serverCertificate ?? '') !== '' && (tls.privateKey ?? '') !== '',
    (tls.credentialName ?? '') !== '',
    (tls.credentialNames?.length ?? 0) > 0,
    (tls.tlsCertificates?.length ?? 0) > 0,
  ];
  return named.filter(Boolean).length;
}

function hasCertificates(tls: ServerTLSSettings): boolean {
  const { serverCertificate = '', privateKey = '', caCertificates = '' } = tls;
  return certificateSources(tls) > 0 || serverCertificate + privateKey + caCertificates !== '';
}

function warnOfCiphers(
  { minProtocolVersion, cipherSuites = [] }: ServerTLSSettings,
  place: Place,
  findings: Findings,
): void {
  const old = minProtocolVersion === 'TLSV1_0' || minProtocolVersion === 'TLSV1_1';
  if (old && cipherSuites.length === 0) {
    findings.warning(
      place.at('minProtocolVersion'),
      'the default ciphers need TLS 1.2: name cipherSuites as well',
    );
  }
  cipherSuites.forEach((cipher, index) => {
    const at = place.at('cipherSuites', index);
    if (!knownCiphers.has(cipher)) findings.warning(at, 'no cipher that is known: ignored');
    else if (cipherSuites.indexOf(cipher) < index) findings.warning(at, 'given twice');
  });
}
