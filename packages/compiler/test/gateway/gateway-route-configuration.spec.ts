import { strict as assert } from 'node:assert';
import type { Resource, Server, VirtualService } from '@inmesh/model';
import { resource, serviceEntry, type World, world } from '../route/world.js';

const workload = { type: 'router', namespace: 'edge', labels: { istio: 'gw' } } as const;

function gateway(servers: readonly Server[], name = 'gw'): Resource<'Gateway'> {
  return resource('Gateway', `edge/${name}`, { selector: { istio: 'gw' }, servers: [...servers] });
}

const http = (hosts: string[], given: Partial<Server> = {}): Server => ({
  port: { number: 8080, protocol: 'HTTP', name: 'http' },
  hosts,
  ...given,
});

function rule(
  name: string,
  hosts: string[],
  spec: Partial<VirtualService> = {},
  created = 1000,
): Resource<'VirtualService'> {
  const rules: VirtualService = {
    hosts,
    gateways: ['edge/gw'],
    http: [{ name, directResponse: { status: 200 } }],
    ...spec,
  };
  return resource('VirtualService', name, rules, { created });
}

const edge = (...resources: Resource[]): World => world(resources, { workload });

describe('the hosts of a gateway', () => {
  it('are the narrower of what server and rule say', () => {
    const domains = (server: string[], hosts: string[]) =>
      Object.keys(edge(gateway([http(server)]), rule('a', hosts)).domains('http.8080'));
    assert.deepEqual(domains(['*.foo.test'], ['a.foo.test']), ['a.foo.test:8080']);
    assert.deepEqual(domains(['a.foo.test'], ['*.foo.test']), ['a.foo.test:8080']);
    assert.deepEqual(domains(['*'], ['*.foo.test']), ['*.foo.test:8080']);
    assert.deepEqual(domains(['*.foo.test'], ['foo.test']), ['blackhole:8080']);
  });

  it('may be kept for one namespace', () => {
    const domains = (...server: string[]) =>
      Object.keys(edge(gateway([http(server)]), rule('app/a', ['a.test'])).domains('http.8080'));
    assert.deepEqual(domains('app/a.test'), ['a.test:8080']);
    assert.deepEqual(domains('other/a.test'), ['blackhole:8080']);
    assert.deepEqual(domains('./a.test'), ['blackhole:8080']);
    assert.deepEqual(domains('*/a.test'), ['a.test:8080']);
    assert.deepEqual(domains('other/x.test', '*/*'), ['a.test:8080']);
  });

  it('answer 404 where no rule speaks of them: nothing passes through', () => {
    const { routes } = edge(gateway([http(['*'])]));
    assert.deepEqual(routes('http.8080').virtualHosts, [
      { name: 'blackhole:8080', domains: ['*'], routes: [] },
    ]);
  });

  it('need a rule that is bound to the gateway', () => {
    const { domains } = edge(gateway([http(['*'])]), rule('a', ['a.test'], { gateways: ['mesh'] }));
    assert.deepEqual(Object.keys(domains('http.8080')), ['blackhole:8080']);
  });

  it('with the very same routes become one virtual host under the most specific name', () => {
    const { domains } = edge(gateway([http(['*'])]), rule('a', ['b.test', 'A.test', '*.test']));
    assert.deepEqual(domains('http.8080'), { 'a.test:8080': ['a.test', 'b.test', '*.test'] });
  });

  it('stay apart where one of them must be https', () => {
    const { domains } = edge(
      gateway([http(['a.test'], { tls: { httpsRedirect: true } }), http(['b.test'])]),
      rule('a', ['a.test', 'b.test']),
    );
    assert.deepEqual(domains('http.8080'), { 'a.test:8080': ['a.test'], 'b.test:8080': ['b.test'] });
  });
});

