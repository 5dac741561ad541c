import { strict as assert } from 'node:assert';
import type { FilterChain, HttpConnectionManager, Listener, Resource, TcpProxy } from '@inmesh/model';
import {
  kubernetesService,
  resource,
  serviceEntry,
  type World,
  type WorldOptions,
  world,
} from '../route/world.js';

/** What a chain leads to: routes by name, or a cluster. */
function target(chain: FilterChain | undefined): string | undefined {
  const config = chain?.filters?.at(-1)?.typedConfig as (HttpConnectionManager & TcpProxy) | undefined;
  return config?.rds?.routeConfigName ?? config?.cluster;
}

/** Each chain's conditions that are worth a look, and where it leads to; the default chain last. */
function chains(listener: Listener | undefined): [string, string | undefined][] {
  const all = [...(listener?.filterChains ?? []), listener?.defaultFilterChain];
  return all.flatMap((chain): [string, string | undefined][] => {
    if (chain === undefined) return [];
    const { serverNames, prefixRanges, applicationProtocols } = chain.filterChainMatch ?? {};
    const ranges = prefixRanges?.map(({ addressPrefix, prefixLen }) => `${addressPrefix}/${prefixLen}`);
    return [[[serverNames, ranges, applicationProtocols].flat().filter(Boolean).join(), target(chain)]];
  });
}

const sniffed = 'http/1.1,h2c';

describe('outbound listeners', () => {
  const tcp = (host: string, given: Parameters<typeof serviceEntry>[2] = {}) =>
    serviceEntry(host, [{ number: 9000, protocol: 'TCP' }], given);
  const http = (host: string) => serviceEntry(host, [{ number: 9000, protocol: 'HTTP' }]);
  const of = (resources: readonly Resource[], options?: WorldOptions): World => world(resources, options);

  it('share one connection manager among all http services of a port, and pass other bytes by', () => {
    const { listener, listenerNames } = of([http('a.test'), http('b.test')]);
    assert.deepEqual(chains(listener('0.0.0.0_9000')), [
      [sniffed, '9000'],
      ['', 'PassthroughCluster'],
    ]);
    assert.deepEqual(listenerNames(), ['0.0.0.0_9000', 'virtualInbound', 'virtualOutbound']);
  });

  it('give bytes to the older of two services that nothing tells apart', () => {
    const { listener } = of([tcp('young.test', { created: 2 }), tcp('old.test', { created: 1 })]);
    assert.deepEqual(chains(listener('0.0.0.0_9000')), [['', 'outbound|9000||old.test']]);
  });

  it('stand on the address of a service for bytes', () => {
    const { listener, compiler } = of([tcp('a.test', { addresses: ['10.5.0.1'] })]);
    assert.deepEqual(chains(listener('10.5.0.1_9000')), [['', 'outbound|9000||a.test']]);
    assert.equal(compiler.view.hasAddressListeners(9000), true);
    assert.equal(of([tcp('a.test')]).compiler.view.hasAddressListeners(9000), false);
  });

  it('match a range of addresses by a chain', () => {
    const { listener } = of([
      tcp('wide.test', { addresses: ['10.5.0.0/16'] }),
      tcp('narrow.test', { addresses: ['10.5.7.0/24'] }),
    ]);
    assert.deepEqual(chains(listener('0.0.0.0_9000')).sort(), [
      ['', 'PassthroughCluster'],
      ['10.5.0.0/16', 'outbound|9000||wide.test'],
      ['10.5.7.0/24', 'outbound|9000||narrow.test'],
    ]);
  });

  it('tell http from bytes by the first bytes where both share a port', () => {
    const wanted = [
      [sniffed, '9000'],
      ['', 'outbound|9000||bytes.test'],
    ];
    const bytes = (created: number) => tcp('bytes.test', { created });
    assert.deepEqual(chains(of([bytes(1), http('a.test')]).listener('0.0.0.0_9000')), wanted);
    assert.deepEqual(chains(of([http('a.test'), bytes(2000)]).listener('0.0.0.0_9000')), wanted);
  });

  it('keep servers that speak first to themselves', () => {
    const mongo = serviceEntry('m.test', [{ number: 9000, protocol: 'MONGO' }], { created: 1 });
    assert.deepEqual(chains(of([mongo, http('a.test')]).listener('0.0.0.0_9000')), [
      ['', 'outbound|9000||m.test'],
    ]);
    const filters = of([mongo]).listener('0.0.0.0_9000')?.filterChains?.[0]?.filters;
    assert.deepEqual(
      filters?.map(({ name }) => name),
      ['envoy.filters.network.mongo_proxy', 'envoy.filters.network.tcp_proxy'],
    );
  });

  it('detect the protocol where none is named, with routes of its own on an address', () => {
    const { listener } = of([
      kubernetesService('plain', [{ number: 9000, name: 'web' }], { clusterIP: '10.96.0.20' }),
    ]);
    assert.deepEqual(chains(listener('10.96.0.20_9000')), [
      [sniffed, 'plain.app.svc.cluster.local:9000'],
      ['', 'outbound|9000||plain.app.svc.cluster.local'],
    ]);
  });

  it('do not exist for UDP and for aliases', () => {
    const alias = resource('Service', 'alias', {
      type: 'ExternalName',
      externalName: 'a.test',
      ports: [{ name: 'tcp', port: 9000 }],
    });
    const udp = resource('Service', 'dns', {
      clusterIP: '10.96.0.30',
      ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
    });
    assert.deepEqual(of([alias, udp]).listenerNames(), ['virtualInbound', 'virtualOutbound']);
  });

  it('keep off Istio’s own ports on every address, and take them on one', () => {
    const port = [{ number: 15_001, protocol: 'HTTP' }];
    assert.deepEqual(of([serviceEntry('a.test', port)]).listenerNames(), [
      'virtualInbound',
      'virtualOutbound',
    ]);
    const bytes = serviceEntry('a.test', [{ number: 15_021, protocol: 'TCP' }], { addresses: ['10.5.0.1'] });
    assert.ok(of([bytes]).listenerNames().includes('10.5.0.1_15021'));
  });

  it('end where the outbound policy says for destinations that nobody has', () => {
    const { listener } = of([http('a.test')], { mesh: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } });
    assert.equal(target(listener('0.0.0.0_9000')?.defaultFilterChain), 'BlackHoleCluster');
    assert.equal(target(listener('virtualOutbound')?.filterChains?.[1]), 'BlackHoleCluster');
  });

  it('send strangers to the egress proxy where a Sidecar names one', () => {
    const sidecar = resource('Sidecar', 'default', {
      egress: [{ hosts: ['./*'] }],
      outboundTrafficPolicy: {
        mode: 'ALLOW_ANY',
        egressProxy: { host: 'exit.test', port: { number: 8888 }, subset: 'v1' },
      },
    });
    const { listener, cluster } = of([sidecar, http('a.test')]);
    assert.equal(target(listener('virtualOutbound')?.filterChains?.[1]), 'outbound|8888|v1|exit.test');
    assert.equal(cluster('9000', 'http://stranger.test/'), 'outbound|8888|v1|exit.test');
  });
});

