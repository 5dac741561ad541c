import { isIP } from 'node:net';
import type {
  CertificateValidationContext,
  Cluster,
  CommonTlsContext,
  DataSource,
  ProxyProtocolUpstreamTransport,
  TransportSocket,
  UpstreamTlsContext,
} from '@inmesh/model';
import { LRUCache } from 'lru-cache';
import type { Endpoint } from './endpoint.js';
import type { SanMatcher, TlsSettings } from './tls-settings.js';
import { httpOptionsOf } from './upstream-settings.js';

/** TLS of one cluster: which socket an endpoint gets, and what of it depends on the request. */
export interface UpstreamTls {
  /** @param authority of the request as it goes out; the name for `auto_sni` is read off it */
  settingsFor(endpoint: Endpoint, authority: string): TlsSettings | undefined;
  /** For an active health check, which has no request to read a name off. */
  settingsForCheck(endpoint: Endpoint, options: CheckSocket): TlsSettings | undefined;
}

export interface CheckSocket {
  /** Takes the place of the endpoint's metadata. Envoy: `transport_socket_match_criteria`. */
  readonly criteria: Readonly<Record<string, unknown>> | undefined;
  /** Takes the place of the socket's protocols. Envoy: `tls_options`. */
  readonly alpn: readonly string[] | undefined;
}

/** Names come from requests, so only so many are remembered; one that is forgotten gets connections of its own again. */
const maxNamesOfCluster = 64;
const maxSettings = 4096;

/** Equal settings become one object. Shared by all clusters of an engine. */
export class TlsInterner {
  readonly #settings = new LRUCache<string, TlsSettings>({ max: maxSettings });

  intern(settings: TlsSettings): TlsSettings {
    const key = JSON.stringify(settings);
    const known = this.#settings.get(key);
    if (known !== undefined) return known;
    this.#settings.set(key, settings);
    return settings;
  }
}

export function compileUpstreamTls(cluster: Cluster, interner: TlsInterner): UpstreamTls {
  const matches = (cluster.transportSocketMatches ?? []).map(({ match, transportSocket }) => ({
    criteria: Object.entries(match ?? {}),
    socket: compileSocket(transportSocket, cluster, interner),
  }));
  const socket = compileSocket(cluster.transportSocket, cluster, interner);
  const socketFor = (facts: Readonly<Record<string, unknown>> | undefined): Socket =>
    matches.find(({ criteria }) => criteria.every(([key, value]) => facts?.[key] === value))?.socket ??
    socket;
  const metadataOf = ({ metadata }: Endpoint): Readonly<Record<string, unknown>> | undefined =>
    metadata?.filterMetadata?.['envoy.transport_socket_match'];
  // Of nearly all endpoints nothing is known that sockets are chosen by.
  const usual = socketFor(undefined);
  return {
    settingsFor(endpoint, authority) {
      const facts = metadataOf(endpoint);
      return (facts === undefined ? usual : socketFor(facts))(endpoint, authority);
    },
    settingsForCheck(endpoint, { criteria, alpn }) {
      const settings = socketFor(criteria ?? metadataOf(endpoint))(endpoint, undefined);
      return settings && alpn !== undefined ? interner.intern({ ...settings, alpn }) : settings;
    },
  };
}

/** @param authority absent: no request asks */
type Socket = (endpoint: Endpoint, authority: string | undefined) => TlsSettings | undefined;

const clearText: Socket = () => undefined;

function compileSocket(socket: TransportSocket | undefined, cluster: Cluster, interner: TlsInterner): Socket {
  const context = tlsContextOf(socket);
  if (context === undefined) return clearText;
  const base = interner.intern(settingsOf(context));
  const { autoSni = false, autoSanValidation = false } =
    httpOptionsOf(cluster).upstreamHttpProtocolOptions ?? {};
  if (!autoSni && !autoSanValidation && context.autoHostSni !== true) return () => base;

  // Few names for many requests: each is interned once.
  const byName = new LRUCache<string, TlsSettings>({ max: maxNamesOfCluster });
  return (endpoint, authority) => {
    const host = authority === undefined ? undefined : hostOf(authority);
    const name = autoSni && host !== undefined && isIP(host) === 0 ? host : undefined;
    const sni = name ?? (context.autoHostSni ? endpoint.hostname : undefined) ?? base.sni;
    const verifyName = autoSanValidation && base.ca !== 'none' ? host : undefined;
    const key = `${sni}\n${verifyName}`;
    let settings = byName.get(key);
    if (settings === undefined) {
      // A name taken from the request takes the place of the configured ones.
      const subjectAltNames = verifyName === undefined ? base.subjectAltNames : [];
      settings = interner.intern({ ...base, sni, verifyName, subjectAltNames });
      byName.set(key, settings);
    }
    return settings;
  };
}

