import type { FilterChain } from '@inmesh/model';

/** On which terms a chain ends TLS, read off its `DownstreamTlsContext`. */
export interface TlsTerms {
  /** Names of the secrets, the first of which serves names that no certificate has. */
  readonly certificates: readonly string[];
  /** Absent: no certificate is asked of the client. */
  readonly client: ClientTerms | undefined;
  readonly alpn: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** For TLS up to 1.2, in OpenSSL's names. */
  readonly ciphers: readonly string[];
  readonly curves: readonly string[];
}

/** What a client has to show. */
export interface ClientTerms {
  readonly required: boolean;
  /** Name of the secret. */
  readonly authority: string | undefined;
  /** One of these has to be in the certificate; empty: not checked. */
  readonly subjectAltNames: readonly string[];
  /** SHA-256 of the certificate, in hexadecimal digits without colons. Empty: not checked. */
  readonly hashes: readonly string[];
  /** SHA-256 of the public key, in Base64. Empty: not checked. */
  readonly keyHashes: readonly string[];
  /** Path of a list of revoked certificates. */
  readonly revokedFile: string | undefined;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

const contextType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';

interface ValidationContext {
  readonly matchSubjectAltNames?: readonly { readonly exact?: string }[];
  readonly matchTypedSubjectAltNames?: readonly { readonly matcher?: { readonly exact?: string } }[];
  readonly verifyCertificateHash?: readonly string[];
  readonly verifyCertificateSpki?: readonly string[];
  readonly crl?: { readonly filename?: string };
}

interface SecretConfig {
  readonly name?: string;
}

interface DownstreamTlsContext {
  readonly requireClientCertificate?: boolean;
  readonly commonTlsContext?: {
    readonly alpnProtocols?: readonly string[];
    readonly tlsParams?: {
      readonly tlsMinimumProtocolVersion?: string;
      readonly tlsMaximumProtocolVersion?: string;
      readonly cipherSuites?: readonly string[];
      readonly ecdhCurves?: readonly string[];
    };
    readonly tlsCertificateSdsSecretConfigs?: readonly SecretConfig[];
    readonly validationContext?: ValidationContext;
    readonly validationContextSdsSecretConfig?: SecretConfig;
    readonly combinedValidationContext?: {
      readonly defaultValidationContext?: ValidationContext;
      readonly validationContextSdsSecretConfig?: SecretConfig;
    };
  };
}

/** `undefined`: the chain takes bytes as they come. */
export function readTlsTerms({
  transportSocket,
}: Pick<FilterChain, 'transportSocket'>): TlsTerms | undefined {
  const { typedConfig } = transportSocket ?? {};
  if (typedConfig?.['@type'] !== contextType) return undefined;
  const { commonTlsContext: common = {}, requireClientCertificate = false } =
    typedConfig as DownstreamTlsContext;
  const { tlsParams = {} } = common;
  return {
    certificates: (common.tlsCertificateSdsSecretConfigs ?? []).map(({ name = '' }) => name),
    client: clientTerms(common, requireClientCertificate),
    alpn: common.alpnProtocols ?? [],
    minVersion: versions.get(tlsParams.tlsMinimumProtocolVersion ?? '') ?? 'TLSv1.2',
    maxVersion: versions.get(tlsParams.tlsMaximumProtocolVersion ?? '') ?? 'TLSv1.3',
    ciphers: tlsParams.cipherSuites ?? defaultCiphers,
    curves: tlsParams.ecdhCurves ?? defaultCurves,
  };
}

function clientTerms(
  common: NonNullable<DownstreamTlsContext['commonTlsContext']>,
  required: boolean,
): ClientTerms | undefined {
  const combined = common.combinedValidationContext;
  const context = combined?.defaultValidationContext ?? common.validationContext;
  const authority =
    combined?.validationContextSdsSecretConfig?.name ?? common.validationContextSdsSecretConfig?.name;
  if (context === undefined && authority === undefined && !required) return undefined;
  return {
    required,
    authority,
    subjectAltNames: [
      ...(context?.matchSubjectAltNames ?? []).flatMap(({ exact }) => exact ?? []),
      ...(context?.matchTypedSubjectAltNames ?? []).flatMap(({ matcher }) => matcher?.exact ?? []),
    ],
    hashes: (context?.verifyCertificateHash ?? []).map((hash) => hash.replaceAll(':', '').toLowerCase()),
    keyHashes: context?.verifyCertificateSpki ?? [],
    revokedFile: context?.crl?.filename,
  };
}

const versions: ReadonlyMap<string, TlsVersion> = new Map([
  ['TLSv1_0', 'TLSv1'],
  ['TLSv1_1', 'TLSv1.1'],
  ['TLSv1_2', 'TLSv1.2'],
  ['TLSv1_3', 'TLSv1.3'],
]);

/** Envoy's, in its order. */
const defaultCiphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
const defaultCurves = ['X25519', 'P-256'];
