import { strict as assert } from 'node:assert';
import type { VirtualService } from '@inmesh/model';
import { kubernetesService, resource, serviceEntry, world } from './world.js';

/** Sends everything to one host, so that who answers tells which rule won. */
const to = (host: string): NonNullable<VirtualService['http']> => [{ route: [{ destination: { host } }] }];

const http = [{ number: 8080, protocol: 'HTTP' }];
const sinks = ['one.test', 'two.test'].map((host) => serviceEntry(host, http));

describe('who owns a host of the mesh', () => {
  it('is the older VirtualService when two name it; the younger says nothing', () => {
    const { cluster, virtualHost } = world([
      ...sinks,
      serviceEntry('a.test', http),
      resource(
        'VirtualService',
        'young',
        {
          hosts: ['a.test'],
          http: [{ match: [{ uri: { prefix: '/only' } }], route: [{ destination: { host: 'two.test' } }] }],
        },
        { created: 2 },
      ),
      resource('VirtualService', 'old', { hosts: ['a.test'], http: to('one.test') }, { created: 1 }),
    ]);
    assert.equal(cluster('8080', 'http://a.test/'), 'outbound|8080||one.test');
    assert.equal(cluster('8080', 'http://a.test/only'), 'outbound|8080||one.test');
    assert.equal(virtualHost('8080', 'a.test:8080')?.routes?.length, 1);
  });

  it('is of equally old VirtualServices the first by name', () => {
    const { cluster } = world([
      ...sinks,
      serviceEntry('a.test', http),
      resource('VirtualService', 'b', { hosts: ['a.test'], http: to('two.test') }),
      resource('VirtualService', 'a', { hosts: ['a.test'], http: to('one.test') }),
    ]);
    assert.equal(cluster('8080', 'http://a.test/'), 'outbound|8080||one.test');
  });

  it('is the exact name before any wildcard, whatever their age', () => {
    const { cluster } = world([
      ...sinks,
      serviceEntry('a.shop.test', http),
      resource('VirtualService', 'wide', { hosts: ['*.shop.test'], http: to('one.test') }, { created: 1 }),
      resource('VirtualService', 'exact', { hosts: ['a.shop.test'], http: to('two.test') }, { created: 2 }),
    ]);
    assert.equal(cluster('8080', 'http://a.shop.test/'), 'outbound|8080||two.test');
  });

  it('is the longer wildcard before the shorter one', () => {
    const { cluster } = world([
      ...sinks,
      serviceEntry('x.a.shop.test', http),
      resource('VirtualService', 'wide', { hosts: ['*.shop.test'], http: to('one.test') }, { created: 1 }),
      resource(
        'VirtualService',
        'narrow',
        { hosts: ['*.a.shop.test'], http: to('two.test') },
        { created: 2 },
      ),
    ]);
    assert.equal(cluster('8080', 'http://x.a.shop.test/'), 'outbound|8080||two.test');
  });
});

describe('hosts that no service bears', () => {
  const rule = (...hosts: string[]) => resource('VirtualService', 'rule', { hosts, http: to('one.test') });
  const onBoth = [{ number: 80, protocol: 'HTTP' }, ...http];

  it('exist on port 80 and nowhere else', () => {
    const { domains } = world([serviceEntry('one.test', onBoth), rule('Book.Test')]);
    assert.deepEqual(domains('80')['book.test:80'], ['book.test']);
    assert.equal(domains('8080')['book.test:8080'], undefined);
  });

  it('follow a sibling that is a service to its port', () => {
    const { domains } = world([
      serviceEntry('one.test', onBoth),
      serviceEntry('a.test', http),
      rule('book.test', 'a.test'),
    ]);
    assert.deepEqual(domains('8080')['book.test:8080'], ['book.test']);
    assert.deepEqual(domains('80')['book.test:80'], ['book.test']);
  });

  it('hide behind a wildcard that covers a service: only the service is there', () => {
    const { domains, cluster } = world([
      serviceEntry('one.test', http),
      serviceEntry('a.shop.test', http),
      rule('*.shop.test'),
    ]);
    assert.equal(domains('8080')['*.shop.test:8080'], undefined);
    assert.equal(cluster('8080', 'http://a.shop.test/'), 'outbound|8080||one.test');
    assert.equal(cluster('8080', 'http://unknown.shop.test/'), 'PassthroughCluster');
  });

  it('keep a wildcard that covers no service, on port 80', () => {
    const { domains } = world([serviceEntry('one.test', onBoth), rule('*.shop.test')]);
    assert.deepEqual(domains('80')['*.shop.test:80'], ['*.shop.test']);
  });
});

