import { strict as assert } from 'node:assert';
import type { FilterChain, HttpConnectionManager, Resource, Server, TcpProxy } from '@inmesh/model';
import { resource, serviceEntry, type WorldOptions, world } from '../route/world.js';

const workload = { type: 'router', namespace: 'edge', labels: { istio: 'gw' } } as const;

function gateway(...servers: Server[]): Resource<'Gateway'> {
  return resource('Gateway', 'edge/gw', { selector: { istio: 'gw' }, servers });
}

function chainsOf(name: string, resources: readonly Resource[], options: WorldOptions = {}): FilterChain[] {
  return (
    world(resources, { ...options, workload: { ...workload, ...options.workload } }).listener(name)
      ?.filterChains ?? []
  );
}

const clusterOf = (chain: FilterChain | undefined): string | undefined =>
  (chain?.filters?.at(-1)?.typedConfig as TcpProxy | undefined)?.cluster;

const services = ['x.test', 'y.test'].map((host) => serviceEntry(host, [{ number: 9000, protocol: 'TCP' }]));

describe('a gateway’s server for bytes', () => {
  const tcp: Server = { port: { number: 9100, protocol: 'TCP', name: 'tcp' }, hosts: ['*'] };
  const rule = (...tcpRules: NonNullable<Resource<'VirtualService'>['spec']['tcp']>) =>
    resource('VirtualService', 'rule', { hosts: ['*'], gateways: ['edge/gw'], tcp: tcpRules });
  const to = (host: string) => [{ destination: { host } }];

  it('belongs to the first rule that fits it', () => {
    const chains = chainsOf('0.0.0.0_9100', [
      ...services,
      gateway(tcp),
      rule(
        { match: [{ port: 9101 }], route: to('x.test') },
        { route: to('y.test') },
        { route: to('x.test') },
      ),
    ]);
    assert.deepEqual(chains.map(clusterOf), ['outbound|9000||y.test']);
  });

  it('asks nothing about the source of connections from outside', () => {
    const chains = chainsOf('0.0.0.0_9100', [
      ...services,
      gateway(tcp),
      rule({ match: [{ sourceLabels: { app: 'x' } }], route: to('x.test') }),
    ]);
    assert.deepEqual(chains.map(clusterOf), ['outbound|9000||x.test']);
  });

  it('is not listened for without a rule', () => {
    assert.deepEqual(chainsOf('0.0.0.0_9100', [...services, gateway(tcp)]), []);
  });
});

