import { strict as assert } from 'node:assert';
import type {
  EnvoyConfigObjectPatch,
  PatchOperation,
  Route,
  RouteConfiguration,
  RouteConfigurationMatch,
  Struct,
  VirtualHost,
} from '@inmesh/model';
import { gatewayPorts } from '../../src/patch/match-route.js';
import type { RouteConfigurationIndex } from '../../src/route/route-configuration-index.js';
import { patchesOf } from './patches-of.js';

const outbound = { context: 'SIDECAR_OUTBOUND' } as const;

const routes: Route[] = [
  { name: 'a', match: { prefix: '/a' }, route: { cluster: 'a' } },
  { name: 'b', match: { prefix: '/b' }, redirect: { hostRedirect: 'b' } },
  { name: 'c', match: { prefix: '/' }, route: { cluster: 'c', timeout: '0s' } },
];
const shop: VirtualHost = { name: 'shop:80', domains: ['shop', 'shop:80'], routes };
const catchAll: VirtualHost = { name: 'allow_any', domains: ['*'], routes: [] };
const configuration: RouteConfiguration = { name: '80', virtualHosts: [shop, catchAll] };

function patched(base: RouteConfiguration, ...patches: EnvoyConfigObjectPatch[]): RouteConfiguration {
  return patchesOf(...patches).routeConfiguration(base, outbound);
}

/** The same as an index, of which it is counted what was compiled. */
function indexOf(base: RouteConfiguration): { index: RouteConfigurationIndex; compiled: string[] } {
  const { virtualHosts = [], ...options } = base;
  const compiled: string[] = [];
  const domains = new Map(
    virtualHosts.flatMap(({ name, domains }) => domains.map((d) => [d, name] as const)),
  );
  const virtualHost = (name: string): VirtualHost | undefined => {
    compiled.push(name);
    return virtualHosts.find((host) => host.name === name);
  };
  return { index: { name: base.name, options, domains, virtualHost }, compiled };
}

describe('patches of route configurations', () => {
  const merge = (routeConfiguration: RouteConfigurationMatch, operation: PatchOperation = 'MERGE') =>
    ({
      applyTo: 'ROUTE_CONFIGURATION',
      match: { routeConfiguration },
      patch: { operation, value: { request_headers_to_remove: ['x'] } },
    }) satisfies EnvoyConfigObjectPatch;
  const isMatched = (match: RouteConfigurationMatch, name = '80'): boolean =>
    patched({ name }, merge(match)).requestHeadersToRemove !== undefined;

  it('merge into those that they match by name and port', () => {
    assert.equal(isMatched({}), true);
    assert.equal(isMatched({ name: '80' }), true);
    assert.equal(isMatched({ name: '81' }), false);
    assert.equal(isMatched({ portNumber: 80 }), true);
    assert.equal(isMatched({ portNumber: 81 }), false);
  });

  it('find no port in names of hosts, but in those of inbound ones', () => {
    assert.equal(isMatched({ portNumber: 80 }, 'shop.test:80'), false);
    assert.equal(isMatched({ portNumber: 8080 }, 'inbound|8080||'), true);
  });

  it('neither add nor remove', () => {
    for (const operation of ['ADD', 'REMOVE', 'REPLACE', 'INSERT_FIRST'] as const) {
      assert.deepEqual(patched(configuration, merge({}, operation)), configuration);
    }
  });

  it('bring virtual hosts along, which are patched like the others', () => {
    const value = { virtual_hosts: [{ name: 'new', domains: ['new'] }] };
    const of = (operation: PatchOperation): unknown =>
      patched(
        configuration,
        { applyTo: 'ROUTE_CONFIGURATION', patch: { operation, value } },
        { applyTo: 'VIRTUAL_HOST', patch: { operation: 'MERGE', value: { require_tls: 'ALL' } } },
      ).virtualHosts?.map(({ name, requireTls }) => `${name} ${requireTls}`);
    assert.deepEqual(of('MERGE'), ['shop:80 ALL', 'allow_any ALL', 'new ALL']);
    assert.deepEqual(of('MERGE_AND_REPLACE_LIST'), ['new ALL']);
  });
});

