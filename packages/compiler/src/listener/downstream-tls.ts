import { cipherSuites as knownSuites, type ServerTLSSettings, type TransportSocket } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';

/** Settings of TLS in the contract's form. Istio: `CommonTlsContext`. */
export type CommonTlsContext = Record<string, unknown>;

/** The socket on which a listener ends TLS. */
export function downstreamTlsSocket(
  commonTlsContext: CommonTlsContext,
  { requireClientCertificate }: { readonly requireClientCertificate: boolean },
): TransportSocket {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      commonTlsContext,
      requireClientCertificate,
    },
  };
}

/**
 * TLS of a server as a Gateway describes it: certificates by the name of a credential, else from files, else those
 * of the mesh. Istio: `BuildListenerTLSContext`.
 *
 * @param bytes whether bytes, not http, lie inside: then peers of the mesh may exchange who they are first
 */
export function serverTlsSocket(
  tls: ServerTLSSettings,
  { mesh }: Pick<Scope, 'mesh'>,
  { bytes }: { readonly bytes: boolean },
): TransportSocket {
  const mode = tls.mode ?? 'PASSTHROUGH';
  const requireClientCertificate = mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL';
  const tlsParams =
    mode === 'ISTIO_MUTUAL' ? undefined : { ...meshTlsParams(mesh.tlsDefaults), ...serverTlsParams(tls) };
  return downstreamTlsSocket(
    {
      ...(tlsParams && Object.keys(tlsParams).length > 0 && { tlsParams }),
      alpnProtocols: [
        ...(mode === 'ISTIO_MUTUAL' && bytes ? ['istio-peer-exchange'] : []),
        ...['h2', 'http/1.1'],
      ],
      ...(usesCredentials(tls)
        ? credentialSecrets(tls)
        : fileSecrets(tls, { validates: requireClientCertificate || mode === 'OPTIONAL_MUTUAL' })),
    },
    { requireClientCertificate },
  );
}

/** A secret by name: where it comes from is not ours to say. */
export function secret(name: string): Record<string, unknown> {
  return { name, sdsConfig: { ads: {}, resourceApiVersion: 'V3' } };
}

/** Mesh-wide parameters; `TLS_AUTO` leaves the version to Envoy. */
export function meshTlsParams(
  defaults: { ecdhCurves?: string[]; cipherSuites?: string[]; minProtocolVersion?: string } | undefined,
): Record<string, unknown> {
  const minimum = protocolVersion(defaults?.minProtocolVersion);
  return {
    ...(minimum && { tlsMinimumProtocolVersion: minimum }),
    ...(defaults?.cipherSuites?.length && { cipherSuites: defaults.cipherSuites }),
    ...(defaults?.ecdhCurves?.length && { ecdhCurves: defaults.ecdhCurves }),
  };
}

function serverTlsParams(tls: ServerTLSSettings): Record<string, unknown> {
  const minimum = protocolVersion(tls.minProtocolVersion);
  const maximum = protocolVersion(tls.maxProtocolVersion);
  const cipherSuites = [...new Set(tls.cipherSuites ?? [])].filter((suite) => knownSuites.has(suite));
  return {
    ...(minimum && { tlsMinimumProtocolVersion: minimum }),
    ...(maximum && { tlsMaximumProtocolVersion: maximum }),
    ...(cipherSuites.length > 0 && { cipherSuites }),
  };
}

/** Istio and the mesh write `TLSV1_2`, Envoy `TLSv1_2`. */
function protocolVersion(text: string | undefined): string | undefined {
  return text === undefined || text === 'TLS_AUTO' ? undefined : text.replace('TLSV', 'TLSv');
}

function usesCredentials({ mode, credentialName, credentialNames }: ServerTLSSettings): boolean {
  return mode !== 'ISTIO_MUTUAL' && Boolean(credentialName || credentialNames?.length);
}

/** Istio: `ApplyCredentialSDSToServerCommonTLSContext`. */
function credentialSecrets(tls: ServerTLSSettings): CommonTlsContext {
  const names = tls.credentialNames?.length ? tls.credentialNames : [tls.credentialName ?? ''];
  const sans = exactSans(tls);
  const tlsCertificateSdsSecretConfigs = names.map((name) => secret(credentialSecretName(name)));
  if (tls.mode === 'MUTUAL' || tls.mode === 'OPTIONAL_MUTUAL') {
    const authority = tls.caCertCredentialName || `${names[0] ?? ''}-cacert`;
    return {
      tlsCertificateSdsSecretConfigs,
      combinedValidationContext: {
        defaultValidationContext: {
          ...sans,
          ...(tls.verifyCertificateSpki?.length && { verifyCertificateSpki: tls.verifyCertificateSpki }),
          ...(tls.verifyCertificateHash?.length && { verifyCertificateHash: tls.verifyCertificateHash }),
        },
        validationContextSdsSecretConfig: secret(credentialSecretName(authority)),
      },
    };
  }
  return {
    tlsCertificateSdsSecretConfigs,
    ...(sans.matchSubjectAltNames && { validationContext: sans }),
  };
}

/** A name without a scheme is that of a Kubernetes Secret. Istio: `credentials.ToResourceName`. */
function credentialSecretName(name: string): string {
  if (name.startsWith('builtin://')) return name.endsWith('-cacert') ? 'ROOTCA' : 'default';
  return /^(kubernetes|kubernetes-gateway|configmap|sds|invalid):\/\//.test(name)
    ? name
    : `kubernetes://${name}`;
}

/** Without files the certificates of the workload itself. Istio: `ApplyToCommonTLSContext`. */
function fileSecrets(
  tls: ServerTLSSettings,
  { validates }: { readonly validates: boolean },
): CommonTlsContext {
  const own = tls.mode !== 'ISTIO_MUTUAL';
  const pairs = own && tls.tlsCertificates?.length ? tls.tlsCertificates : [tls];
  return {
    tlsCertificateSdsSecretConfigs: pairs.map(({ serverCertificate, privateKey }) =>
      secret(
        own && serverCertificate && privateKey ? `file-cert:${serverCertificate}~${privateKey}` : 'default',
      ),
    ),
    ...(validates && {
      combinedValidationContext: {
        defaultValidationContext: {
          ...exactSans(tls),
          ...(tls.caCrl && { crl: { filename: tls.caCrl } }),
        },
        validationContextSdsSecretConfig: secret(
          own && tls.caCertificates ? `file-root:${tls.caCertificates}` : 'ROOTCA',
        ),
      },
    }),
  };
}

function exactSans({ subjectAltNames }: ServerTLSSettings): { matchSubjectAltNames?: { exact: string }[] } {
  return subjectAltNames?.length ? { matchSubjectAltNames: subjectAltNames.map((exact) => ({ exact })) } : {};
}
