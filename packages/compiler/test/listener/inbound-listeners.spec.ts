import { strict as assert } from 'node:assert';
import type { FilterChain, HttpConnectionManager, MutualTLS, Resource, TcpProxy } from '@inmesh/model';
import { kubernetesService, resource, type WorldOptions, world } from '../route/world.js';

describe('inbound listeners', () => {
  const service = kubernetesService('app/web', [
    { number: 80, name: 'http', targetPort: 8080 },
    { number: 90, name: 'grpc', targetPort: 9090 },
    { number: 70, name: 'tcp', targetPort: 7070 },
    { number: 60, name: 'any', targetPort: 6060 },
  ]);
  const slice = resource(
    'EndpointSlice',
    'web-1',
    {
      addressType: 'IPv4',
      ports: [
        { name: 'http', port: 8080 },
        { name: 'grpc', port: 9090 },
        { name: 'tcp', port: 7070 },
        { name: 'any', port: 6060 },
      ],
      endpoints: [{ addresses: ['10.1.1.1'], conditions: { ready: true } }],
    },
    { labels: { 'kubernetes.io/service-name': 'web' } },
  );
  const chainsOf = (port: number | undefined, more: readonly Resource[] = [], options?: WorldOptions) =>
    (world([service, slice, ...more], options).listener('virtualInbound')?.filterChains ?? []).filter(
      ({ filterChainMatch }) => filterChainMatch?.destinationPort === port,
    );
  /** `tls` or `plain`, whether TLS ends, and what the bytes are taken for. */
  const ways = (chains: readonly FilterChain[]): string[] =>
    chains.map(({ filterChainMatch, transportSocket, filters }) => {
      const transport = filterChainMatch?.transportProtocol === 'tls' ? 'tls' : 'plain';
      const config = filters?.[0]?.typedConfig as (HttpConnectionManager & TcpProxy) | undefined;
      return `${transport}${transportSocket ? ' ended' : ''} ${config?.cluster === undefined ? 'http' : 'tcp'}`;
    });
  const peers = (mode: NonNullable<MutualTLS['mode']>): Resource =>
    resource('PeerAuthentication', 'default', { mtls: { mode } });

  it('take mutual TLS and plain text unless told otherwise', () => {
    assert.deepEqual(ways(chainsOf(8080)), ['tls ended http', 'plain http']);
    assert.deepEqual(ways(chainsOf(7070)), ['tls ended tcp', 'plain tcp', 'tls tcp']);
    assert.deepEqual(ways(chainsOf(6060)), [
      'tls ended http',
      'plain http',
      'tls ended tcp',
      'plain tcp',
      'tls tcp',
    ]);
  });

  it('take mutual TLS alone when it is strict, and none when it is disabled', () => {
    assert.deepEqual(ways(chainsOf(8080, [peers('STRICT')])), ['tls ended http']);
    assert.deepEqual(ways(chainsOf(6060, [peers('STRICT')])), ['tls ended http', 'tls ended tcp']);
    assert.deepEqual(ways(chainsOf(7070, [peers('DISABLE')])), ['plain tcp']);
  });

  it('have chains of their own for ports that only a policy names', () => {
    const policy = resource('PeerAuthentication', 'web', {
      selector: { matchLabels: { app: 'web' } },
      portLevelMtls: { '8080': { mode: 'STRICT' }, '5050': { mode: 'STRICT' } },
    });
    const options = { workload: { labels: { app: 'web' } } };
    assert.deepEqual(ways(chainsOf(8080, [policy], options)), ['tls ended http']);
    assert.deepEqual(ways(chainsOf(5050, [policy], options)), ['tls ended http', 'tls ended tcp']);
    const [chain] = chainsOf(5050, [policy], options);
    assert.equal(chain?.name, 'virtualInbound-catchall-http');
  });

  it('pass ports that nobody names to the application as they come', () => {
    assert.equal(chainsOf(undefined).length, 5);
    assert.equal(chainsOf(15_006)[0]?.name, 'virtualInbound-blackhole');
  });

  it('have one route to the application, tried again unless it speaks gRPC', () => {
    const config = (port: number) =>
      (chainsOf(port)[0]?.filters?.[0]?.typedConfig as HttpConnectionManager | undefined)?.routeConfig;
    const [host] = config(8080)?.virtualHosts ?? [];
    assert.equal(config(8080)?.name, 'inbound|8080||');
    assert.equal(host?.name, 'inbound|http|80');
    assert.deepEqual(host?.routes?.[0]?.route?.retryPolicy, {
      retryOn: 'reset-before-request',
      numRetries: 2,
    });
    assert.equal(config(9090)?.virtualHosts?.[0]?.routes?.[0]?.route?.retryPolicy, undefined);
  });

  it('retry inbound as the mesh says', () => {
    const mesh = { defaultInboundHttpRetryPolicy: { attempts: 0 } };
    const config = chainsOf(8080, [], { mesh })[0]?.filters?.[0]?.typedConfig as HttpConnectionManager;
    assert.equal(config.routeConfig?.virtualHosts?.[0]?.routes?.[0]?.route?.retryPolicy, undefined);
  });

  it('are those of the Sidecar alone when it lists any', () => {
    const sidecar = resource('Sidecar', 'default', {
      ingress: [
        { port: { number: 9443, protocol: 'HTTP', name: 'http' } },
        { port: { number: 9444, protocol: 'TCP', name: 'tcp' }, bind: '10.1.1.1', captureMode: 'NONE' },
      ],
    });
    assert.deepEqual(ways(chainsOf(8080, [sidecar])), []);
    assert.equal(chainsOf(9443, [sidecar])[0]?.name, '10.1.1.1_9443');
    const { listener } = world([service, slice, sidecar]);
    assert.equal(listener('10.1.1.1_9444')?.trafficDirection, 'INBOUND');
  });
});
