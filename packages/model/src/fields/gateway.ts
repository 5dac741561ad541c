import { flag, list, type Message, map, message, object, oneOf, text, uint32 } from './field.js';

const tlsProtocol = ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'];

/** Istio: `ServerTLSSettings`. */
export const serverTlsSettings: Message = message('ServerTLSSettings', {
  httpsRedirect: flag(),
  mode: oneOf(['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL']),
  serverCertificate: text(),
  privateKey: text(),
  caCertificates: text(),
  caCrl: text(),
  credentialName: text(),
  credentialNames: list(text(), { minItems: 1, maxItems: 2 }),
  caCertCredentialName: text(),
  tlsCertificates: list(
    object(
      message('TLSCertificate', { serverCertificate: text(), privateKey: text(), caCertificates: text() }),
    ),
    { minItems: 1, maxItems: 2 },
  ),
  subjectAltNames: list(text()),
  verifyCertificateSpki: list(text()),
  verifyCertificateHash: list(text()),
  minProtocolVersion: oneOf(tlsProtocol),
  maxProtocolVersion: oneOf(tlsProtocol),
  cipherSuites: list(text()),
  insecureSkipVerify: flag({ nullable: true }),
});

const server: Message = message('Server', {
  port: object(
    message('Port', {
      number: uint32({ required: true }),
      protocol: text({ required: true }),
      name: text({ required: true }),
      targetPort: uint32(),
    }),
    { required: true },
  ),
  bind: text(),
  hosts: list(text(), { required: true }),
  tls: object(serverTlsSettings),
  defaultEndpoint: text({ honoured: 'no', note: 'Istio does not implement it either.' }),
  name: text(),
});

/** Istio: `networking.istio.io Gateway`. */
export const gateway: Message = message('Gateway', {
  servers: list(object(server)),
  selector: map(text()),
});
