import type { ClientTLSSettings, CommonTlsContext, TransportSocket, UpstreamTlsContext } from '@inmesh/model';
import { type ClusterDraft, speaksHttp2 } from './cluster-draft.js';
import { expectedNames, isAutoMutual, mutualSni } from './mutual-tls.js';
import type { OutboundContext } from './outbound-context.js';

/** TLS towards the upstream: what the rule says, or mutual TLS where both ends are of the mesh. */
export function applyUpstreamTls(draft: ClusterDraft, context: OutboundContext): void {
  const { tls } = context.policy;
  if (tls === undefined) {
    if (isAutoMutual(context)) applyAutoMutual(draft, context);
    return;
  }
  const message = tlsContext(draft, tls, context);
  if (message !== undefined) draft.cluster.transportSocket = tlsSocket(message);
}

/**
 * Endpoints that take part in mutual TLS get it, others plain text. Where the caller's address decides there are
 * no endpoints to tell apart: all take part.
 */
function applyAutoMutual({ cluster, ...rest }: ClusterDraft, context: OutboundContext): void {
  const socket = tlsSocket(mutualContext({ cluster, ...rest }, {}, context));
  if (cluster.type === 'ORIGINAL_DST') {
    cluster.transportSocket = socket;
    return;
  }
  cluster.transportSocketMatches = [
    { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: socket },
    { name: 'tlsMode-disabled', match: {}, transportSocket: rawBuffer() },
  ];
}

/** `undefined`: plain text, which is also what a rule gets that lacks a certificate or may not fetch it. */
function tlsContext(
  draft: ClusterDraft,
  tls: ClientTLSSettings,
  context: OutboundContext,
): Omit<UpstreamTlsContext, '@type'> | undefined {
  switch (tls.mode ?? 'DISABLE') {
    case 'DISABLE':
      return undefined;
    case 'ISTIO_MUTUAL':
      return mutualContext(draft, tls, context);
    case 'SIMPLE':
    case 'MUTUAL':
      return originationContext(draft, tls, context);
  }
}

function mutualContext(
  draft: ClusterDraft,
  { sni, subjectAltNames }: ClientTLSSettings,
  context: OutboundContext,
): Omit<UpstreamTlsContext, '@type'> {
  const names = subjectAltNames?.length ? subjectAltNames : expectedNames(context);
  return {
    commonTlsContext: {
      alpnProtocols: ['istio-peer-exchange', 'istio', ...(speaksHttp2(draft) ? ['h2'] : [])],
      tlsParams: { ...tlsVersions },
      tlsCertificateSdsSecretConfigs: [{ name: 'default' }],
      combinedValidationContext: {
        defaultValidationContext: matchNames(names),
        validationContextSdsSecretConfig: { name: 'ROOTCA' },
      },
    },
    sni: sni || mutualSni(context),
  };
}

/** TLS or mutual TLS with certificates of one's own, towards something outside of the mesh. */
function originationContext(
  draft: ClusterDraft,
  tls: ClientTLSSettings,
  context: OutboundContext,
): Omit<UpstreamTlsContext, '@type'> | undefined {
  const { scope, service, rule } = context;
  const credential = tls.credentialName ?? '';
  const isMutual = tls.mode === 'MUTUAL';
  // A sidecar has no right to secrets, unless the rule is meant for it by name.
  const isSecret = credential !== '' && !credential.startsWith('configmap://') && credential !== 'invalid://';
  if (isSecret && scope.workload.type === 'sidecar' && rule?.spec.workloadSelector === undefined)
    return undefined;
  applyAutoSni(draft, tls);
  // Only now, so that what was asked of the name stays, as in Istio.
  if (credential === '' && isMutual && !(tls.clientCertificate && tls.privateKey)) return undefined;
  const names =
    tls.subjectAltNames?.length || service.registry === 'Kubernetes'
      ? tls.subjectAltNames
      : expectedNames(context);
  const { ecdhCurves, cipherSuites } = scope.mesh.tlsDefaults ?? {};
  const common: CommonTlsContext = {
    tlsParams: {
      ...tlsVersions,
      ...(ecdhCurves?.length && { ecdhCurves }),
      ...(cipherSuites?.length && { cipherSuites }),
    },
    ...clientCertificate(tls, isMutual),
    ...serverValidation(tls, names ?? []),
    ...(speaksHttp2(draft) && { alpnProtocols: ['h2'] }),
  };
  return { commonTlsContext: common, ...(tls.sni && { sni: tls.sni }) };
}

/** Without a name in the rule, the one that the caller asked for is sent, and checked where no other is given. */
function applyAutoSni({ cluster, protocol }: ClusterDraft, tls: ClientTLSSettings): void {
  const autoSni = !tls.sni;
  const isDynamic = cluster.clusterType !== undefined;
  const skips = tls.insecureSkipVerify === true;
  const autoSanValidation = ((autoSni && !tls.subjectAltNames?.length) || isDynamic) && !skips;
  if (isDynamic && skips) {
    const { typedConfig } = cluster.clusterType ?? {};
    if (typedConfig !== undefined) typedConfig.allowInsecureClusterOptions = true;
  }
  if (!autoSni && !autoSanValidation) return;
  protocol.upstreamHttpProtocolOptions = {
    ...(autoSni && { autoSni }),
    ...(autoSanValidation && { autoSanValidation }),
  };
}

function clientCertificate(tls: ClientTLSSettings, isMutual: boolean): CommonTlsContext {
  if (!isMutual) return {};
  const name = tls.credentialName
    ? secretName(tls.credentialName)
    : `file-cert:${tls.clientCertificate}~${tls.privateKey}`;
  return { tlsCertificateSdsSecretConfigs: [{ name }] };
}

/** Nothing is said of files that need not be checked; a secret that need not be is not even named. */
function serverValidation(tls: ClientTLSSettings, names: readonly string[]): CommonTlsContext {
  const credential = tls.credentialName ?? '';
  if (tls.insecureSkipVerify === true) return credential === '' ? { validationContext: {} } : {};
  return {
    combinedValidationContext: {
      defaultValidationContext: {
        ...matchNames(names),
        ...(tls.caCrl && credential === '' && { crl: { filename: tls.caCrl } }),
      },
      validationContextSdsSecretConfig: {
        name:
          credential === ''
            ? `file-root:${tls.caCertificates || 'system'}`
            : secretName(`${credential}-cacert`),
      },
    },
  };
}

function secretName(credential: string): string {
  return credential.includes('://') ? credential : `kubernetes://${credential}`;
}

function matchNames(names: readonly string[]): { matchSubjectAltNames?: { exact: string }[] } {
  return names.length === 0 ? {} : { matchSubjectAltNames: names.map((exact) => ({ exact })) };
}

const tlsVersions = { tlsMinimumProtocolVersion: 'TLSv1_2', tlsMaximumProtocolVersion: 'TLSv1_3' };

function tlsSocket(message: Omit<UpstreamTlsContext, '@type'>): TransportSocket {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      ...message,
    },
  };
}

/** Plain text. */
export function rawBuffer(): TransportSocket {
  return {
    name: 'envoy.transport_sockets.raw_buffer',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
    },
  };
}