describe('a gateway’s server for TLS', () => {
  const tls = (given: NonNullable<Server['tls']>, hosts = ['*.test'], protocol = 'TLS'): Server => ({
    port: { number: 8443, protocol, name: 'tls' },
    hosts,
    tls: given,
  });
  const bySni = (...names: string[]) =>
    resource('VirtualService', 'rule', {
      hosts: ['a.test', 'b.test'],
      gateways: ['edge/gw'],
      tls: names.map((name) => ({
        match: [{ sniHosts: [name] }],
        route: [{ destination: { host: 'x.test' } }],
      })),
    });
  const socket = (chain: FilterChain | undefined) =>
    chain?.transportSocket?.typedConfig as
      | { commonTlsContext: Record<string, unknown>; requireClientCertificate: boolean }
      | undefined;

  it('passes TLS by server name unless a mode says otherwise', () => {
    const resources = [...services, gateway(tls({ credentialName: 'cert' })), bySni('a.test', 'b.test')];
    const chains = chainsOf('0.0.0.0_8443', resources);
    assert.deepEqual(
      chains.map(({ filterChainMatch, transportSocket }) => [filterChainMatch?.serverNames, transportSocket]),
      [
        [['a.test'], undefined],
        [['b.test'], undefined],
      ],
    );
  });

  it('takes a server name for the first rule that has it', () => {
    const resources = [...services, gateway(tls({ mode: 'PASSTHROUGH' })), bySni('a.test', 'a.test')];
    assert.equal(chainsOf('0.0.0.0_8443', resources).length, 1);
  });

  it('ends TLS for https, with the server names sorted and without their namespaces', () => {
    const server = tls({ mode: 'SIMPLE', credentialName: 'cert' }, ['b.test', 'app/a.test'], 'HTTPS');
    const [chain] = chainsOf('0.0.0.0_8443', [gateway(server)]);
    assert.deepEqual(chain?.filterChainMatch?.serverNames, ['a.test', 'b.test']);
    const manager = chain?.filters?.[0]?.typedConfig as HttpConnectionManager;
    assert.equal(manager.rds?.routeConfigName, 'https.8443.tls.gw.edge');
    assert.equal(manager.useRemoteAddress, true);
  });

  it('matches every name where its hosts have a star', () => {
    const server = tls({ mode: 'SIMPLE', credentialName: 'cert' }, ['a.test', '*'], 'HTTPS');
    assert.equal(chainsOf('0.0.0.0_8443', [gateway(server)])[0]?.filterChainMatch, undefined);
  });

  it('asks clients for certificates as its mode says', () => {
    const required = (mode: NonNullable<Server['tls']>['mode']) => {
      const context = socket(
        chainsOf('0.0.0.0_8443', [
          gateway(tls({ ...(mode && { mode }), credentialName: 'cert' }, ['a.test'], 'HTTPS')),
        ])[0],
      );
      return [
        context?.requireClientCertificate,
        context?.commonTlsContext.combinedValidationContext !== undefined,
      ];
    };
    assert.deepEqual(required('SIMPLE'), [false, false]);
    assert.deepEqual(required('MUTUAL'), [true, true]);
    assert.deepEqual(required('OPTIONAL_MUTUAL'), [false, true]);
    assert.deepEqual(required('ISTIO_MUTUAL'), [true, true]);
  });

  it('names its secrets: a credential, files, or the workload’s own', () => {
    const names = (given: NonNullable<Server['tls']>) => {
      const { commonTlsContext } =
        socket(chainsOf('0.0.0.0_8443', [gateway(tls(given, ['a.test'], 'HTTPS'))])[0]) ?? {};
      const context = commonTlsContext as
        | {
            tlsCertificateSdsSecretConfigs: { name: string }[];
            combinedValidationContext?: { validationContextSdsSecretConfig: { name: string } };
          }
        | undefined;
      return [
        ...(context?.tlsCertificateSdsSecretConfigs ?? []).map(({ name }) => name),
        context?.combinedValidationContext?.validationContextSdsSecretConfig.name,
      ];
    };
    assert.deepEqual(names({ mode: 'SIMPLE', credentialName: 'cert' }), ['kubernetes://cert', undefined]);
    assert.deepEqual(names({ mode: 'MUTUAL', credentialName: 'cert' }), [
      'kubernetes://cert',
      'kubernetes://cert-cacert',
    ]);
    assert.deepEqual(
      names({ mode: 'MUTUAL', serverCertificate: '/c', privateKey: '/k', caCertificates: '/ca' }),
      ['file-cert:/c~/k', 'file-root:/ca'],
    );
    assert.deepEqual(names({ mode: 'ISTIO_MUTUAL' }), ['default', 'ROOTCA']);
  });

  it('bounds versions and suites, dropping those that nobody knows', () => {
    const server = tls(
      {
        mode: 'SIMPLE',
        credentialName: 'cert',
        minProtocolVersion: 'TLSV1_2',
        maxProtocolVersion: 'TLSV1_3',
        cipherSuites: ['AES128-SHA', 'NONSENSE', 'AES128-SHA'],
      },
      ['a.test'],
      'HTTPS',
    );
    assert.deepEqual(socket(chainsOf('0.0.0.0_8443', [gateway(server)])[0])?.commonTlsContext.tlsParams, {
      tlsMinimumProtocolVersion: 'TLSv1_2',
      tlsMaximumProtocolVersion: 'TLSv1_3',
      cipherSuites: ['AES128-SHA'],
    });
  });

  it('hands on everything in the mesh by the server name of its cluster', () => {
    const rule = resource('DestinationRule', 'app/x', { host: 'x.test', subsets: [{ name: 'v1' }] });
    const server = tls({ mode: 'AUTO_PASSTHROUGH' }, ['*.test']);
    const chains = chainsOf('0.0.0.0_8443', [...services, rule, gateway(server)]);
    const names = chains.flatMap(({ filterChainMatch }) => filterChainMatch?.serverNames ?? []);
    assert.deepEqual(names, [
      'outbound_.9000_._.x.test',
      'outbound_.9000_.v1_.x.test',
      'outbound_.9000_._.y.test',
    ]);
    assert.equal(clusterOf(chains[0]), 'outbound_.9000_._.x.test');
  });
});

describe('a gateway', () => {
  const http = (number: number, bind?: string): Server => ({
    port: { number, protocol: 'HTTP', name: 'http' },
    hosts: ['*'],
    ...(bind !== undefined && { bind }),
  });

  it('trusts as many proxies before it as the topology says', () => {
    const mesh = {
      defaultConfig: {
        gatewayTopology: { numTrustedProxies: 2, forwardClientCertDetails: 'FORWARD_ONLY' as const },
      },
    };
    const [chain] = chainsOf('0.0.0.0_8080', [gateway(http(8080))], { mesh });
    const manager = chain?.filters?.[0]?.typedConfig as HttpConnectionManager;
    assert.equal(manager.xffNumTrustedHops, 2);
    assert.equal(manager.forwardClientCertDetails, 'FORWARD_ONLY');
    assert.equal(manager.setCurrentClientCertDetails, undefined);
  });

  it('listens on the address that a server names', () => {
    const { listenerNames, compiler, domains } = world([gateway(http(8080, '10.0.0.1'))], { workload });
    assert.deepEqual(listenerNames(), ['10.0.0.1_8080']);
    assert.equal(compiler.view.hasAddressListeners(8080), true);
    assert.ok(domains('http.8080.10.0.0.1'));
  });

  it('leaves privileged ports alone when it may not have them', () => {
    const metadata = { UNPRIVILEGED_POD: 'true' };
    assert.deepEqual(chainsOf('0.0.0.0_80', [gateway(http(80))], { workload: { metadata } }), []);
    assert.equal(chainsOf('0.0.0.0_80', [gateway(http(80))]).length, 1);
  });
});
