import { strict as assert } from 'node:assert';
import { type AccessLogEntry, createMesh, type Mesh } from 'inmesh';
import { closeAll, get, policy, rules, service, type Upstream, upstream } from './mesh/support.js';

/**
 * The life of a request, from `fetch` to the bytes on a socket and back. Each step names the room that does it;
 * all of them together take some microseconds.
 *
 *   application ── http ──► engine ── listener → route → filters → cluster → endpoint ──► http ──► upstream
 *                             ▲ asks                                                       │
 *                          compiler                  ◄── deliver, retry or answer itself ──┘
 */
describe('the life of a request', () => {
  let stable: Upstream;
  let canary: Upstream;
  let mesh: Mesh;
  const log: AccessLogEntry[] = [];

  // Before anything: two versions of a service run on loopback, and rules say who gets which.
  before(async () => {
    stable = await upstream('stable');
    let tries = 0;
    canary = await upstream('canary', {
      behave(_req, res) {
        // New code, new trouble: every first try fails.
        if (++tries % 2 === 0) return false;
        res.writeHead(503).end('warming up');
        return true;
      },
    });
    mesh = await createMesh({
      config: {
        yaml:
          service('reviews.test', [stable, canary]) +
          policy(
            'reviews.test',
            'subsets: [{name: stable, labels: {version: stable}}, {name: canary, labels: {version: canary}}]',
          ) +
          rules(
            'reviews.test',
            `
  - name: testers
    match: [{headers: {end-user: {exact: jason}}, uri: {prefix: /reviews/}}]
    rewrite: {uri: /v2/}
    headers: {request: {set: {x-tester: "yes"}}, response: {set: {x-served-by: canary}}}
    retries: {attempts: 2, retryOn: 5xx}
    timeout: 5s
    route: [{destination: {host: reviews.test, subset: canary}}]
  - name: closed
    match: [{uri: {prefix: /admin}}]
    directResponse: {status: 403, body: {string: nothing to see}}
  - name: everybody
    route: [{destination: {host: reviews.test, subset: stable}}]`,
          ),
      },
      workload: { namespace: 'shop' },
      accessLog: (entry) => log.push(entry),
    });
  });
  after(async () => {
    await mesh.close();
    await closeAll();
  });

  it('1. is decided without a socket: the same matchers that route can explain themselves', () => {
    const explained = mesh.explain({
      url: 'http://reviews.test/reviews/7',
      headers: { 'end-user': 'jason' },
    });
    // Listener and virtual host: whose rules are asked at all. Then the first route that matches.
    assert.deepEqual(
      explained.routes.map(({ name, matched }) => [name, matched]),
      [['testers', true]],
    );
    // The route names a cluster, the cluster knows its endpoints: one, since only one is labelled canary.
    assert.equal(explained.cluster, 'outbound|80|canary|reviews.test');
    assert.deepEqual(
      explained.endpoints.map(({ address }) => address),
      [`127.0.0.1:${canary.port}`],
    );
    assert.equal(explained.upstreamPath, '/v2/7');
    assert.equal(stable.connections() + canary.connections(), 0, 'nothing was sent');
  });

  it('2. goes out rewritten, and is tried again where the rule allows it', async () => {
    const { status, name, path, headers, response } = await get(mesh, 'http://reviews.test/reviews/7', {
      headers: { 'end-user': 'jason' },
    });
    assert.deepEqual([status, name, path], [200, 'canary', '/v2/7']);
    // On its way the request got what the rule sets and what Envoy adds; the upstream sees the second attempt.
    assert.equal(headers['x-tester'], 'yes');
    assert.equal(headers['x-envoy-attempt-count'], '2');
    assert.match(headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    // On its way back the response did.
    assert.equal(response.headers.get('x-served-by'), 'canary');
    assert.equal(canary.requests.length, 2);
    assert.equal(canary.connections(), 1 + 1, 'a response that was thrown away takes its connection along');
  });

  it('3. meets the first rule that matches, and no later one', async () => {
    const { name, path } = await get(mesh, 'http://reviews.test/reviews/7', {
      headers: { 'end-user': 'anna' },
    });
    assert.deepEqual([name, path], ['stable', '/reviews/7']);
  });

  it('4. may be answered by the mesh itself: a response like any other', async () => {
    const { status, body } = await get(mesh, 'http://reviews.test/admin');
    assert.deepEqual([status, body], [403, 'nothing to see']);
  });

  it('5. finds its connection standing', async () => {
    const before = stable.connections();
    await get(mesh, 'http://reviews.test/');
    assert.equal(stable.connections(), before);
  });

  it('6. leaves one line in the access log, in Envoy’s words', () => {
    assert.deepEqual(
      log.map(({ path, responseCode, routeName, upstreamCluster, attempts, responseCodeDetails }) => [
        path,
        responseCode,
        routeName,
        upstreamCluster,
        attempts,
        responseCodeDetails,
      ]),
      [
        ['/reviews/7', 200, 'testers', 'outbound|80|canary|reviews.test', 2, 'via_upstream'],
        ['/reviews/7', 200, 'everybody', 'outbound|80|stable|reviews.test', 1, 'via_upstream'],
        ['/admin', 403, 'closed', undefined, 0, 'direct_response'],
        ['/', 200, 'everybody', 'outbound|80|stable|reviews.test', 1, 'via_upstream'],
      ],
    );
    assert.equal(mesh.status().activeCalls, 0);
  });
});