describe('patches of route configurations of gateways', () => {
  const isMatched = (
    match: RouteConfigurationMatch,
    name: string,
    gatewayPorts?: ReadonlyMap<number, ReadonlySet<number>>,
  ): boolean => {
    const base = { name };
    const value = { request_headers_to_remove: ['x'] };
    return (
      patchesOf({
        applyTo: 'ROUTE_CONFIGURATION',
        match: { context: 'GATEWAY', routeConfiguration: match },
        patch: { operation: 'MERGE', value },
      }).routeConfiguration(base, {
        context: 'GATEWAY',
        ...(gatewayPorts && { gatewayPorts }),
      }) !== base
    );
  };

  it('are matched by the port of the server', () => {
    assert.equal(isMatched({ portNumber: 8080 }, 'http.8080'), true);
    assert.equal(isMatched({ portNumber: 80 }, 'http.8080'), false);
    assert.equal(isMatched({ portNumber: 443 }, 'https.443.https.edge.istio-gw'), true);
  });

  it('are matched by the ports of Services in front of it, where there are some', () => {
    const ports = new Map([[8080, new Set([80])]]);
    assert.equal(isMatched({ portNumber: 80 }, 'http.8080', ports), true);
    assert.equal(isMatched({ portNumber: 8080 }, 'http.8080', ports), false);
  });

  it('learn those ports from the servers of the gateway', () => {
    const ports = gatewayPorts(
      new Map([
        ['http.8080', [{ port: 80 }, { port: 8000 }]],
        ['https.443.web.edge.istio-gw', [{ port: 443 }]],
      ]),
    );
    assert.deepEqual([...(ports.get(8080) ?? [])], [80, 8000]);
    assert.deepEqual([...(ports.get(443) ?? [])], [443]);
  });

  it('tell server and gateway apart for HTTPS only', () => {
    const https = 'https.443.web.edge.istio-gw';
    assert.equal(isMatched({ portName: 'web', gateway: 'istio-gw/edge' }, https), true);
    assert.equal(isMatched({ portName: 'other' }, https), false);
    assert.equal(isMatched({ gateway: 'edge' }, https), false);
    assert.equal(isMatched({ portName: 'web' }, `${https}.1.2.3.4`), false, 'a bind hides all of it');
    assert.equal(isMatched({ portName: 'web' }, 'http.8080'), false);
    assert.equal(isMatched({ gateway: 'istio-gw/edge' }, 'http.8080'), false);
  });
});

describe('patches of virtual hosts', () => {
  const host = (operation: PatchOperation, vhost: RouteConfigurationMatch['vhost'], value: Struct = {}) =>
    ({
      applyTo: 'VIRTUAL_HOST',
      match: { routeConfiguration: { vhost: vhost ?? {} } },
      patch: { operation, value },
    }) satisfies EnvoyConfigObjectPatch;
  const names = (...patches: EnvoyConfigObjectPatch[]): unknown =>
    patched(configuration, ...patches).virtualHosts?.map(({ name }) => name);

  it('merge by name or by one of the domains', () => {
    const value = { require_tls: 'ALL' };
    const touched = (vhost: RouteConfigurationMatch['vhost']): unknown =>
      patched(configuration, host('MERGE', vhost, value))
        .virtualHosts?.filter(({ requireTls }) => requireTls === 'ALL')
        .map(({ name }) => name);
    assert.deepEqual(touched({ name: 'shop:80' }), ['shop:80']);
    assert.deepEqual(touched({ domainName: 'shop' }), ['shop:80']);
    assert.deepEqual(touched({ name: 'shop:80', domainName: '*' }), []);
    assert.deepEqual(touched({}), ['shop:80', 'allow_any']);
  });

  it('are added behind all others, unpatched', () => {
    const added = host('ADD', {}, { name: 'new', domains: ['new'] });
    const merge = host('MERGE', {}, { require_tls: 'ALL' });
    assert.deepEqual(patched(configuration, added, merge).virtualHosts?.at(-1), {
      name: 'new',
      domains: ['new'],
    });
    assert.deepEqual(names({ ...added, patch: { ...added.patch, operation: 'INSERT_FIRST' } }), [
      'shop:80',
      'allow_any',
      'new',
    ]);
  });

  it('are removed, with an added one of the same name', () => {
    assert.deepEqual(names(host('REMOVE', { name: 'shop:80' })), ['allow_any']);
    assert.deepEqual(names(host('REMOVE', { name: 'shop:80' }), host('ADD', {}, { name: 'shop:80' })), [
      'allow_any',
    ]);
  });

  it('are replaced, and later patches go by the new name', () => {
    const [replaced] =
      patched(
        configuration,
        host('REPLACE', { name: 'shop:80' }, { name: 'new', domains: ['shop'] }),
        host('MERGE', { name: 'shop:80' }, { require_tls: 'ALL' }),
        host('MERGE', { name: 'new' }, { request_headers_to_remove: ['x'] }),
      ).virtualHosts ?? [];
    assert.deepEqual(replaced, { name: 'new', domains: ['shop'], requestHeadersToRemove: ['x'] });
  });
});