describe('a headless service of bytes', () => {
  const service = kubernetesService('app/db', [{ number: 9000, name: 'tcp' }], { clusterIP: 'None' });
  const slice = (...ips: string[]): Resource =>
    resource(
      'EndpointSlice',
      'db-1',
      {
        addressType: 'IPv4',
        ports: [{ name: 'tcp', port: 9000 }],
        endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      },
      { labels: { 'kubernetes.io/service-name': 'db' } },
    );

  it('is listened for on each of its pods but the caller’s own', () => {
    const { listenerNames } = world([service, slice('10.1.1.1', '10.1.1.2', '10.1.1.3')]);
    assert.deepEqual(listenerNames(), [
      '10.1.1.2_9000',
      '10.1.1.3_9000',
      'virtualInbound',
      'virtualOutbound',
    ]);
  });

  it('is not listened for at all without pods', () => {
    assert.deepEqual(world([service]).listenerNames(), ['virtualInbound', 'virtualOutbound']);
  });
});

describe('tls ports', () => {
  const tls = (host: string) => serviceEntry(host, [{ number: 8443, protocol: 'TLS' }]);

  it('are told apart by server name', () => {
    const { listener } = world([tls('a.test'), tls('*.b.test')]);
    assert.deepEqual(chains(listener('0.0.0.0_8443')), [
      ['*.b.test', 'outbound|8443||*.b.test'],
      ['a.test', 'outbound|8443||a.test'],
      ['', 'PassthroughCluster'],
    ]);
  });

  it('need no server name on an address of their own', () => {
    const own = serviceEntry('a.test', [{ number: 8443, protocol: 'TLS' }], { addresses: ['10.5.0.1'] });
    assert.deepEqual(chains(world([own]).listener('10.5.0.1_8443')), [['', 'outbound|8443||a.test']]);
  });

  it('follow the first tls match of those that look the same', () => {
    const rule = resource('VirtualService', 'rule', {
      hosts: ['a.test'],
      tls: [
        {
          match: [{ sniHosts: ['a.test'], sourceLabels: { app: 'other' } }],
          route: [{ destination: { host: 'x.test' } }],
        },
        { match: [{ sniHosts: ['a.test'] }], route: [{ destination: { host: 'y.test' } }] },
        { match: [{ sniHosts: ['a.test'] }], route: [{ destination: { host: 'z.test' } }] },
      ],
    });
    const { listener } = world([tls('a.test'), rule]);
    assert.deepEqual(chains(listener('0.0.0.0_8443')), [
      ['a.test', 'outbound|8443||y.test'],
      ['', 'PassthroughCluster'],
    ]);
  });
});

