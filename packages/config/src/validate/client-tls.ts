import type { ClientTLSSettings } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

/** TLS towards an upstream: certificates come from files or from a credential, never from both. */
export function checkClientTls(
  tls: ClientTLSSettings | undefined,
  namespace: string,
  place: Place,
  findings: Findings,
): void {
  if (tls === undefined) return;
  const {
    credentialName = '',
    clientCertificate = '',
    privateKey = '',
    caCertificates = '',
    caCrl = '',
  } = tls;
  const own = tls.mode === 'SIMPLE' || tls.mode === 'MUTUAL';
  if (tls.insecureSkipVerify === true && own) {
    const verifies = caCertificates !== '' || tls.subjectAltNames !== undefined;
    if (verifies || (tls.mode === 'SIMPLE' && credentialName !== '')) {
      const reason = 'what skips verification needs no caCertificates, subjectAltNames or credentialName';
      findings.error(place.at('insecureSkipVerify'), reason);
    }
  }
  checkConfigMap(credentialName, namespace, place.at('credentialName'), findings);
  if (own && credentialName !== '') {
    if (clientCertificate + privateKey + caCertificates + caCrl !== '') {
      findings.error(place.at('credentialName'), 'a credential brings all certificates: leave out the files');
    }
    return;
  }
  if (tls.mode !== 'MUTUAL') return;
  if (clientCertificate === '') findings.error(place, 'MUTUAL needs a clientCertificate or a credentialName');
  if (privateKey === '') findings.error(place, 'MUTUAL needs a privateKey or a credentialName');
}

/** `configmap://namespace/name`: only of the rule's own namespace. */
function checkConfigMap(credentialName: string, namespace: string, place: Place, findings: Findings): void {
  const prefix = 'configmap://';
  if (!credentialName.startsWith(prefix)) return;
  const [owner = '', name] = credentialName.slice(prefix.length).split('/');
  if (name !== undefined && owner !== namespace) {
    findings.error(
      place,
      `the ConfigMap has to be of the namespace ${quoted(namespace)}, not of ${quoted(owner)}`,
    );
  }
}
