import { strict as assert } from 'node:assert';
import type { Cluster } from '@inmesh/model';
import { type MeshOptions, mesh, tlsOf } from '../mesh.js';

const entry = (more: string): string => `
kind: ServiceEntry
metadata: {name: a}
spec: {hosts: [a.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], ${more}}
---`;
const inside = entry('location: MESH_INTERNAL, endpoints: [{address: 10.0.0.1}]');
const outside = entry('endpoints: [{address: 10.0.0.1}]');
const rule = (tls: string, more = ''): string => `
kind: DestinationRule
metadata: {name: a}
spec: {host: a.test, trafficPolicy: {tls: {${tls}}}${more}}
---`;
const policy = (mode: string, namespace = 'app', more = ''): string => `
kind: PeerAuthentication
metadata: {name: p${mode.toLowerCase()}, namespace: ${namespace}}
spec: {mtls: {mode: ${mode}}${more}}
---`;
const clusterOf = (yaml: string, options?: MeshOptions): Cluster =>
  mesh(yaml, options).cluster('outbound|80||a.test');
const autoSniOf = (cluster: Cluster): unknown =>
  (Object.values(cluster.typedExtensionProtocolOptions ?? {})[0] as { upstreamHttpProtocolOptions?: unknown })
    ?.upstreamHttpProtocolOptions;

describe('mutual TLS within the mesh', () => {
  it('is for the endpoints that take part, others get plain text', () => {
    const { transportSocketMatches, transportSocket } = clusterOf(inside);
    assert.equal(transportSocket, undefined);
    assert.deepEqual(
      transportSocketMatches?.map(({ name, match }) => [name, match]),
      [
        ['tlsMode-istio', { tlsMode: 'istio' }],
        ['tlsMode-disabled', {}],
      ],
    );
    assert.equal(tlsOf(transportSocketMatches?.[0] ?? {}).sni, 'outbound_.80_._.a.test');
  });

  it('is not tried outside, nor where the mesh or the namespace of the service switches it off', () => {
    const isTried = (yaml: string, options?: MeshOptions): boolean =>
      clusterOf(yaml, options).transportSocketMatches !== undefined;
    assert.equal(isTried(outside), false);
    assert.equal(isTried(inside, { meshConfig: { enableAutoMtls: false } }), false);
    assert.equal(isTried(inside + policy('DISABLE')), false);
    assert.equal(isTried(inside + policy('DISABLE', 'istio-system')), false);
    assert.equal(
      isTried(inside + policy('DISABLE', 'istio-system') + policy('STRICT')),
      true,
      'the nearer wins',
    );
    assert.equal(isTried(inside + policy('DISABLE', 'app', ', selector: {matchLabels: {a: b}}')), true);
  });

  it('is marked on the endpoints that have an identity and whose port accepts it', () => {
    const marked = (endpoint: string, more = ''): boolean => {
      const { assignment } = mesh(
        entry(`location: MESH_INTERNAL, endpoints: [{address: 10.0.0.1, ${endpoint}}]`) + more,
      );
      const [one] = assignment('outbound|80||a.test').endpoints?.[0]?.lbEndpoints ?? [];
      return one?.metadata?.filterMetadata?.['envoy.transport_socket_match'] !== undefined;
    };
    assert.equal(marked('serviceAccount: a'), true);
    assert.equal(marked('labels: {security.istio.io/tlsMode: istio}'), true);
    assert.equal(marked('labels: {security.istio.io/tlsMode: disabled}, serviceAccount: a'), false);
    assert.equal(marked('labels: {}'), false);
    assert.equal(marked('serviceAccount: a', rule('mode: SIMPLE')), false, 'the rule wants other TLS');
    const port = policy(
      'STRICT',
      'app',
      ', selector: {matchLabels: {v: "1"}}, portLevelMtls: {"80": {mode: DISABLE}}',
    );
    assert.equal(marked('serviceAccount: a, labels: {v: "1"}', port), false);
    assert.equal(marked('serviceAccount: a, labels: {v: "2"}', port), true);
  });

  it('expects the identities of the endpoints and the names of the ServiceEntry', () => {
    const { transportSocketMatches } = clusterOf(
      entry(
        'location: MESH_INTERNAL, subjectAltNames: [x.test], endpoints: [{address: 10.0.0.1, serviceAccount: sa}]',
      ),
      { meshConfig: { trustDomain: 'td' } },
    );
    const context = tlsOf(transportSocketMatches?.[0] ?? {}).commonTlsContext?.combinedValidationContext;
    assert.deepEqual(context?.defaultValidationContext?.matchSubjectAltNames, [
      { exact: 'spiffe://td/ns/app/sa/sa' },
      { exact: 'x.test' },
    ]);
  });

  it('demanded by a rule is for all endpoints, under the name of the cluster or that of the rule', () => {
    const { transportSocket = { name: '' }, transportSocketMatches } = clusterOf(
      inside + rule('mode: ISTIO_MUTUAL'),
    );
    assert.equal(transportSocketMatches, undefined);
    assert.equal(tlsOf({ transportSocket }).sni, 'outbound_.80_._.a.test');
    assert.equal(tlsOf(clusterOf(inside + rule('mode: ISTIO_MUTUAL, sni: b.test'))).sni, 'b.test');
  });

  it('is off where a tls block names no mode', () => {
    const { transportSocket, transportSocketMatches } = clusterOf(inside + rule('sni: b.test'));
    assert.deepEqual([transportSocket, transportSocketMatches], [undefined, undefined]);
  });
});

