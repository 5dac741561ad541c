import { strict as assert } from 'node:assert';
import type { RouteConfiguration, VirtualHost } from '@inmesh/model';
import { explainRoutes } from '../../src/explain/explain-routes.js';
import { matchRequest } from '../../src/match/predicate.js';
import { selectRoute } from '../../src/route/select-route.js';
import { routeIndex } from '../listener/view.js';
import { head, request } from '../match/request.js';

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

describe('explainRoutes', () => {
  it('says why each earlier route did not match, and ends with the one that did', () => {
    const index = routeIndex(configuration(virtualHost()));
    const { virtualHost: name, routes, selection } = explainRoutes(index, request('/rest'));
    assert.equal(name, 'v');
    assert.deepEqual(
      routes.map((route) => [route.name, route.matched, route.reason]),
      [
        ['api', false, 'header x: expected to be present'],
        ['rest', true, undefined],
      ],
    );
    assert.equal(selection, selectRoute(index, request('/rest')));
  });

  it('lists all routes when none matched, and none without a virtual host', () => {
    const index = routeIndex(configuration(virtualHost()));
    assert.equal(explainRoutes(index, request('/')).routes.length, 2);
    const elsewhere = matchRequest(head('/', [], { authority: 'other.test' }), 0);
    assert.deepEqual(explainRoutes(index, elsewhere), {
      virtualHost: undefined,
      routes: [],
      selection: 'noVirtualHost',
    });
  });

  it('says why a virtual host is refused whole', () => {
    const index = routeIndex(
      configuration(virtualHost({ routes: [{ name: 'odd', match: { prefix: '/' } }] })),
    );
    const { routes, selection } = explainRoutes(index, request('/'));
    assert.equal(selection, 'noRoute');
    assert.equal(routes[0]?.reason, 'refused: route odd has no action');
  });

  it('hands on where the rule stands', () => {
    const source = { file: 'mesh.yaml', line: 7 };
    const routes = [
      { match: { prefix: '/' }, route: { cluster: 'c' }, metadata: { filterMetadata: { inmesh: source } } },
    ];
    const explanation = explainRoutes(routeIndex(configuration(virtualHost({ routes }))), request('/'));
    assert.deepEqual(explanation.routes[0]?.source, source);
  });
});
