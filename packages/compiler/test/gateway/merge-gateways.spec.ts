import { strict as assert } from 'node:assert';
import { createWorkload, type Resource, type Server } from '@inmesh/model';
import { mergeGateways } from '../../src/gateway/merge-gateways.js';
import { kubernetesService, resource, snapshotOf, world } from '../route/world.js';

const workload = { type: 'router', namespace: 'edge', labels: { istio: 'gw' } } as const;

function gateway(name: string, servers: readonly Server[], created = 1000): Resource<'Gateway'> {
  return resource(
    'Gateway',
    `edge/${name}`,
    { selector: { istio: 'gw' }, servers: [...servers] },
    { created },
  );
}

function server(number: number, protocol: string, hosts: string[], given: Partial<Server> = {}): Server {
  const port = { number, protocol, name: `${protocol.toLowerCase()}-${number}` };
  return { port, hosts, ...(protocol === 'HTTPS' && { tls: { mode: 'SIMPLE' } }), ...given };
}

describe('merging Gateways', () => {
  const merge = (...gateways: Resource<'Gateway'>[]) => {
    const { groups, rejected, serversByRouteName } = mergeGateways({
      workload: createWorkload(workload),
      snapshot: snapshotOf(gateways),
      serviceTargets: [],
    });
    return {
      kept: groups.map(({ port, protocol, bind, servers }) => [
        `${bind || '*'}:${port}`,
        protocol,
        ...servers.map(({ gateway: name, port: number }) => `${name}:${number}`),
      ]),
      rejected: rejected.map(({ server: { gateway: name, port } }) => `${name}:${port}`),
      routes: [...serversByRouteName.keys()],
    };
  };

  it('joins http with http on a port, of whatever flavour', () => {
    const { kept, routes } = merge(
      gateway('a', [server(80, 'HTTP', ['a.test'])], 1),
      gateway('b', [server(80, 'GRPC', ['b.test'])], 2),
    );
    assert.deepEqual(kept, [['*:80', 'HTTP', 'edge/a:80', 'edge/b:80']]);
    assert.deepEqual(routes, ['http.80']);
  });

  it('lets http come after TLS, but not TLS after http', () => {
    const secure = (created: number) => gateway('secure', [server(80, 'HTTPS', ['a.test'])], created);
    const plain = gateway('plain', [server(80, 'HTTP', ['a.test'])], 2);
    assert.deepEqual(merge(secure(1), plain).rejected, []);
    assert.deepEqual(merge(secure(3), plain).rejected, ['edge/secure:80']);
  });

  it('has bytes share a port with nothing', () => {
    const { kept, rejected } = merge(
      gateway('a', [server(9000, 'TCP', ['*'])], 1),
      gateway('b', [server(9000, 'TCP', ['*'])], 2),
      gateway('c', [server(9000, 'HTTP', ['*'])], 3),
    );
    assert.deepEqual(kept, [['*:9000', 'TCP', 'edge/a:9000']]);
    assert.deepEqual(rejected, ['edge/b:9000', 'edge/c:9000']);
  });

  it('refuses a whole TLS server for one host that an older one has on the port', () => {
    const { kept, rejected } = merge(
      gateway('a', [server(443, 'HTTPS', ['x.test'])], 1),
      gateway('b', [server(443, 'HTTPS', ['x.test', 'y.test'])], 2),
    );
    assert.deepEqual(kept, [['*:443', 'HTTPS', 'edge/a:443']]);
    assert.deepEqual(rejected, ['edge/b:443']);
  });

  it('keeps addresses apart: there the same host may be served twice', () => {
    const { kept, rejected } = merge(
      gateway('a', [server(443, 'HTTPS', ['x.test'], { bind: '10.0.0.1' })], 1),
      gateway('b', [server(443, 'HTTPS', ['x.test'], { bind: '10.0.0.2' })], 2),
    );
    assert.deepEqual(rejected, []);
    assert.equal(kept.length, 2);
  });

  it('takes only Gateways that select the workload, of any namespace', () => {
    const other = resource('Gateway', 'far/other', {
      selector: { istio: 'other' },
      servers: [server(80, 'HTTP', ['*'])],
    });
    const all = resource('Gateway', 'far/all', { servers: [server(81, 'HTTP', ['*'])] });
    assert.deepEqual(
      merge(other, all).kept.map(([place]) => place),
      ['*:81'],
    );
  });
});

describe('the port of a server', () => {
  const lb = (labels: Record<string, string> = {}) =>
    kubernetesService('edge/gw', [{ number: 80, name: 'http', targetPort: 8080 }], { labels });
  const slice = resource(
    'EndpointSlice',
    'edge/gw-1',
    {
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [{ addresses: ['10.1.1.1'], conditions: { ready: true } }],
    },
    { labels: { 'kubernetes.io/service-name': 'gw' } },
  );
  const names = (service: Resource): string[] =>
    world([service, slice, gateway('a', [server(80, 'HTTP', ['*'])])], { workload }).listenerNames();

  it('is what a Service of the workload translates it to', () => {
    assert.deepEqual(names(lb()), ['0.0.0.0_8080']);
  });

  it('is itself where the Service opts out', () => {
    assert.deepEqual(names(lb({ 'experimental.istio.io/disable-gateway-port-translation': '' })), [
      '0.0.0.0_80',
    ]);
  });

  it('stays what rules call it: they match the port of the server', () => {
    const rule = (port: number) =>
      resource('VirtualService', 'edge/rule', {
        hosts: ['a.test'],
        gateways: ['a'],
        http: [{ match: [{ port }], directResponse: { status: 200 } }],
      });
    const domains = (port: number) =>
      world([lb(), slice, gateway('a', [server(80, 'HTTP', ['*'])]), rule(port)], { workload }).domains(
        'http.8080',
      );
    assert.deepEqual(domains(80), { 'a.test:80': ['a.test'] });
    assert.deepEqual(domains(8080), { 'blackhole:80': ['*'] });
  });
});

describe('a server that is not in force', () => {
  it('is told with its place in the Gateway and the reason', () => {
    const { compiler } = world([], { workload });
    const findings = compiler.update(
      snapshotOf([
        gateway('old', [server(80, 'HTTP', ['*'])], 1),
        gateway('young', [server(81, 'HTTP', ['*']), server(80, 'TCP', ['*'])], 2),
      ]),
    );
    assert.deepEqual(
      findings.map(({ code, severity, resource: name, path, reason }) => [
        code,
        severity,
        name,
        path,
        reason,
      ]),
      [
        [
          'INMESH_CONFIG_WARNING',
          'warning',
          'Gateway/edge/young',
          'spec.servers[1]',
          'the server is not in force: port 80 already serves HTTP',
        ],
      ],
    );
  });
});