describe('patches of routes', () => {
  type RouteMatch = NonNullable<RouteConfigurationMatch['vhost']>['route'];
  const route = (
    operation: PatchOperation,
    match?: RouteMatch,
    value: Struct = { name: 'x', match: { path: '/x' } },
  ) =>
    ({
      applyTo: 'HTTP_ROUTE',
      match: { routeConfiguration: { vhost: { name: 'shop:80', ...(match && { route: match }) } } },
      patch: { operation, value },
    }) satisfies EnvoyConfigObjectPatch;
  const routesAfter = (...patches: EnvoyConfigObjectPatch[]): readonly Route[] =>
    patched(configuration, ...patches).virtualHosts?.[0]?.routes ?? [];
  const names = (...patches: EnvoyConfigObjectPatch[]): string =>
    routesAfter(...patches)
      .map(({ name }) => name)
      .join('');

  it('merge into every route of the virtual host, or the one that they name', () => {
    const merge = (match?: RouteMatch) => route('MERGE', match, { request_headers_to_remove: ['x'] });
    const touched = (match?: RouteMatch): string =>
      routesAfter(merge(match))
        .filter(({ requestHeadersToRemove }) => requestHeadersToRemove !== undefined)
        .map(({ name }) => name)
        .join('');
    assert.equal(touched(), 'abc');
    assert.equal(touched({ name: 'b' }), 'b');
    assert.equal(touched({ action: 'REDIRECT' }), 'b');
    assert.equal(touched({ action: 'ROUTE' }), 'ac');
    assert.equal(touched({ action: 'ANY' }), 'abc');
    assert.equal(touched({ name: 'a', action: 'REDIRECT' }), '');
    assert.equal(touched({ action: 'DIRECT_RESPONSE' }), '');
  });

  it('reach direct responses by their action, and routes without any by every action', () => {
    const odd: Route[] = [
      { name: 'direct', match: { prefix: '/d' }, directResponse: { status: 404 } },
      { name: 'none', match: { prefix: '/n' } },
    ];
    const base = { name: '80', virtualHosts: [{ ...shop, routes: odd }] };
    const left = (action: NonNullable<RouteMatch>['action'] & string): unknown =>
      patched(base, route('REMOVE', { action })).virtualHosts?.[0]?.routes?.map(({ name }) => name);
    assert.deepEqual(left('DIRECT_RESPONSE'), []);
    assert.deepEqual(left('ROUTE'), ['direct']);
  });

  it('leave other virtual hosts as they are', () => {
    assert.equal(patched(configuration, route('ADD')).virtualHosts?.[1], catchAll);
  });

  it('replace the timeout, also by none at all', () => {
    const [first] = routesAfter(route('MERGE', { name: 'a' }, { route: { timeout: '3s' } }));
    assert.deepEqual(first?.route, { cluster: 'a', timeout: '3s' });
  });

  it('are added behind, first in front, or next to the one that is named', () => {
    assert.equal(names(route('ADD')), 'abcx');
    assert.equal(names(route('INSERT_FIRST')), 'xabc');
    assert.equal(names(route('INSERT_BEFORE')), 'xabc');
    assert.equal(names(route('INSERT_AFTER')), 'abcx');
    assert.equal(names(route('INSERT_BEFORE', { name: 'b' })), 'axbc');
    assert.equal(names(route('INSERT_AFTER', { name: 'b' })), 'abxc');
    assert.equal(names(route('INSERT_BEFORE', { name: 'missing' })), 'abc');
  });

  it('are inserted first only when the one that is named is there', () => {
    assert.equal(names(route('INSERT_FIRST', { name: 'b' })), 'xabc');
    assert.equal(names(route('INSERT_FIRST', { name: 'missing' })), 'abc');
  });

  it('are removed, but never replaced', () => {
    assert.equal(names(route('REMOVE', { name: 'b' })), 'ac');
    assert.deepEqual(routesAfter(route('REMOVE')), []);
    assert.equal(names(route('REPLACE', { name: 'b' })), 'abc');
  });

  it('stay when a patch added them, whatever is removed', () => {
    assert.equal(names(route('ADD'), route('REMOVE', { name: 'x' })), 'abcx');
  });

  it('do not change what other patches add', () => {
    const added = routesAfter(route('ADD'), route('MERGE', undefined, { request_headers_to_remove: ['x'] }));
    assert.deepEqual(added.at(-1), { name: 'x', match: { path: '/x' } });
  });
});