describe('the names of a service', () => {
  const reviews = (name: string, port = 9080) =>
    kubernetesService(name, [{ number: port, name: 'http' }], { clusterIP: '10.96.0.9' });

  it('are all its short forms for callers of its namespace', () => {
    assert.deepEqual(world([reviews('app/reviews')]).domains('9080')['reviews.app.svc.cluster.local:9080'], [
      'reviews.app.svc.cluster.local',
      'reviews.app.svc.cluster.local.',
      'reviews',
      'reviews.app',
      'reviews.app.svc',
      '10.96.0.9',
    ]);
  });

  it('need the namespace for others', () => {
    assert.deepEqual(
      world([reviews('other/reviews')]).domains('9080')['reviews.other.svc.cluster.local:9080'],
      [
        'reviews.other.svc.cluster.local',
        'reviews.other.svc.cluster.local.',
        'reviews.other',
        'reviews.other.svc',
        '10.96.0.9',
      ],
    );
  });

  it('reach the pods of a headless service too, and have no address', () => {
    const domains = world([
      kubernetesService('app/db', [{ number: 9080, name: 'http' }], { clusterIP: 'None' }),
    ]).domains('9080')['db.app.svc.cluster.local:9080'];
    assert.ok(domains?.includes('*.db.app.svc.cluster.local'));
    assert.ok(domains?.includes('*.db'));
    assert.equal(domains?.includes('0.0.0.0'), false);
  });

  it('include those of an ExternalName service that stands for it', () => {
    const alias = resource('Service', 'app/alias', {
      type: 'ExternalName',
      externalName: 'reviews.app.svc.cluster.local',
      ports: [{ name: 'http', port: 9080 }],
    });
    const { domains } = world([reviews('app/reviews'), alias]);
    assert.equal(domains('9080')['alias.app.svc.cluster.local:9080'], undefined);
    assert.ok(domains('9080')['reviews.app.svc.cluster.local:9080']?.includes('alias.app'));
  });

  it('belong to the first service that has them, whatever the case', () => {
    const { domains } = world([
      serviceEntry('a.test', http, { addresses: ['10.5.0.1'], created: 1 }),
      serviceEntry('b.test', http, { addresses: ['10.5.0.1'], created: 2 }),
    ]);
    assert.deepEqual(domains('8080')['a.test:8080'], ['a.test', 'a.test.', '10.5.0.1']);
    assert.deepEqual(domains('8080')['b.test:8080'], ['b.test', 'b.test.']);
  });

  it('yield a short form to a service that bears it in full', () => {
    const { domains } = world([
      kubernetesService('app/shop', [{ number: 8080, name: 'http' }]),
      serviceEntry('shop.app', http),
    ]);
    assert.deepEqual(domains('8080')['shop.app:8080'], ['shop.app', 'shop.app.']);
    assert.equal(domains('8080')['shop.app.svc.cluster.local:8080']?.includes('shop.app'), false);
  });

  it('may be those of properties that every object has', () => {
    const { domains } = world([serviceEntry('constructor', http), serviceEntry('__proto__', http)]);
    assert.deepEqual(Object.keys(domains('8080')).sort(), [
      '__proto__:8080',
      'allow_any',
      'constructor:8080',
    ]);
  });
});

describe('strangers', () => {
  const answer = (mesh: NonNullable<Parameters<typeof world>[1]>['mesh']) =>
    world([serviceEntry('a.test', http)], mesh ? { mesh } : {}).answer('8080', 'http://stranger.test/');

  it('pass through by default', () => {
    assert.equal(answer(undefined)?.name, 'allow_any');
    assert.equal(answer(undefined)?.route?.cluster, 'PassthroughCluster');
  });

  it('are refused with 502 when only the registry counts', () => {
    const route = answer({ outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
    assert.equal(route?.name, 'block_all');
    assert.deepEqual(route?.directResponse, { status: 502 });
  });

  it('are resolved by name with dynamic DNS', () => {
    const route = answer({ outboundTrafficPolicy: { mode: 'ALLOW_ANY_DYNAMIC_DNS' } });
    assert.equal(route?.route?.cluster, 'AllowAnyDynamicDNSCluster');
  });
});

describe('a port whose protocol is detected', () => {
  const { routes } = world([
    kubernetesService('app/plain', [{ number: 9000, name: 'web' }], { clusterIP: '10.96.0.20' }),
    serviceEntry('shared.test', [{ number: 9000 }]),
  ]);

  it('has routes of its own on the address of its service, for whatever host', () => {
    const own = routes('plain.app.svc.cluster.local:9000').virtualHosts;
    assert.deepEqual(
      own?.map(({ name, domains }) => [name, domains]),
      [['plain.app.svc.cluster.local:9000', ['*']]],
    );
  });

  it('shares those of the port where it has no address', () => {
    assert.ok(routes('9000').virtualHosts?.some(({ name }) => name === 'shared.test:9000'));
  });
});

describe('a destination without port', () => {
  const b = serviceEntry('b.test', [{ number: 80, protocol: 'HTTP' }]);
  const rule = resource('VirtualService', 'rule', { hosts: ['a.test'], http: to('b.test') });

  it('means the port of the listener, even where the service has but another', () => {
    const { cluster } = world([serviceEntry('a.test', http), b, rule]);
    assert.equal(cluster('8080', 'http://a.test/'), 'outbound|8080||b.test');
  });

  it('that is an alias means the service behind it', () => {
    const alias = resource('Service', 'app/alias', {
      type: 'ExternalName',
      externalName: 'a.test',
      ports: [{ name: 'http', port: 8080 }],
    });
    const { cluster } = world([
      serviceEntry('a.test', http),
      serviceEntry('c.test', http),
      alias,
      resource('VirtualService', 'rule', { hosts: ['c.test'], http: to('alias') }),
    ]);
    assert.equal(cluster('8080', 'http://c.test/'), 'outbound|8080||a.test');
  });
});

describe('listeners that serve all ports', () => {
  const sidecar = resource('Sidecar', 'default', {
    egress: [{ port: { number: 15_080, protocol: 'HTTP_PROXY', name: 'proxy' }, hosts: ['*/*'] }],
  });

  it('tell hosts apart by port, and take a name without port for port 80', () => {
    const { domains } = world([sidecar, serviceEntry('a.test', [{ number: 80, protocol: 'HTTP' }, ...http])]);
    assert.deepEqual(domains('15080')['a.test:80'], ['a.test', 'a.test:80', 'a.test.', 'a.test.:80']);
    assert.deepEqual(domains('15080')['a.test:8080'], ['a.test:8080', 'a.test.:8080']);
  });
});