describe('several VirtualServices for one host of a gateway', () => {
  const match = (prefix: string, name: string): NonNullable<VirtualService['http']> => [
    { name, match: [{ uri: { prefix } }], directResponse: { status: 200 } },
  ];

  it('follow one another by age, unlike in a sidecar', () => {
    const { virtualHost } = edge(
      gateway([http(['*'])]),
      rule('young', ['a.test'], { http: match('/young', 'young') }, 2),
      rule('old', ['a.test'], { http: match('/old', 'old') }, 1),
    );
    assert.deepEqual(
      virtualHost('http.8080', 'a.test:8080')?.routes?.map(({ name }) => name),
      ['old', 'young'],
    );
  });

  it('have their catch-alls moved behind all other routes', () => {
    const { answer, virtualHost } = edge(
      gateway([http(['*'])]),
      rule('old', ['a.test'], {}, 1),
      rule('young', ['a.test'], { http: match('/young', 'young') }, 2),
    );
    assert.equal(answer('http.8080', 'http://a.test/young')?.name, 'young');
    assert.equal(answer('http.8080', 'http://a.test/')?.name, 'old');
    assert.deepEqual(
      virtualHost('http.8080', 'a.test:8080')?.routes?.map(({ name }) => name),
      ['young', 'old'],
    );
  });

  it('do not lend each other routes across overlapping hosts', () => {
    const { answer } = edge(
      gateway([http(['*'])]),
      rule('wide', ['*.test']),
      rule('narrow', ['a.test'], { http: match('/only', 'narrow') }),
    );
    assert.equal(answer('http.8080', 'http://a.test/other'), undefined);
    assert.equal(answer('http.8080', 'http://b.test/other')?.name, 'wide');
  });
});

describe('servers that redirect to https', () => {
  it('do so for all their hosts, with a rule or without', () => {
    const { routes } = edge(
      gateway([http(['a.test', 'B.test'], { tls: { httpsRedirect: true } })]),
      rule('a', ['a.test']),
    );
    assert.deepEqual(
      routes('http.8080').virtualHosts?.map(({ name, requireTls, routes: own }) => [
        name,
        requireTls,
        own?.length,
      ]),
      [
        ['a.test:8080', 'ALL', 1],
        ['b.test:8080', 'ALL', 0],
      ],
    );
  });
});

describe('https servers', () => {
  const https: Server = {
    port: { number: 8443, protocol: 'HTTPS', name: 'https' },
    hosts: ['a.test'],
    tls: { mode: 'SIMPLE', credentialName: 'cert' },
  };

  it('have routes of their own, named after them', () => {
    const { domains } = edge(gateway([https]), rule('a', ['a.test']));
    assert.deepEqual(domains('https.8443.https.gw.edge'), { 'a.test:8443': ['a.test'] });
  });

  it('redirect to https unless the rule names a scheme', () => {
    const redirect = { http: [{ redirect: { uri: '/', port: 443 } }] };
    const route = edge(gateway([https]), rule('a', ['a.test'], redirect)).answer(
      'https.8443.https.gw.edge',
      'https://a.test/',
    );
    assert.equal(route?.redirect?.portRedirect, undefined);
  });
});

describe('a destination of a gateway’s rule', () => {
  const to = (host: string): Partial<VirtualService> => ({
    http: [{ route: [{ destination: { host } }] }],
  });

  it('without port means the only port of its service', () => {
    const single = serviceEntry('one.test', [{ number: 9080, protocol: 'HTTP' }]);
    const { cluster } = edge(gateway([http(['*'])]), single, rule('a', ['a.test'], to('one.test')));
    assert.equal(cluster('http.8080', 'http://a.test/'), 'outbound|9080||one.test');
  });

  it('means the port of the server where the service has several', () => {
    const several = serviceEntry('two.test', [
      { number: 9080, protocol: 'HTTP' },
      { number: 9081, protocol: 'HTTP' },
    ]);
    const { cluster } = edge(gateway([http(['*'])]), several, rule('a', ['a.test'], to('two.test')));
    assert.equal(cluster('http.8080', 'http://a.test/'), 'outbound|8080||two.test');
  });

  it('is matched against this gateway by name', () => {
    const only = (gateways: string[]) =>
      edge(
        gateway([http(['*'])]),
        rule('a', ['a.test'], {
          gateways: ['mesh', 'edge/gw'],
          http: [{ match: [{ gateways }], directResponse: { status: 200 } }],
        }),
      ).answer('http.8080', 'http://a.test/');
    assert.ok(only(['edge/gw']));
    assert.equal(only(['mesh']), undefined);
  });
});