describe('TLS towards the outside', () => {
  it('sends and checks the name that is asked for, by the roots of the system', () => {
    const cluster = clusterOf(outside + rule('mode: SIMPLE'));
    assert.deepEqual(autoSniOf(cluster), { autoSni: true, autoSanValidation: true });
    const { combinedValidationContext } = tlsOf(cluster).commonTlsContext ?? {};
    assert.deepEqual(combinedValidationContext, {
      defaultValidationContext: {},
      validationContextSdsSecretConfig: { name: 'file-root:system' },
    });
  });

  it('sends the name of the rule, and then checks only the names of the rule', () => {
    assert.equal(autoSniOf(clusterOf(outside + rule('mode: SIMPLE, sni: b.test'))), undefined);
    assert.deepEqual(autoSniOf(clusterOf(outside + rule('mode: SIMPLE, subjectAltNames: [b.test]'))), {
      autoSni: true,
    });
  });

  it('borrows the names of the ServiceEntry where the rule has none', () => {
    const named = entry('subjectAltNames: [x.test], endpoints: [{address: 10.0.0.1}]');
    const cluster = clusterOf(named + rule('mode: SIMPLE'));
    const { combinedValidationContext } = tlsOf(cluster).commonTlsContext ?? {};
    assert.deepEqual(combinedValidationContext?.defaultValidationContext, {
      matchSubjectAltNames: [{ exact: 'x.test' }],
    });
    assert.deepEqual(autoSniOf(cluster), { autoSni: true, autoSanValidation: true });
  });

  it('checks nothing when it is told to skip it', () => {
    const cluster = clusterOf(outside + rule('mode: SIMPLE, insecureSkipVerify: true'));
    assert.deepEqual(tlsOf(cluster).commonTlsContext?.validationContext, {});
    assert.deepEqual(autoSniOf(cluster), { autoSni: true });
  });

  it('shows a certificate from files, and is plain text where one of them is missing', () => {
    const files =
      'mode: MUTUAL, clientCertificate: /c.pem, privateKey: /k.pem, caCertificates: /ca.pem, caCrl: /crl.pem';
    const { tlsCertificateSdsSecretConfigs, combinedValidationContext } =
      tlsOf(clusterOf(outside + rule(files))).commonTlsContext ?? {};
    assert.deepEqual(tlsCertificateSdsSecretConfigs, [{ name: 'file-cert:/c.pem~/k.pem' }]);
    assert.deepEqual(combinedValidationContext, {
      defaultValidationContext: { crl: { filename: '/crl.pem' } },
      validationContextSdsSecretConfig: { name: 'file-root:/ca.pem' },
    });
    assert.equal(
      clusterOf(outside + rule('mode: MUTUAL, clientCertificate: /c.pem')).transportSocket,
      undefined,
    );
  });

  it('from a secret is plain text for sidecars, unless the rule selects them', () => {
    const secret = 'mode: MUTUAL, credentialName: c';
    assert.equal(clusterOf(outside + rule(secret)).transportSocket, undefined);
    const chosen = clusterOf(outside + rule(secret, ', workloadSelector: {matchLabels: {app: web}}'), {
      workload: { labels: { app: 'web' } },
    });
    const gateway = clusterOf(outside + rule(secret), { workload: { type: 'router' } });
    for (const cluster of [chosen, gateway]) {
      const { tlsCertificateSdsSecretConfigs, combinedValidationContext } =
        tlsOf(cluster).commonTlsContext ?? {};
      assert.deepEqual(tlsCertificateSdsSecretConfigs, [{ name: 'kubernetes://c' }]);
      assert.equal(
        combinedValidationContext?.validationContextSdsSecretConfig?.name,
        'kubernetes://c-cacert',
      );
    }
  });

  it('stands behind the PROXY header, as does plain text', () => {
    const proxied = (tls: string): Cluster =>
      clusterOf(`${outside}
kind: DestinationRule
metadata: {name: a}
spec: {host: a.test, trafficPolicy: {proxyProtocol: {version: V2}, ${tls}}}`);
    for (const [tls, inner] of [
      ['tls: {mode: SIMPLE}', 'envoy.transport_sockets.tls'],
      ['', 'envoy.transport_sockets.raw_buffer'],
    ] as const) {
      const { name, typedConfig } = proxied(tls).transportSocket ?? { name: '' };
      assert.equal(name, 'envoy.transport_sockets.upstream_proxy_protocol');
      assert.deepEqual(typedConfig?.config, { version: 'V2' });
      assert.equal((typedConfig?.transportSocket as { name?: string })?.name, inner);
    }
  });
});