function tlsContextOf(socket: TransportSocket | undefined): UpstreamTlsContext | undefined {
  const config = socket?.typedConfig;
  if (config?.['@type'].endsWith('UpstreamTlsContext')) return config as UpstreamTlsContext;
  // A socket around another one, such as that of the PROXY protocol: it must never cost the encryption.
  const inner = (config as Partial<ProxyProtocolUpstreamTransport> | undefined)?.transportSocket;
  return inner === undefined ? undefined : tlsContextOf(inner);
}

function settingsOf(context: UpstreamTlsContext): TlsSettings {
  const common = context.commonTlsContext ?? {};
  const validation = validationOf(common);
  const trust = trustOf(common, validation);
  const identity = identityOf(common);
  return {
    sni: context.sni || undefined,
    alpn: common.alpnProtocols ?? [],
    ca: trust.ca,
    certificate: identity.certificate,
    subjectAltNames: sanMatchersOf(validation),
    verifyName: undefined,
    minVersion: versionOf(common.tlsParams?.tlsMinimumProtocolVersion),
    maxVersion: versionOf(common.tlsParams?.tlsMaximumProtocolVersion),
    ciphers: common.tlsParams?.cipherSuites ?? [],
    crl: validation?.crl,
    missingSecret: identity.missingSecret ?? trust.missingSecret,
  };
}

/** Envoy's default at both ends of the range of an upstream connection is TLS 1.2. */
function versionOf(version: string | undefined): TlsSettings['minVersion'] {
  return version === 'TLSv1_3' ? 'TLSv1.3' : 'TLSv1.2';
}

function validationOf(common: CommonTlsContext): CertificateValidationContext | undefined {
  return common.validationContext ?? common.combinedValidationContext?.defaultValidationContext;
}

/** Secrets that istiod names by their files need no server to supply them. */
function trustOf(
  common: CommonTlsContext,
  validation: CertificateValidationContext | undefined,
): { readonly ca: TlsSettings['ca']; readonly missingSecret?: string } {
  const secret =
    common.validationContextSdsSecretConfig ??
    common.combinedValidationContext?.validationContextSdsSecretConfig;
  if (secret !== undefined) {
    const file = afterPrefix(secret.name, 'file-root:');
    if (file === undefined) return { ca: 'system', missingSecret: secret.name };
    return { ca: file === 'system' ? 'system' : { filename: file } };
  }
  if (validation?.trustedCa !== undefined) return { ca: validation.trustedCa };
  return { ca: validation?.systemRootCerts === undefined ? 'none' : 'system' };
}

function identityOf(common: CommonTlsContext): Pick<TlsSettings, 'certificate' | 'missingSecret'> {
  const inline = common.tlsCertificates?.[0];
  if (inline?.certificateChain !== undefined && inline.privateKey !== undefined) {
    return {
      certificate: { chain: inline.certificateChain, key: inline.privateKey },
      missingSecret: undefined,
    };
  }
  const secret = common.tlsCertificateSdsSecretConfigs?.[0];
  if (secret === undefined) return { certificate: undefined, missingSecret: undefined };
  const [chain, key] = afterPrefix(secret.name, 'file-cert:')?.split('~') ?? [];
  if (chain === undefined || key === undefined) {
    return { certificate: undefined, missingSecret: secret.name };
  }
  const file = (filename: string): DataSource => ({ filename });
  return { certificate: { chain: file(chain), key: file(key) }, missingSecret: undefined };
}

function sanMatchersOf(validation: CertificateValidationContext | undefined): SanMatcher[] {
  const matchers: SanMatcher[] = [];
  for (const { sanType, matcher } of validation?.matchTypedSubjectAltNames ?? []) {
    matchers.push(...sanMatcher(sanTypes.find((type) => type === sanType) ?? 'any', matcher));
  }
  for (const matcher of validation?.matchSubjectAltNames ?? []) matchers.push(...sanMatcher('any', matcher));
  return matchers;
}

const sanTypes = ['DNS', 'URI', 'EMAIL', 'IP_ADDRESS'] as const;

function sanMatcher(
  type: SanMatcher['type'],
  matcher: Partial<Record<SanMatcher['kind'], string>> = {},
): SanMatcher[] {
  for (const kind of ['exact', 'prefix', 'suffix'] as const) {
    const value = matcher[kind];
    if (value !== undefined) return [{ type, kind, value }];
  }
  return [];
}

function afterPrefix(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/** The host of an authority, without port and brackets. */
function hostOf(authority: string): string {
  if (authority.startsWith('[')) return authority.slice(1, authority.indexOf(']'));
  const colon = authority.indexOf(':');
  return colon < 0 ? authority : authority.slice(0, colon);
}
