import { strict as assert } from 'node:assert';
import type { HeaderMatcher, RouteMatch } from '@inmesh/model';
import fc from 'fast-check';
import { compileMatch, isGrpc, whyNot } from '../../src/match/compile-match.js';
import { matchRequest } from '../../src/match/predicate.js';
import { createRouteTable, indexedTable, linearTable } from '../../src/match/route-table.js';
import { head, request } from './request.js';

const first = (routes: readonly RouteMatch[], path: string, lines: readonly string[] = []): number =>
  createRouteTable(routes).first(request(path, lines));

describe('route table', () => {
  it('takes the first route that matches, not the most specific one', () => {
    assert.equal(first([{ prefix: '/' }, { path: '/login' }], '/login'), 0);
    const many = [
      ...Array.from({ length: 20 }, (_, i) => ({ path: `/${i}` })),
      { prefix: '/' },
      { path: '/login' },
    ];
    assert.equal(first(many, '/login'), 20);
  });

  it('compares prefixes as text, without regard to segments', () => {
    assert.equal(first([{ prefix: '/foo' }], '/foobar'), 0);
    assert.equal(first([{ prefix: '' }], '/x'), 0);
  });

  it('ends a separated prefix at a slash or the end', () => {
    const routes = [{ pathSeparatedPrefix: '/foo' }];
    assert.equal(first(routes, '/foobar'), -1);
    assert.equal(first(routes, '/foo'), 0);
    assert.equal(first(routes, '/foo/bar'), 0);
    assert.equal(first(routes, '/foo?x'), 0);
  });

  it('does not show query and fragment to path specifiers', () => {
    assert.equal(first([{ path: '/a?x=1' }], '/a?x=1'), -1);
    assert.equal(first([{ path: '/a' }], '/a?x=1'), 0);
    assert.equal(first([{ path: '/a' }], '/a#x?y'), 0);
  });

  it('anchors patterns at both ends and leaves their case alone', () => {
    assert.equal(first([{ safeRegex: { regex: '/api' } }], '/api/x'), -1);
    assert.equal(first([{ safeRegex: { regex: '/api' }, caseSensitive: false }], '/API'), -1);
    assert.equal(first([{ safeRegex: { regex: '(?i)/api.*' } }], '/API/x'), 0);
  });

  it('ignores case where the route says so', () => {
    assert.equal(first([{ prefix: '/Foo', caseSensitive: false }], '/fOO/x'), 0);
    assert.equal(first([{ path: '/Foo', caseSensitive: true }], '/foo'), -1);
  });

  it('matches a plain CONNECT by connect matchers only', () => {
    const routes = [{ prefix: '' }, { connectMatcher: {} }];
    const connect = matchRequest(head('', [], { method: 'CONNECT' }), 0);
    assert.equal(createRouteTable(routes).first(connect), 1);
  });

  it('matches templates by segments', () => {
    const template = (pathTemplate: string): RouteMatch => ({
      pathMatchPolicy: { name: 't', typedConfig: { '@type': 't', pathTemplate } },
    });
    assert.equal(first([template('/a/*/c')], '/a/b/c'), 0);
    assert.equal(first([template('/a/*/c')], '/a/b/d/c'), -1);
    assert.equal(first([template('/a/{x}/**')], '/a/b/c/d'), 0);
    assert.equal(first([template('/**.mpd')], '/a/b.mpd'), 0);
    for (const odd of ['a', '/**/a/**', '/*-*', '/{a}{b}', '/{a', `/${'a'.repeat(256)}`]) {
      assert.equal(first([template(odd)], '/a/b'), -1, odd);
    }
  });

  it('takes the share that a fraction names, by the number of the call', () => {
    const half = [{ prefix: '/', runtimeFraction: { defaultValue: { numerator: 50 } } }];
    assert.equal(createRouteTable(half).first(request('/', [], 49)), 0);
    assert.equal(createRouteTable(half).first(request('/', [], 50)), -1);
    assert.equal(createRouteTable(half).first(request('/', [], 149)), 0);
  });

  it('knows gRPC by its content type alone', () => {
    for (const [type, expected] of [
      ['application/grpc', true],
      ['application/grpc+proto', true],
      ['application/grpc-web', false],
      ['application/grpc; charset=utf-8', false],
      ['text/application/grpc', false],
    ] as const) {
      assert.equal(isGrpc(type), expected, type);
    }
  });

  it('asks for the caller certificate that a gateway saw', () => {
    const { path: _, ...match } = {
      path: '',
      prefix: '/',
      tlsContext: { presented: true, validated: false },
    };
    const table = createRouteTable([match]);
    assert.equal(table.first(matchRequest(head('/'), 0, { presented: true, validated: false })), 0);
    assert.equal(table.first(matchRequest(head('/'), 0, { presented: true, validated: true })), -1);
    assert.equal(table.first(request('/')), -1);
  });

  it('names the first condition that fails', () => {
    const match = compileMatch({ prefix: '/api', headers: [{ name: 'x', presentMatch: true }] });
    assert.equal(whyNot(match, request('/', [])), 'header x: expected to be present');
    assert.equal(whyNot(match, request('/', ['x', '1'])), 'path: expected prefix "/api", got "/"');
    assert.equal(whyNot(match, request('/api', ['x', '1'])), undefined);
  });

  describe('properties', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'A', '');
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    const conditions = fc.record(
      {
        headers: fc.constantFrom<HeaderMatcher[]>(
          [],
          [{ name: 'x', stringMatch: { exact: '1' } }],
          [{ name: 'y', presentMatch: false }],
        ),
      },
      { requiredKeys: [] },
    );
    const specifier = fc.oneof(
      path.map((value) => ({ path: value })),
      path.map((value) => ({ prefix: value })),
      path.map((value) => ({ prefix: value, caseSensitive: false })),
      path.map((value) => ({ pathSeparatedPrefix: value })),
      path.map((value) => ({ safeRegex: { regex: `${value}.*` } })),
    );
    const route = fc
      .tuple(specifier, conditions)
      .map(([where, others]): RouteMatch => ({ ...where, ...others }));
    const lines = fc
      .subarray([
        ['x', '1'],
        ['y', ''],
      ])
      .map((pairs) => pairs.flat());

    it('the index finds what a plain scan finds, for all routes and requests', () => {
      fc.assert(
        fc.property(fc.array(route, { maxLength: 40 }), path, lines, (routes, at, headers) => {
          const matches = routes.map(compileMatch);
          const asked = request(at, headers);
          assert.equal(indexedTable(matches).first(asked), linearTable(matches).first(asked));
        }),
        { numRuns: 2000 },
      );
    });

    it('a compiled match is what its fields say, for all requests', () => {
      fc.assert(
        fc.property(route, path, lines, (match, at, headers) => {
          const asked = request(at, headers);
          assert.equal(linearTable([compileMatch(match)]).first(asked) === 0, naive(match, at, headers));
        }),
        { numRuns: 2000 },
      );
    });
  });
});

function naive(match: RouteMatch, path: string, lines: readonly string[]): boolean {
  const fold = (text: string): string => (match.caseSensitive === false ? text.toLowerCase() : text);
  const separated = match.pathSeparatedPrefix;
  const pathHolds =
    (match.path !== undefined && path === match.path) ||
    (match.prefix !== undefined && fold(path).startsWith(fold(match.prefix))) ||
    (separated !== undefined && (path === separated || path.startsWith(`${separated}/`))) ||
    (match.safeRegex !== undefined && new RegExp(`^(?:${match.safeRegex.regex})$`).test(path));
  const headers = new Map(lines.flatMap((name, i) => (i % 2 === 0 ? [[name, lines[i + 1]] as const] : [])));
  return (
    pathHolds &&
    (match.headers ?? []).every((matcher) =>
      matcher.stringMatch === undefined
        ? headers.has(matcher.name) === matcher.presentMatch
        : headers.get(matcher.name) === matcher.stringMatch.exact,
    )
  );
}