describe('tcp rules', () => {
  const services = ['a.test', 'x.test', 'y.test'].map((host) =>
    serviceEntry(host, [{ number: host === 'a.test' ? 9000 : 9001, protocol: 'TCP' }]),
  );
  const byRule = (
    tcp: NonNullable<Resource<'VirtualService'>['spec']['tcp']>,
  ): [string, string | undefined][] =>
    chains(
      world([...services, resource('VirtualService', 'rule', { hosts: ['a.test'], tcp })]).listener(
        '0.0.0.0_9000',
      ),
    );
  const to = (host: string) => [{ destination: { host } }];

  it('resolve a destination without port to the service’s only port, unlike http rules', () => {
    assert.deepEqual(byRule([{ route: to('x.test') }]), [['', 'outbound|9001||x.test']]);
  });

  it('ask for gateways and source labels together', () => {
    const match = [{ gateways: ['mesh'], sourceLabels: { app: 'other' } }];
    assert.deepEqual(byRule([{ match, route: to('x.test') }]), [['', 'outbound|9000||a.test']]);
  });

  it('match destinations until one matches all', () => {
    assert.deepEqual(
      byRule([
        { match: [{ destinationSubnets: ['10.7.0.0/16'] }], route: to('x.test') },
        { match: [{ port: 9000 }], route: to('y.test') },
        { route: to('x.test') },
      ]),
      [
        ['10.7.0.0/16', 'outbound|9001||x.test'],
        ['', 'outbound|9001||y.test'],
      ],
    );
  });

  it('leave the service itself for what they do not match', () => {
    assert.deepEqual(byRule([{ match: [{ destinationSubnets: ['10.7.0.1'] }], route: to('x.test') }]), [
      ['10.7.0.1/32', 'outbound|9001||x.test'],
      ['', 'outbound|9000||a.test'],
    ]);
  });

  it('take timeouts, hash and tunnel from the rule for the first destination', () => {
    const rule = resource('DestinationRule', 'x', {
      host: 'x.test',
      trafficPolicy: {
        connectionPool: { tcp: { idleTimeout: '1h', maxConnectionDuration: '2h' } },
        loadBalancer: { consistentHash: { useSourceIp: true } },
        tunnel: { protocol: 'POST', targetHost: 'inner.test', targetPort: 99 },
      },
    });
    const virtualService = resource('VirtualService', 'rule', {
      hosts: ['a.test'],
      tcp: [{ route: [{ destination: { host: 'x.test' } }] }],
    });
    const { listener } = world([...services, rule, virtualService]);
    const proxy = listener('0.0.0.0_9000')?.filterChains?.[0]?.filters?.[0]?.typedConfig as TcpProxy;
    assert.equal(proxy.idleTimeout, '3600s');
    assert.equal(proxy.maxDownstreamConnectionDuration, '7200s');
    assert.deepEqual(proxy.hashPolicy, [{ sourceIp: {} }]);
    assert.deepEqual(proxy.tunnelingConfig, { hostname: 'inner.test:99', usePost: true });
  });
});

describe('egress listeners of a Sidecar', () => {
  const http = (host: string) => serviceEntry(host, [{ number: 9000, protocol: 'HTTP' }]);

  it('claim their port: services of the catch-all do not add to it', () => {
    const sidecar = resource('Sidecar', 'default', {
      egress: [
        { port: { number: 9000, protocol: 'HTTP', name: 'http' }, hosts: ['./a.test'] },
        { hosts: ['./*'] },
      ],
    });
    const tcp = serviceEntry('b.test', [{ number: 9000, protocol: 'TCP' }]);
    const { listener, domains } = world([sidecar, http('a.test'), tcp]);
    assert.deepEqual(chains(listener('0.0.0.0_9000')), [
      [sniffed, '9000'],
      ['', 'PassthroughCluster'],
    ]);
    assert.deepEqual(Object.keys(domains('9000')), ['a.test:9000', 'allow_any']);
  });

  it('open their port on the loopback address when nothing is captured', () => {
    const sidecar = resource('Sidecar', 'default', {
      egress: [
        { port: { number: 9000, protocol: 'HTTP', name: 'http' }, captureMode: 'NONE', hosts: ['./*'] },
      ],
    });
    const listener = world([sidecar, http('a.test')]).listener('127.0.0.1_9000');
    assert.deepEqual(chains(listener), [['', '9000']]);
    assert.equal(listener?.bindToPort, undefined);
  });

  it('may be sockets, with routes under their path', () => {
    const bind = 'unix:///var/run/a.sock';
    const sidecar = resource('Sidecar', 'default', {
      egress: [{ port: { number: 0, protocol: 'HTTP', name: 'http' }, bind, hosts: ['./*'] }],
    });
    const { listener, domains } = world([sidecar, http('a.test')]);
    const found = listener(`${bind}_0`);
    assert.deepEqual(found?.address, { pipe: { path: '/var/run/a.sock' } });
    assert.deepEqual(chains(found), [['', bind]]);
    assert.ok(domains(bind)['a.test:9000']?.includes('a.test:9000'));
  });
});

describe('the listener of an HTTP proxy', () => {
  it('stands where the mesh wants it and serves all ports', () => {
    const { listener, domains } = world([serviceEntry('a.test', [{ number: 9000, protocol: 'HTTP' }])], {
      mesh: { proxyHttpPort: 15_002 },
    });
    assert.deepEqual(chains(listener('127.0.0.1_15002')), [['', 'http_proxy']]);
    assert.deepEqual(domains('http_proxy')['a.test:9000'], ['a.test:9000', 'a.test.:9000']);
  });
});
