import { strict as assert } from 'node:assert';
import type { Mesh } from 'inmesh';
import { closeAll, get, meshOf, policy, rules, service, tally, type Upstream, upstream } from './support.js';

/** Which rule takes a request, and what it does to it. */
describe('rules in force: routing', () => {
  let v1: Upstream;
  let v2: Upstream;
  const subsets = (host: string): string =>
    policy(host, 'subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]');
  const to = (subset: string, more = ''): string =>
    `{destination: {host: reviews.test, subset: ${subset}}${more}}`;
  const meshWith = async (http: string, options = {}): Promise<Mesh> =>
    meshOf(
      service('reviews.test', [v1, v2]) + subsets('reviews.test') + rules('reviews.test', http),
      options,
    );

  beforeEach(async () => {
    [v1, v2] = [await upstream('v1'), await upstream('v2')];
  });
  afterEach(closeAll);

  describe('hosts', () => {
    it('may be wildcards', async () => {
      const mesh = await meshOf(
        service('reviews.test', [v1]) +
          rules('*.wild.test', '[{route: [{destination: {host: reviews.test}}]}]'),
        { meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } },
      );
      assert.equal((await get(mesh, 'http://any.wild.test/')).name, 'v1');
    });

    it('are completed with the namespace of the rule where they are short', async () => {
      const mesh = await meshOf(
        service('reviews.shop.svc.cluster.local', [v1, v2]) +
          policy('reviews', 'subsets: [{name: v2, labels: {version: v2}}]') +
          rules('reviews', '[{route: [{destination: {host: reviews, subset: v2}}]}]'),
      );
      assert.deepEqual(await tally(mesh, 'http://reviews.shop.svc.cluster.local/', 5), { v2: 5 });
    });

    it('stand for several services behind one', async () => {
      const mesh = await meshOf(
        service('reviews.test', [v1]) +
          service('ratings.test', [v2]) +
          rules(
            'front.test',
            '[{match: [{uri: {prefix: /reviews}}], route: [{destination: {host: reviews.test}}]}, {match: [{uri: {prefix: /ratings}}], route: [{destination: {host: ratings.test}}]}]',
          ) +
          service('front.test', []),
      );
      assert.equal((await get(mesh, 'http://front.test/reviews/1')).name, 'v1');
      assert.equal((await get(mesh, 'http://front.test/ratings/1')).name, 'v2');
      assert.equal((await get(mesh, 'http://front.test/other')).status, 404);
    });
  });

  const matches: [
    what: string,
    match: string,
    url: string,
    init: RequestInit,
    otherwise: [string, RequestInit],
  ][] = [
    ['the exact uri', 'uri: {exact: /a}', '/a', {}, ['/a/', {}]],
    ['a prefix of the uri', 'uri: {prefix: /a}', '/abc', {}, ['/b', {}]],
    ['a pattern of the uri', 'uri: {regex: "/v[0-9]+"}', '/v12', {}, ['/v12x', {}]],
    ['a header', 'headers: {end-user: {exact: jason}}', '/', { headers: { 'end-user': 'jason' } }, ['/', {}]],
    ['the method', 'method: {exact: POST}', '/', { method: 'POST' }, ['/', {}]],
    ['a query parameter', 'queryParams: {debug: {exact: "1"}}', '/?debug=1', {}, ['/?debug=2', {}]],
    [
      'the authority',
      'authority: {exact: reviews.test}',
      '/',
      {},
      ['/', { headers: { host: 'reviews.test:80' } }],
    ],
  ];
  for (const [what, match, url, init, [otherUrl, otherInit]] of matches) {
    it(`matches by ${what}`, async () => {
      const mesh = await meshWith(`[{match: [{${match}}], route: [${to('v2')}]}, {route: [${to('v1')}]}]`);
      assert.equal((await get(mesh, `http://reviews.test${url}`, init)).name, 'v2');
      if (what !== 'the authority')
        assert.equal((await get(mesh, `http://reviews.test${otherUrl}`, otherInit)).name, 'v1');
    });
  }

  it('matches by port, and by the labels of who calls', async () => {
    const http = `[{match: [{port: 80, sourceLabels: {app: web}}], route: [${to('v2')}]}, {route: [${to('v1')}]}]`;
    assert.equal((await get(await meshWith(http), 'http://reviews.test/')).name, 'v2');
    const other = await meshWith(http, { workload: { namespace: 'shop', labels: { app: 'batch' } } });
    assert.equal((await get(other, 'http://reviews.test/')).name, 'v1');
  });

  it('lets the first rule win that matches', async () => {
    const mesh = await meshWith(
      `[{match: [{uri: {prefix: /}}], route: [${to('v1')}]}, {match: [{uri: {exact: /a}}], route: [${to('v2')}]}]`,
    );
    assert.equal((await get(mesh, 'http://reviews.test/a')).name, 'v1');
  });

  it('splits by weight', async () => {
    const mesh = await meshWith(`[{route: [${to('v1', ', weight: 80')}, ${to('v2', ', weight: 20')}]}]`);
    const { v2: share = 0 } = await tally(mesh, 'http://reviews.test/', 200);
    assert.ok(share > 15 && share < 70, `${share} of 200 where 40 are expected`);
  });

  it('operates on headers of requests and responses', async () => {
    const mesh = await meshWith(
      `[{headers: {request: {set: {x-set: a}, add: {x-add: b}, remove: [x-gone]}, response: {set: {x-served: mesh}}}, route: [${to('v1')}]}]`,
    );
    const { headers, response } = await get(mesh, 'http://reviews.test/', {
      headers: { 'x-gone': '1', 'x-set': 'old' },
    });
    assert.deepEqual([headers['x-set'], headers['x-add'], headers['x-gone']], ['a', 'b', undefined]);
    assert.equal(response.headers.get('x-served'), 'mesh');
  });

  it('rewrites path and authority', async () => {
    const mesh = await meshWith(
      `[{match: [{uri: {prefix: /old/}}], rewrite: {uri: /new/, authority: other.test}, route: [${to('v1')}]}]`,
    );
    const { path, authority } = await get(mesh, 'http://reviews.test/old/a?b');
    assert.deepEqual([path, authority], ['/new/a?b', 'other.test']);
  });

  it('redirects, and a fetch that follows comes under the rules again', async () => {
    const mesh = await meshWith(
      `[{match: [{uri: {exact: /old}}], redirect: {uri: /new, redirectCode: 302}}, {match: [{uri: {exact: /new}}], route: [${to('v2')}]}]`,
    );
    const manual = await mesh.fetch('http://reviews.test/old', { redirect: 'manual' });
    assert.deepEqual([manual.status, manual.headers.get('location')], [302, 'http://reviews.test/new']);
    const { name, response } = await get(mesh, 'http://reviews.test/old');
    assert.deepEqual([name, response.redirected, response.url], ['v2', true, 'http://reviews.test/new']);
  });

  it('answers directly', async () => {
    const mesh = await meshWith('[{directResponse: {status: 418, body: {string: "short and stout"}}}]');
    const { status, body } = await get(mesh, 'http://reviews.test/');
    assert.deepEqual([status, body], [418, 'short and stout']);
    assert.equal(v1.connections() + v2.connections(), 0);
  });

  it('mirrors, and nobody waits for the copy', async () => {
    const mesh = await meshWith(
      `[{route: [${to('v1')}], mirror: {host: reviews.test, subset: v2}, mirrorPercentage: {value: 100}}]`,
    );
    const { name } = await get(mesh, 'http://reviews.test/', { method: 'POST', body: 'copy me' });
    assert.equal(name, 'v1');
    for (let i = 0; v2.requests.length === 0 && i < 200; i++)
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal(v2.requests[0]?.body, 'copy me');
  });

  it('explains which rule would take a request, sending nothing', async () => {
    const mesh = await meshWith(
      `[{name: jason, match: [{headers: {end-user: {exact: jason}}}], route: [${to('v2')}]}, {name: others, route: [${to('v1')}]}]`,
    );
    const explained = mesh.explain({ url: 'http://reviews.test/a' });
    assert.equal(explained.cluster, 'outbound|80|v1|reviews.test');
    assert.deepEqual(
      explained.routes.map(({ name, matched }) => [name, matched]),
      [
        ['jason', false],
        ['others', true],
      ],
    );
    assert.equal(v1.connections(), 0);
  });
});