describe('a patched index of virtual hosts', () => {
  const patchIndex = (base: RouteConfiguration, ...patches: EnvoyConfigObjectPatch[]) => {
    const { index, compiled } = indexOf(base);
    return { index: patchesOf(...patches).routeIndex(index, outbound), before: index, compiled };
  };
  const host = (operation: PatchOperation, name: string, value: Struct = {}): EnvoyConfigObjectPatch => ({
    applyTo: 'VIRTUAL_HOST',
    match: { routeConfiguration: { vhost: { name } } },
    patch: { operation, value },
  });

  it('compiles nothing before it is asked', () => {
    const { index, compiled } = patchIndex(configuration, host('MERGE', 'shop:80', { domains: ['extra'] }));
    assert.equal(index.domains.get('extra'), 'shop:80');
    assert.deepEqual(compiled, []);
    assert.deepEqual(index.virtualHost('shop:80')?.domains, ['shop', 'shop:80', 'extra']);
    assert.deepEqual(compiled, ['shop:80']);
  });

  it('forgets the domains of what was removed', () => {
    const { index } = patchIndex(configuration, host('REMOVE', 'shop:80'));
    assert.deepEqual([...index.domains], [['*', 'allow_any']]);
    assert.equal(index.virtualHost('shop:80'), undefined);
  });

  it('knows what was added, without taking a domain from a generated one', () => {
    const { index } = patchIndex(configuration, host('ADD', '', { name: 'new', domains: ['new', 'shop'] }));
    assert.equal(index.domains.get('new'), 'new');
    assert.equal(index.domains.get('shop'), 'shop:80');
    assert.deepEqual(index.virtualHost('new'), { name: 'new', domains: ['new', 'shop'] });
  });

  it('answers for a replaced virtual host under its new name', () => {
    const { index } = patchIndex(configuration, host('REPLACE', 'shop:80', { name: 'new', domains: ['x'] }));
    assert.equal(index.domains.get('x'), 'new');
    assert.equal(index.domains.has('shop'), false);
    assert.deepEqual(index.virtualHost('new'), { name: 'new', domains: ['x'] });
  });

  it('is the same index when no patch means it', () => {
    const patch = {
      applyTo: 'HTTP_ROUTE',
      match: { routeConfiguration: { name: '81' } },
      patch: { operation: 'REMOVE' },
    } as const;
    const { index, before } = patchIndex(configuration, patch);
    assert.equal(index, before);
  });

  it('answers equal objects for equal objects, across indexes', () => {
    const patches = patchesOf(host('MERGE', 'shop:80', { require_tls: 'ALL' }));
    const first = patches.routeIndex(indexOf(configuration).index, outbound);
    const second = patches.routeIndex(indexOf(configuration).index, outbound);
    assert.notEqual(first, second);
    assert.equal(first.virtualHost('shop:80'), second.virtualHost('shop:80'));
  });

  it('agrees with patching the whole at once', () => {
    const patches = [
      host('MERGE', 'shop:80', { domains: ['extra'], require_tls: 'ALL' }),
      host('ADD', '', { name: 'new', domains: ['new'] }),
      host('REMOVE', 'allow_any'),
      { applyTo: 'HTTP_ROUTE', patch: { operation: 'INSERT_FIRST', value: { name: 'x' } } } as const,
    ];
    const { index } = patchIndex(configuration, ...patches);
    const hosts = [...new Set(index.domains.values())].map((name) => index.virtualHost(name));
    assert.deepEqual(hosts, patched(configuration, ...patches).virtualHosts);
  });
});
