import { strict as assert } from 'node:assert';
import type { Cluster, TransportSocket, UpstreamTlsContext } from '@inmesh/model';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import type { Endpoint } from '../../src/cluster/endpoint.js';
import type { TlsSettings } from '../../src/cluster/tls-settings.js';
import { compileUpstreamSettings } from '../../src/cluster/upstream-settings.js';
import { compileUpstreamTls, TlsInterner } from '../../src/cluster/upstream-tls.js';

const state = new ClusterState({ random: () => 0 });
const endpoint = state.endpoint({ address: '10.0.0.1', port: 443 });

function socket(context: Omit<UpstreamTlsContext, '@type'>): TransportSocket {
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';
  return { name: 'envoy.transport_sockets.tls', typedConfig: { '@type': type, ...context } };
}

function settings(
  cluster: Partial<Cluster>,
  { to = endpoint, authority = 'shop.test' }: { to?: Endpoint; authority?: string } = {},
): TlsSettings | undefined {
  return compileUpstreamTls({ name: 'c', ...cluster }, new TlsInterner()).settingsFor(to, authority);
}

const http = (options: Record<string, unknown>): Partial<Cluster> => ({
  typedExtensionProtocolOptions: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      upstreamHttpProtocolOptions: options,
    },
  },
});

describe('TLS towards an upstream', () => {
  it('is absent without a TLS socket', () => {
    assert.equal(settings({}), undefined);
    assert.equal(settings({ transportSocket: { name: 'envoy.transport_sockets.raw_buffer' } }), undefined);
  });

  it('is not lost inside the socket of the PROXY protocol, which becomes a setting of connections', () => {
    const wrapped: TransportSocket = {
      name: 'envoy.transport_sockets.upstream_proxy_protocol',
      typedConfig: {
        '@type':
          'type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport',
        config: { version: 'V2' },
        transportSocket: socket({ sni: 'a.test' }),
      },
    };
    assert.equal(settings({ transportSocket: wrapped })?.sni, 'a.test');
    const versionOf = (cluster: Partial<Cluster>) =>
      compileUpstreamSettings({ name: 'c', ...cluster }).proxyProtocol;
    assert.equal(versionOf({ transportSocket: wrapped }), 'v2');
    assert.equal(versionOf({ transportSocketMatches: [{ name: 'a', transportSocket: wrapped }] }), 'v2');
    assert.equal(versionOf({ transportSocket: socket({}) }), undefined);
  });

  it('verifies nothing without a validation context, and defaults to TLS 1.2', () => {
    const tls = settings({ transportSocket: socket({ sni: 'a.test' }) });
    assert.deepEqual(
      [tls?.ca, tls?.sni, tls?.minVersion, tls?.maxVersion],
      ['none', 'a.test', 'TLSv1.2', 'TLSv1.2'],
    );
  });

  it('reads files from the names that istiod gives to secrets', () => {
    const tls = settings({
      transportSocket: socket({
        commonTlsContext: {
          tlsCertificateSdsSecretConfigs: [{ name: 'file-cert:/c/client.pem~/c/key.pem' }],
          combinedValidationContext: {
            defaultValidationContext: { matchSubjectAltNames: [{ exact: 'good.test' }] },
            validationContextSdsSecretConfig: { name: 'file-root:/c/ca.pem' },
          },
        },
      }),
    });
    assert.deepEqual(tls?.ca, { filename: '/c/ca.pem' });
    assert.deepEqual(tls?.certificate, {
      chain: { filename: '/c/client.pem' },
      key: { filename: '/c/key.pem' },
    });
    assert.deepEqual(tls?.subjectAltNames, [{ type: 'any', kind: 'exact', value: 'good.test' }]);
    assert.equal(tls?.missingSecret, undefined);
  });

  it('takes the roots of the system where the secret says so', () => {
    const secret = { validationContextSdsSecretConfig: { name: 'file-root:system' } };
    const tls = settings({ transportSocket: socket({ commonTlsContext: secret }) });
    assert.equal(tls?.ca, 'system');
  });

  it('misses secrets that only a server of secrets could supply', () => {
    const tls = settings({
      transportSocket: socket({
        commonTlsContext: { tlsCertificateSdsSecretConfigs: [{ name: 'default' }] },
      }),
    });
    assert.equal(tls?.missingSecret, 'default');
  });

  describe('with auto_sni', () => {
    const trusted = { validationContext: { trustedCa: { filename: '/ca' } } };
    const cluster = {
      transportSocket: socket({ sni: 'fallback.test', commonTlsContext: trusted }),
      ...http({ autoSni: true, autoSanValidation: true }),
    };

    it('takes name and verification from the authority, without its port', () => {
      const tls = settings(cluster, { authority: 'shop.test:8443' });
      assert.deepEqual([tls?.sni, tls?.verifyName], ['shop.test', 'shop.test']);
    });

    it('never sends an address as a name', () => {
      assert.equal(settings(cluster, { authority: '10.0.0.9:443' })?.sni, 'fallback.test');
    });

    it('verifies no name where no certificate is verified', () => {
      const open = { ...cluster, transportSocket: socket({}) };
      assert.equal(settings(open)?.verifyName, undefined);
    });
  });

  it('gives equal settings as one object, also across clusters', () => {
    const interner = new TlsInterner();
    const one = compileUpstreamTls({ name: 'a', transportSocket: socket({ sni: 'x' }) }, interner);
    const other = compileUpstreamTls({ name: 'b', transportSocket: socket({ sni: 'x' }) }, interner);
    assert.equal(one.settingsFor(endpoint, 'p'), other.settingsFor(endpoint, 'q'));
  });

  describe('with transport socket matches', () => {
    const cluster: Partial<Cluster> = {
      transportSocketMatches: [
        { name: 'mtls', match: { tlsMode: 'istio' }, transportSocket: socket({ sni: 'm' }) },
        { name: 'rest', match: {}, transportSocket: { name: 'envoy.transport_sockets.raw_buffer' } },
      ],
    };
    const labelled = (facts: Record<string, unknown>): Endpoint =>
      state.endpoint({
        address: 'x',
        metadata: { filterMetadata: { 'envoy.transport_socket_match': facts } },
      });

    it('goes by the endpoint: the first whose facts all agree', () => {
      assert.equal(settings(cluster, { to: labelled({ tlsMode: 'istio', more: 1 }) })?.sni, 'm');
      assert.equal(settings(cluster, { to: labelled({ tlsMode: 'disabled' }) }), undefined);
    });
  });
});
