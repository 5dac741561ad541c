import { strict as assert } from 'node:assert';
import {
  HeaderMap,
  type RequestHead,
  type Route,
  type RouteConfiguration,
  type VirtualHost,
} from '@inmesh/model';
import { compileRoute, type RouteOptions } from '../../src/route/compile-route.js';
import type { RouteEntry } from '../../src/route/route-entry.js';
import { head } from '../match/request.js';
import { streamOf } from './stream.js';

interface Levels {
  readonly virtualHost?: Partial<VirtualHost>;
  readonly configuration?: Partial<RouteConfiguration>;
  readonly suppressEnvoyHeaders?: boolean;
}

function entry(
  route: Partial<Route>,
  { virtualHost, configuration, suppressEnvoyHeaders = false }: Levels = {},
): RouteEntry {
  const options: RouteOptions = { configuration: { name: 'rc', ...configuration }, suppressEnvoyHeaders };
  return compileRoute(
    { match: { prefix: '/' }, route: { cluster: 'c' }, ...route },
    { name: 'v', domains: ['*'], ...virtualHost },
    options,
  );
}

function finalized(compiled: RouteEntry, request: RequestHead, random = 0): RequestHead {
  compiled.finalizeRequest(request, compiled.chooseCluster(request, random), streamOf(request));
  return request;
}

const add = (
  key: string,
  value: string,
  appendAction?: 'ADD_IF_ABSENT' | 'OVERWRITE_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS',
) => ({
  header: { key, value },
  ...(appendAction === undefined ? {} : { appendAction }),
});

