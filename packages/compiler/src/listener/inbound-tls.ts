import type { TransportSocket } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { downstreamTlsSocket, meshTlsParams, secret } from './downstream-tls.js';

/**
 * Mutual TLS of the mesh on the receiving side: the workload's own certificate, and clients of the trust domain.
 * Istio: `authn.BuildInboundTLS`.
 *
 * @param bytes whether bytes lie inside: then peers may exchange who they are before the first of them
 */
export function inboundTlsSocket(
  { mesh }: Pick<Scope, 'mesh'>,
  { bytes }: { readonly bytes: boolean },
): TransportSocket {
  return downstreamTlsSocket(
    {
      tlsParams: {
        tlsMinimumProtocolVersion: 'TLSv1_2',
        tlsMaximumProtocolVersion: 'TLSv1_3',
        cipherSuites,
        ...meshTlsParams(mesh.meshMTLS),
      },
      alpnProtocols: [...(bytes ? ['istio-peer-exchange'] : []), 'h2', 'http/1.1'],
      tlsCertificateSdsSecretConfigs: [secret('default')],
      combinedValidationContext: {
        defaultValidationContext: {
          matchSubjectAltNames: [{ prefix: `spiffe://${mesh.trustDomain ?? 'cluster.local'}/` }],
        },
        validationContextSdsSecretConfig: secret('ROOTCA'),
      },
    },
    { requireClientCertificate: true },
  );
}

const cipherSuites = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
];
