import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { closeAll, get, meshOf, policy, rules, service, tally, type Upstream, upstream } from './support.js';

/** What the rules do when upstreams are slow, broken, or said to be. */
describe('rules in force: resilience', () => {
  afterEach(closeAll);

  const only = '[{destination: {host: reviews.test}}]';
  const failing = (times: number, status = 503) => {
    let left = times;
    return upstream('reviews', {
      behave(_req, res) {
        if (left-- <= 0) return false;
        res.writeHead(status).end('not yet');
        return true;
      },
    });
  };

  it('times out with 504 UT', async () => {
    const silent = await upstream('silent', { behave: () => true });
    const mesh = await meshOf(
      service('reviews.test', [silent]) + rules('reviews.test', `[{timeout: 50ms, route: ${only}}]`),
    );
    const { status, body, response } = await get(mesh, 'http://reviews.test/');
    assert.deepEqual([status, body], [504, 'upstream request timeout']);
    assert.equal(response.headers.get('x-inmesh-flags'), 'UT');
  });

  it('retries as often as the rule says, the body included', async () => {
    const reviews = await failing(2);
    const mesh = await meshOf(
      service('reviews.test', [reviews]) +
        rules('reviews.test', `[{retries: {attempts: 2, retryOn: 5xx, perTryTimeout: 2s}, route: ${only}}]`),
    );
    const init = { method: 'PUT', body: 'again' };
    assert.equal((await get(mesh, 'http://reviews.test/', init)).status, 200);
    assert.deepEqual(
      reviews.requests.map(({ body }) => body),
      ['again', 'again', 'again'],
    );
  });

  it('repeats a body that streams', async () => {
    const reviews = await failing(1);
    const mesh = await meshOf(
      service('reviews.test', [reviews]) +
        rules('reviews.test', `[{retries: {attempts: 1, retryOn: 5xx}, route: ${only}}]`),
    );
    const { statusCode, body } = await mesh.dispatcher.request({
      origin: 'http://reviews.test',
      path: '/',
      method: 'PUT',
      body: Readable.from(['a', 'gain']),
    });
    await body.dump();
    assert.equal(statusCode, 200);
    assert.deepEqual(
      reviews.requests.map(({ body }) => body),
      ['again', 'again'],
    );
  });

  it('never repeats a POST that may have been done, unless Istio’s way is asked for', async () => {
    const http = `[{retries: {attempts: 2, retryOn: 5xx}, route: ${only}}]`;
    for (const [retrySafety, requests] of [
      ['strict', 1],
      ['istio', 3],
    ] as const) {
      const reviews = await failing(2);
      const mesh = await meshOf(service('reviews.test', [reviews]) + rules('reviews.test', http), {
        retrySafety,
      });
      await get(mesh, 'http://reviews.test/', { method: 'POST', body: 'pay' });
      assert.equal(reviews.requests.length, requests, retrySafety);
    }
  });

  it('tries another endpoint when one refuses', async () => {
    const up = await upstream('up');
    const down = await upstream('down');
    await down.close();
    const mesh = await meshOf(service('reviews.test', [down, up]), { defaultLoadBalancer: 'ROUND_ROBIN' });
    assert.deepEqual(await tally(mesh, 'http://reviews.test/', 6, { method: 'POST', body: 'x' }), { up: 6 });
  });

  it('injects delays', async () => {
    const reviews = await upstream('reviews');
    const mesh = await meshOf(
      service('reviews.test', [reviews]) +
        rules(
          'reviews.test',
          `[{fault: {delay: {fixedDelay: 80ms, percentage: {value: 100}}}, route: ${only}}]`,
        ),
    );
    const before = performance.now();
    assert.equal((await get(mesh, 'http://reviews.test/')).name, 'reviews');
    assert.ok(performance.now() - before >= 79);
  });

  it('injects aborts, which reach no upstream', async () => {
    const reviews = await upstream('reviews');
    const mesh = await meshOf(
      service('reviews.test', [reviews]) +
        rules(
          'reviews.test',
          `[{fault: {abort: {httpStatus: 555, percentage: {value: 100}}}, route: ${only}}]`,
        ),
    );
    const { status, response } = await get(mesh, 'http://reviews.test/');
    assert.deepEqual(
      [status, response.headers.get('x-inmesh-flags'), reviews.requests.length],
      [555, 'FI', 0],
    );
  });

  it('ejects an endpoint after as many failures in a row as the rule says', async () => {
    const good = await upstream('good');
    const bad = await failing(1_000, 500);
    const mesh = await meshOf(
      service('reviews.test', [good, bad]) +
        policy(
          'reviews.test',
          'trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}, outlierDetection: {consecutive5xxErrors: 3, baseEjectionTime: 60s, maxEjectionPercent: 100}}',
        ),
    );
    const ejected: string[] = [];
    mesh.events.on('ejected', ({ endpoint }) => ejected.push(endpoint));
    const counts = await tally(mesh, 'http://reviews.test/', 40);
    assert.equal(counts['500'], 3);
    assert.deepEqual(ejected, [`127.0.0.1:${bad.port}`]);
  });

  it('refuses what overflows the circuit breaker', async () => {
    const waiting: (() => void)[] = [];
    let arrived = (): void => {};
    const first = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const reviews = await upstream('reviews', {
      behave(_req, res) {
        waiting.push(() => res.end('late'));
        arrived();
        return true;
      },
    });
    const mesh = await meshOf(
      service('reviews.test', [reviews]) +
        policy(
          'reviews.test',
          'trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 10}}}',
        ),
    );
    const running = mesh.fetch('http://reviews.test/');
    await first;
    const queued = mesh.fetch('http://reviews.test/');
    const { status, response } = await get(mesh, 'http://reviews.test/');
    assert.deepEqual([status, response.headers.get('x-inmesh-flags')], [503, 'UO']);
    assert.equal(response.headers.get('x-envoy-overloaded'), 'true');
    waiting[0]?.();
    assert.equal(await (await running).text(), 'late');
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    waiting[1]?.();
    assert.equal((await queued).status, 200);
    assert.equal(reviews.connections(), 1);
  });

  it('tells the access log what became of each call', async () => {
    const entries: { responseCode: number; responseFlags: string[]; upstreamCluster: string | undefined }[] =
      [];
    const reviews: Upstream = await upstream('reviews');
    const mesh = await meshOf(service('reviews.test', [reviews]) + service('empty.test', []), {
      accessLog: (entry) => entries.push(entry),
    });
    await get(mesh, 'http://reviews.test/');
    await get(mesh, 'http://empty.test/');
    assert.deepEqual(
      entries.map(({ responseCode, responseFlags, upstreamCluster }) => [
        responseCode,
        responseFlags.join(),
        upstreamCluster,
      ]),
      [
        [200, '', 'outbound|80||reviews.test'],
        [503, 'UH', 'outbound|80||empty.test'],
      ],
    );
  });
});