describe('compileRoute', () => {
  describe('header mutations', () => {
    const set = (value: string) => ({ requestHeadersToAdd: [add('h', value, 'OVERWRITE_IF_EXISTS_OR_ADD')] });
    const levels = { virtualHost: set('host'), configuration: set('configuration') };

    it('let the least specific level have the last word', () => {
      assert.equal(finalized(entry(set('route'), levels), head('/')).headers.get('h'), 'configuration');
    });

    it('let the route win where the configuration says so, yet never the weighted cluster', () => {
      const clusters = [{ name: 'c', weight: 1, ...set('weighted') }];
      const configuration = { ...levels.configuration, mostSpecificHeaderMutationsWins: true };
      const route = { ...set('route'), route: { weightedClusters: { clusters } } };
      assert.equal(
        finalized(entry(route, { ...levels, configuration }), head('/')).headers.get('h'),
        'route',
      );
      const { requestHeadersToAdd: _, ...plain } = route;
      assert.equal(finalized(entry(plain), head('/')).headers.get('h'), 'weighted');
    });

    const mutate = (
      request: readonly string[],
      add_: Route['requestHeadersToAdd'],
      remove: string[] = [],
    ): string[] => {
      const route = { requestHeadersToAdd: add_ ?? [], requestHeadersToRemove: remove };
      return finalized(entry(route), head('/', request)).headers.lines;
    };

    it('remove before they format', () => {
      assert.deepEqual(mutate(['x-a', '1'], [add('x-b', '%REQ(x-a)%')], ['X-A']), []);
    });

    it('overwrite before they append, whatever the order of the list', () => {
      const list = [add('h', 'appended'), add('h', 'set', 'OVERWRITE_IF_EXISTS_OR_ADD')];
      assert.deepEqual(mutate(['h', 'old', 'h', 'older'], list), ['h', 'set', 'h', 'appended']);
    });

    it('judge absence before they write: two for one absent name both get added', () => {
      assert.deepEqual(mutate([], [add('h', '1', 'ADD_IF_ABSENT'), add('h', '2', 'ADD_IF_ABSENT')]), [
        'h',
        '1',
        'h',
        '2',
      ]);
      assert.deepEqual(mutate(['h', '0'], [add('h', '1', 'ADD_IF_ABSENT')]), ['h', '0']);
    });

    it('overwrite only what exists where they say so', () => {
      assert.deepEqual(mutate([], [add('h', '1', 'OVERWRITE_IF_EXISTS')]), []);
      assert.deepEqual(mutate(['h', '0'], [add('h', '1', 'OVERWRITE_IF_EXISTS')]), ['h', '1']);
      assert.deepEqual(mutate(['h', '0'], [{ header: { key: 'h', value: '1' }, append: false }]), ['h', '1']);
    });

    it('skip values that come out empty, unless they are to be kept', () => {
      assert.deepEqual(mutate(['h', '0'], [add('h', '%REQ(x)%', 'OVERWRITE_IF_EXISTS_OR_ADD')]), ['h', '0']);
      assert.deepEqual(mutate([], [{ ...add('h', ''), keepEmptyValue: true }]), ['h', '']);
    });

    it('join what has one line only, and add a line for all others', () => {
      assert.deepEqual(mutate(['accept', 'a'], [add('Accept', 'b')]), ['accept', 'a,b']);
      assert.deepEqual(mutate(['x-tag', 'a'], [add('X-Tag', 'b')]), ['x-tag', 'a', 'x-tag', 'b']);
    });

    it('reach responses of the route, with the request at hand', () => {
      const compiled = entry({
        responseHeadersToAdd: [add('x-path', '%REQ(:PATH)%')],
        responseHeadersToRemove: ['x-secret'],
      });
      const request = head('/a?b');
      const response = { status: 200, headers: new HeaderMap(['x-secret', '1']) };
      compiled.finalizeResponse(response, undefined, streamOf(request));
      assert.deepEqual(response.headers.lines, ['x-path', '/a?b']);
    });
  });

  describe('rewrites', () => {
    const path = (route: Partial<Route>, from: string): string => finalized(entry(route), head(from)).path;

    it('replace the matched prefix by the text as it stands', () => {
      const rewrite = (prefix: string, prefixRewrite: string) => ({
        match: { prefix },
        route: { cluster: 'c', prefixRewrite },
      });
      assert.equal(path(rewrite('/foo', '/'), '/foo/bar?x'), '//bar?x');
      assert.equal(path(rewrite('/foo', '/'), '/foo'), '/');
      assert.equal(path(rewrite('/foo/', '/'), '/foo/bar'), '/bar');
      assert.equal(
        path({ ...rewrite('/foo', '/b'), match: { prefix: '/foo', caseSensitive: false } }, '/FOO/x'),
        '/b/x',
      );
    });

    it('replace the whole path of exact and pattern matches', () => {
      const route = { cluster: 'c', prefixRewrite: '/new' };
      assert.equal(path({ match: { path: '/old' }, route }, '/old?x'), '/new?x');
      assert.equal(path({ match: { safeRegex: { regex: '/o.*' } }, route }, '/old/deep?x'), '/new?x');
    });

    it('replace every match of a pattern, with the groups of RE2', () => {
      const rewrite = (regex: string, substitution: string) => ({
        route: { cluster: 'c', regexRewrite: { pattern: { regex }, substitution } },
      });
      assert.equal(path(rewrite('/(\\w+)', '/\\1-\\1'), '/a/b?/c'), '/a-a/b-b?/c');
      assert.equal(path(rewrite('a|(b)', '[\\1]'), '/ab'), '/[][b]');
      assert.equal(path(rewrite('a', '$1\\\\\\0'), '/a'), '/$1\\a');
      assert.equal(path(rewrite('nothing', 'x'), '/a'), '/a');
    });

    it('keep the old path in a header, also when nothing came of the rewrite', () => {
      const route = {
        route: { cluster: 'c', regexRewrite: { pattern: { regex: 'nothing' }, substitution: '' } },
      };
      assert.equal(finalized(entry(route), head('/a?b')).headers.get('x-envoy-original-path'), '/a?b');
      const quiet = finalized(entry(route, { suppressEnvoyHeaders: true }), head('/a?b'));
      assert.equal(quiet.headers.get('x-envoy-original-path'), undefined);
    });

    it('set the host from a literal, a header or the path', () => {
      const host = (route: Route['route'], request = head('/a/b?c', ['x-host', 'from-header'])): string =>
        finalized(entry({ route: { cluster: 'c', ...route } }), request).authority;
      assert.equal(host({ hostRewriteLiteral: 'other.test' }), 'other.test');
      assert.equal(host({ hostRewriteHeader: 'X-Host' }), 'from-header');
      assert.equal(host({ hostRewriteHeader: 'x-none' }), 'shop.test');
      const pattern = { pattern: { regex: '^/(\\w+)/.*$' }, substitution: '\\1.test' };
      assert.equal(host({ hostRewritePathRegex: pattern }), 'a.test');
      const request = finalized(
        entry({ route: { cluster: 'c', hostRewriteLiteral: 'b', appendXForwardedHost: true } }),
        head('/'),
      );
      assert.equal(request.headers.get('x-envoy-original-host'), 'shop.test');
      assert.equal(request.headers.get('x-forwarded-host'), 'shop.test');
    });

    it('fill a template with what the match captured', () => {
      const typed = (fields: Record<string, string>) => ({
        name: 't',
        typedConfig: { '@type': 't', ...fields },
      });
      const route = {
        match: { pathMatchPolicy: typed({ pathTemplate: '/a/{x}/{rest=**}' }) },
        route: { cluster: 'c', pathRewritePolicy: typed({ pathTemplateRewrite: '/{rest}/{x}' }) },
      };
      assert.equal(path(route, '/a/1/b/c?q'), '/b/c/1?q');
    });
  });

  describe('redirects', () => {
    const location = (
      redirect: Route['redirect'],
      from = head('/a/b?q=1'),
      match: Route['match'] = { prefix: '/a' },
    ) =>
      entry({ match, redirect: redirect ?? {} })
        .reply(from, streamOf(from))
        .headers.get('location');
    const at = (authority: string, proto = 'http'): RequestHead =>
      head('/x', ['x-forwarded-proto', proto], { authority, scheme: proto === 'https' ? 'https' : 'http' });

    it('keep odd ports, and drop the default port of a scheme that changes', () => {
      assert.equal(location({ httpsRedirect: true }, at('a:8080')), 'https://a:8080/x');
      assert.equal(location({ httpsRedirect: true }, at('a:80')), 'https://a/x');
      assert.equal(location({ schemeRedirect: 'http' }, at('a:443', 'https')), 'http://a/x');
      assert.equal(location({ httpsRedirect: true }, at('[::1]:80')), 'https://[::1]/x');
    });

    it('take a host as it stands, and a port always', () => {
      assert.equal(location({ hostRedirect: 'b' }, at('a:8080')), 'http://b/x');
      assert.equal(location({ portRedirect: 443, httpsRedirect: true }, at('a:8080')), 'https://a:443/x');
    });

    it('keep the query of the request unless the path brings one or it is stripped', () => {
      assert.equal(location({ pathRedirect: '/n' }), 'http://shop.test/n?q=1');
      assert.equal(location({ pathRedirect: '/n?z=1', stripQuery: true }), 'http://shop.test/n?z=1');
      assert.equal(location({ pathRedirect: '/n', stripQuery: true }), 'http://shop.test/n');
      assert.equal(location({ stripQuery: true, hostRedirect: 'b' }), 'http://b/a/b');
    });

    it('rewrite the matched prefix, and begin with a slash', () => {
      assert.equal(location({ prefixRewrite: '/c' }), 'http://shop.test/c/b?q=1');
      assert.equal(location({ pathRedirect: 'n' }), 'http://shop.test/n?q=1');
    });

    it('answer with the status of the rule', () => {
      const { action, reply } = entry({ redirect: { responseCode: 'SEE_OTHER' } });
      assert.equal(action, 'redirect');
      assert.equal(reply(head('/'), streamOf(head('/'))).status, 303);
    });
  });

  it('answers directly, with its own address where the status asks for one', () => {
    const reply = (status: number) => {
      const request = head('/a', [], { authority: 'shop.test:8080' });
      return entry({ directResponse: { status, body: { inlineString: 'b' } } }).reply(
        request,
        streamOf(request),
      );
    };
    assert.equal(reply(418).body, 'b');
    assert.deepEqual(reply(418).headers.lines, []);
    assert.deepEqual(reply(201).headers.lines, ['location', 'http://shop.test:8080/a']);
    assert.deepEqual(reply(302).headers.lines, ['location', 'http://shop.test:8080/a']);
  });

  describe('cluster choice', () => {
    const choose = (route: Route['route'], random: number, lines: readonly string[] = []): string =>
      entry({ route: route ?? {} }).chooseCluster(head('/', lines), random).name;
    const clusters = [
      { name: 'a', weight: 10 },
      { name: 'never', weight: 0 },
      { name: 'b', weight: 30 },
    ];

    it('splits by half-open intervals over the sum of the weights', () => {
      const counts = new Map<string, number>();
      for (let random = 0; random < 4000; random++) {
        const name = choose({ weightedClusters: { clusters, totalWeight: 100 } }, random);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      assert.deepEqual(
        [...counts],
        [
          ['a', 1000],
          ['b', 3000],
        ],
      );
    });

    it('takes the number from a header that stands there once and is one', () => {
      const weightedClusters = { clusters, headerName: 'X-Shard' };
      assert.equal(choose({ weightedClusters }, 0, ['x-shard', '18446744073709551609']), 'a');
      assert.equal(choose({ weightedClusters }, 0, ['x-shard', '10']), 'b');
      assert.equal(choose({ weightedClusters }, 0, ['x-shard', '10', 'x-shard', '10']), 'a');
      assert.equal(choose({ weightedClusters }, 0, ['x-shard', '-1']), 'a');
    });

    it('takes the name from a header', () => {
      assert.equal(choose({ clusterHeader: 'x-cluster' }, 0, ['x-cluster', 'k']), 'k');
      assert.equal(choose({ clusterHeader: 'x-cluster' }, 0), '');
    });

    it('finds the most specific filter configuration', () => {
      const config = (from: string) => ({
        fault: { '@type': 't', from },
        ['__proto__']: { '@type': 't', from },
      });
      const route = {
        typedPerFilterConfig: config('route'),
        route: {
          weightedClusters: {
            clusters: [
              { name: 'a', weight: 1, typedPerFilterConfig: config('weighted') },
              { name: 'b', weight: 1 },
            ],
          },
        },
      };
      const compiled = entry(route, {
        virtualHost: { typedPerFilterConfig: { cors: { '@type': 't', from: 'host' } } },
      });
      assert.equal(compiled.chooseCluster(head('/'), 0).filterConfigs('fault')[0]?.config.from, 'weighted');
      assert.equal(compiled.chooseCluster(head('/'), 1).filterConfigs('fault')[0]?.config.from, 'route');
      assert.equal(compiled.chooseCluster(head('/'), 1).filterConfigs('cors')[0]?.config.from, 'host');
      assert.deepEqual(compiled.chooseCluster(head('/'), 1).filterConfigs('constructor'), []);
    });
  });

  describe('settings', () => {
    it('wait 15 seconds when nothing is said, and not at all once a stream has its own limit', () => {
      assert.equal(entry({}).timeoutMs, 15_000);
      assert.equal(entry({ route: { timeout: '0s' } }).timeoutMs, 0);
      const superseded = entry({ route: { timeout: '3s', maxGrpcTimeout: '0s', maxStreamDuration: {} } });
      assert.deepEqual([superseded.timeoutMs, superseded.maxGrpcTimeoutMs], [0, undefined]);
    });

    it('inherit whole messages from the virtual host, and the first list of mirrors that has any', () => {
      const virtualHost = { retryPolicy: { retryOn: '5xx' }, requestMirrorPolicies: [{ cluster: 'm' }] };
      const inherited = entry({ route: { requestMirrorPolicies: [] } }, { virtualHost });
      assert.deepEqual(inherited.retryPolicy, { retryOn: '5xx' });
      assert.deepEqual(inherited.mirrors, [{ cluster: 'm' }]);
      assert.deepEqual(entry({ route: { retryPolicy: {} } }, { virtualHost }).retryPolicy, {});
    });

    it('know a route without an action', () => {
      const { route: _, ...bare } = { match: { prefix: '/' }, route: undefined };
      const compiled = compileRoute(
        bare,
        { name: 'v', domains: [] },
        { configuration: { name: '' }, suppressEnvoyHeaders: false },
      );
      assert.equal(compiled.action, 'none');
    });
  });
});
