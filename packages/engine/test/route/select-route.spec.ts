import { strict as assert } from 'node:assert';
import type { RouteConfiguration, VirtualHost } from '@inmesh/model';
import { matchRequest } from '../../src/match/predicate.js';
import { selectRoute } from '../../src/route/select-route.js';
import { routeIndex } from '../listener/view.js';
import { head, request } from '../match/request.js';
import { streamOf } from './stream.js';

const virtualHost = (rest: Partial<VirtualHost> = {}): VirtualHost => ({
  name: 'v',
  domains: ['shop.test'],
  routes: [
    {
      name: 'api',
      match: { prefix: '/api', headers: [{ name: 'x', presentMatch: true }] },
      route: { cluster: 'api' },
    },
    { name: 'rest', match: { prefix: '/r' }, route: { cluster: 'rest' } },
  ],
  ...rest,
});
const configuration = (...virtualHosts: VirtualHost[]): RouteConfiguration => ({ name: 'rc', virtualHosts });

describe('selectRoute', () => {
  it('tells a missing virtual host from a missing route', () => {
    const index = routeIndex(configuration(virtualHost()));
    const elsewhere = matchRequest(head('/', [], { authority: 'other.test' }), 0);
    assert.equal(selectRoute(index, elsewhere), 'noVirtualHost');
    assert.equal(selectRoute(index, request('/')), 'noRoute');
  });

  it('does not fall through to the wildcard host when the exact one has no route', () => {
    const all = {
      name: 'all',
      domains: ['*'],
      routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }],
    };
    assert.equal(selectRoute(routeIndex(configuration(virtualHost(), all)), request('/')), 'noRoute');
  });

  it('answers the same compiled entry for the same virtual host, also in a new version of its configuration', () => {
    const host = virtualHost();
    const before = selectRoute(routeIndex(configuration(host)), request('/rest'));
    const after = selectRoute(
      routeIndex(configuration(host, { name: 'new', domains: ['new.test'] })),
      request('/rest'),
    );
    assert.notEqual(typeof before, 'string');
    assert.equal(after, before);
  });

  it('compiles anew when what stands above the virtual host has changed', () => {
    const host = virtualHost();
    const before = selectRoute(routeIndex(configuration(host)), request('/rest'));
    const changed = { ...configuration(host), requestHeadersToRemove: ['x'] };
    assert.notEqual(selectRoute(routeIndex(changed), request('/rest')), before);
  });

  it('redirects plain requests to a host that wants TLS, before any route', () => {
    const index = routeIndex(configuration(virtualHost({ requireTls: 'ALL' })));
    const plain = head('/none', ['x-forwarded-proto', 'http'], { authority: 'shop.test' });
    const entry = selectRoute(index, matchRequest(plain, 0));
    assert.ok(typeof entry === 'object' && entry.action === 'redirect');
    const { status, headers } = entry.reply(plain, streamOf(plain));
    assert.deepEqual([status, headers.lines], [301, ['location', 'https://shop.test/none']]);
    assert.equal(selectRoute(index, request('/none', ['x-forwarded-proto', 'https'])), 'noRoute');
  });

  it('spares internal requests where only external ones have to use TLS', () => {
    const index = routeIndex(configuration(virtualHost({ requireTls: 'EXTERNAL_ONLY' })));
    assert.equal(selectRoute(index, request('/', ['x-envoy-internal', 'true'])), 'noRoute');
    assert.notEqual(selectRoute(index, request('/')), 'noRoute');
  });

  it('puts no route of a virtual host in force that Envoy would refuse', () => {
    const all = { match: { prefix: '/' }, route: { cluster: 'c' } };
    const refused = [
      { match: { prefix: '/none' } },
      { match: { safeRegex: { regex: '(?=a)' } }, route: { cluster: 'c' } },
      {
        match: { prefix: '/', headers: [{ name: 'x', stringMatch: { safeRegex: { regex: '(' } } }] },
        redirect: {},
      },
      { match: { prefix: '/' }, route: { weightedClusters: { clusters: [{ name: 'c', weight: 0 }] } } },
    ];
    for (const route of refused) {
      const index = routeIndex(configuration(virtualHost({ routes: [all, route] })));
      assert.equal(selectRoute(index, request('/')), 'noRoute', JSON.stringify(route));
    }
  });

  it('keeps virtual hosts of one name apart', () => {
    const routes = (cluster: string) => [{ match: { prefix: '/' }, route: { cluster } }];
    const index = routeIndex(
      configuration(
        { name: 'v', domains: ['a.test'], routes: routes('a') },
        { name: 'v', domains: ['b.test'], routes: routes('b') },
      ),
    );
    const entry = selectRoute(index, matchRequest(head('/', [], { authority: 'b.test' }), 0));
    assert.ok(typeof entry === 'object');
    assert.equal(entry.chooseCluster(head('/'), 0).name, 'b');
  });
});
