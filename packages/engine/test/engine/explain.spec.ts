import { strict as assert } from 'node:assert';
import { head, port, response, World, type WorldOptions } from './world.js';

const explain = (options: WorldOptions = {}, world = new World(options)) =>
  world.engine.explain({ head: head(), host: 'shop.test', port, body: 'none' });

describe('explain', () => {
  it('names listener, routes, cluster and endpoints, and what would go out', () => {
    const explanation = explain({
      endpoints: ['10.0.0.1', '10.0.0.2'],
      route: {
        name: 'all',
        route: {
          cluster: 'shop',
          timeout: '2s',
          prefixRewrite: '/v1/',
          retryPolicy: { retryOn: '5xx', numRetries: 2, perTryTimeout: '1s' },
        },
      },
    });
    assert.equal(explanation.listener, 'outbound');
    assert.equal(explanation.virtualHost, 'shop');
    assert.equal(explanation.action, 'route');
    assert.deepEqual(explanation.clusters, [{ name: 'shop', percent: 100, found: true }]);
    assert.deepEqual(
      explanation.endpoints.map(({ address, eligible }) => [address, eligible]),
      [
        ['10.0.0.1:8080', true],
        ['10.0.0.2:8080', true],
      ],
    );
    assert.equal(explanation.upstreamPath, '/v1/');
    assert.equal(explanation.timeoutMs, 2_000);
    assert.deepEqual(explanation.retries, { on: '5xx', attempts: 2, perTryTimeoutMs: 1_000 });
    assert.equal(explanation.reply, undefined);
  });

  it('sends nothing, counts nothing, and leaves the request alone', () => {
    const world = new World();
    const request = head({ headers: ['x-a', '1'] });
    world.engine.explain({ head: request, host: 'shop.test', port, body: 'none' });
    assert.deepEqual(world.engine.status(), { clusters: [] });
    assert.deepEqual(world.log, []);
    assert.deepEqual(request.headers.lines, ['x-a', '1']);
  });

  it('says which endpoint was ejected', () => {
    const world = new World({
      endpoints: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      cluster: { outlierDetection: { consecutive5xx: 1, maxEjectionPercent: 100 } },
    });
    const send = world.begin().sent();
    send.responded(response(503));
    send.ended('complete');
    const out = explain({}, world).endpoints.find(({ eligible }) => !eligible);
    assert.deepEqual([out?.address, out?.reason], [send.endpoint.key, 'ejected by outlier detection']);
  });

  it('gives the answer of the mesh where there is one', () => {
    assert.equal(explain({ endpoints: [] }).reply?.flag, 'UH');
    assert.equal(explain({ route: { route: { cluster: 'nowhere' } } }).reply?.flag, 'NC');
    assert.equal(explain({ route: { match: { path: '/only' } } }).reply?.flag, 'NR');
    const redirect = explain({
      virtualHost: { routes: [{ match: { prefix: '/' }, redirect: { hostRedirect: 'new.test' } }] },
    });
    assert.equal(redirect.action, 'redirect');
    assert.equal(redirect.reply?.status, 301);
    assert.equal(redirect.reply?.headers.get('location'), 'http://new.test/');
  });

  it('shows a split in percent', () => {
    const clusters = [
      { name: 'shop', weight: 3 },
      { name: 'nowhere', weight: 1 },
    ];
    const explanation = explain({ route: { route: { weightedClusters: { clusters } } } });
    assert.deepEqual(explanation.clusters, [
      { name: 'shop', percent: 75, found: true },
      { name: 'nowhere', percent: 25, found: false },
    ]);
    assert.equal(explanation.cluster, 'shop');
  });
});

describe('status', () => {
  it('tells what is under way in the clusters that calls have used', () => {
    const world = new World({ endpoints: ['10.0.0.1'] });
    const send = world.begin().sent();
    const [cluster] = world.engine.status().clusters;
    assert.deepEqual(
      [cluster?.name, cluster?.activeRequests, cluster?.endpoints],
      [
        'shop',
        1,
        [{ address: '10.0.0.1:8080', activeRequests: 1, ejected: false, eligible: true, reason: undefined }],
      ],
    );
    send.responded(response(200));
    send.ended('complete');
    assert.equal(world.engine.status().clusters[0]?.activeRequests, 0);
  });
});
