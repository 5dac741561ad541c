import { strict as assert } from 'node:assert';
import type { HttpConnectionManager, MeshConfig, Resource } from '@inmesh/model';
import { resource, serviceEntry, world } from '../route/world.js';

describe('the connection manager', () => {
  const a = (protocol = 'HTTP'): Resource => serviceEntry('a.test', [{ number: 80, protocol }]);
  const manager = (
    mesh: MeshConfig = {},
    service = a(),
    metadata: Record<string, unknown> = {},
  ): HttpConnectionManager => {
    const chain = world([service], { mesh, workload: { metadata } }).listener('0.0.0.0_80')
      ?.filterChains?.[0];
    return chain?.filters?.[0]?.typedConfig as HttpConnectionManager;
  };

  it('has fault, cors and router in this order, behind Istio’s own', () => {
    const names = manager().httpFilters?.map(({ name }) => name);
    assert.deepEqual(names, [
      'istio.metadata_exchange',
      'envoy.filters.http.grpc_stats',
      'istio.alpn',
      'envoy.filters.http.fault',
      'envoy.filters.http.cors',
      'envoy.filters.http.router',
    ]);
  });

  it('speaks gRPC-Web where the port does', () => {
    const names = manager({}, a('GRPC-WEB')).httpFilters?.map(({ name }) => name);
    assert.ok(names?.includes('envoy.filters.http.grpc_web'));
  });

  it('normalises paths as the mesh says', () => {
    const of = (normalization?: NonNullable<MeshConfig['pathNormalization']>['normalization']) => {
      const { normalizePath, mergeSlashes, pathWithEscapedSlashesAction } = manager(
        normalization ? { pathNormalization: { normalization } } : {},
      );
      return [normalizePath, mergeSlashes, pathWithEscapedSlashesAction];
    };
    assert.deepEqual(of(), [true, undefined, 'KEEP_UNCHANGED']);
    assert.deepEqual(of('BASE'), [true, undefined, 'KEEP_UNCHANGED']);
    assert.deepEqual(of('NONE'), [false, undefined, 'KEEP_UNCHANGED']);
    assert.deepEqual(of('MERGE_SLASHES'), [true, true, 'KEEP_UNCHANGED']);
    assert.deepEqual(of('DECODE_AND_MERGE_SLASHES'), [true, true, 'UNESCAPE_AND_FORWARD']);
  });

  it('leaves out what proxyHeaders switch off', () => {
    const mesh: MeshConfig = {
      defaultConfig: {
        proxyHeaders: {
          requestId: { disabled: true },
          server: { disabled: true },
          envoyDebugHeaders: { disabled: true },
          attemptCount: { disabled: true },
        },
      },
    };
    const { generateRequestId, serverHeaderTransformation, httpFilters } = manager(mesh);
    assert.equal(generateRequestId, false);
    assert.equal(serverHeaderTransformation, 'PASS_THROUGH');
    assert.equal(httpFilters?.at(-1)?.typedConfig?.suppressEnvoyHeaders, true);
    const host = world([a()], { mesh }).virtualHost('80', 'a.test:80');
    assert.equal(host?.includeRequestAttemptCount, undefined);
  });

  it('tells the upstream what the client named, where proxyHeaders ask for it', () => {
    const mesh: MeshConfig = {
      defaultConfig: {
        proxyHeaders: { xForwardedHost: { enabled: true }, xForwardedPort: { enabled: true } },
      },
    };
    assert.equal(manager(mesh).appendXForwardedPort, true);
    const rewrites = resource('VirtualService', 'rewrites', {
      hosts: ['a.test'],
      http: [{ rewrite: { authority: 'b.test' }, route: [{ destination: { host: 'a.test' } }] }],
    });
    const tells = (rules: Resource[], url: string, given: MeshConfig = mesh) =>
      world(rules, { mesh: given }).answer('80', url)?.route?.appendXForwardedHost;
    assert.equal(tells([a(), rewrites], 'http://a.test/'), true);
    assert.equal(tells([a()], 'http://stranger.test/'), true);
    assert.equal(tells([a()], 'http://a.test/'), undefined, 'nothing is rewritten');

    assert.equal(manager().appendXForwardedPort, undefined);
    assert.equal(tells([a(), rewrites], 'http://a.test/', {}), undefined);
  });

  it('closes idle connections after the time that the workload names', () => {
    assert.deepEqual(manager({}, a(), { IDLE_TIMEOUT: '90s' }).commonHttpProtocolOptions, {
      idleTimeout: '90s',
    });
    assert.equal(manager().commonHttpProtocolOptions, undefined);
  });

  it('resolves hosts of services with dynamic DNS', () => {
    const dynamic = resource('ServiceEntry', 'dynamic', {
      hosts: ['*.saas.test'],
      resolution: 'DYNAMIC_DNS',
      ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    });
    const filter = manager({}, dynamic).httpFilters?.find(
      ({ name }) => name === 'envoy.filters.http.dynamic_forward_proxy',
    );
    assert.deepEqual(filter?.typedConfig?.dnsCacheConfig, {
      name: '*.saas.test_dfp_dns_cache',
      dnsLookupFamily: 'V4_ONLY',
    });
  });

  it('resolves hosts that nobody knows where the policy wants it', () => {
    const caches = (mode: 'ALLOW_ANY' | 'ALLOW_ANY_DYNAMIC_DNS') =>
      manager({ outboundTrafficPolicy: { mode } })
        .httpFilters?.filter(({ name }) => name === 'envoy.filters.http.dynamic_forward_proxy')
        .map(({ typedConfig }) => typedConfig?.dnsCacheConfig);
    assert.deepEqual(caches('ALLOW_ANY'), []);
    assert.deepEqual(caches('ALLOW_ANY_DYNAMIC_DNS'), [
      { name: 'AllowAnyDynamicDNSCluster_dfp_dns_cache', dnsLookupFamily: 'V4_ONLY' },
    ]);
  });
});
