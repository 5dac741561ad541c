import { strict as assert } from 'node:assert';
import { HeaderMap } from '@inmesh/model';
import type { ProbeResponse } from '../../src/health/prober.js';
import { response, World } from './world.js';

/** One call that the upstream answers so; answers where it went. */
function exchange(world: World, status: number): string {
  const next = world.begin().call.next();
  if (next.kind !== 'send') return next.kind === 'reply' ? next.flags.join() : next.kind;
  next.attached();
  next.responded(response(status));
  next.ended('complete');
  return next.endpoint.key;
}

const ejecting = {
  cluster: {
    outlierDetection: { consecutive5xx: 1, maxEjectionPercent: 100, baseEjectionTime: '60s' },
    commonLbConfig: { healthyPanicThreshold: {} },
  },
  endpoints: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
};

describe('a cluster in use', () => {
  it('feels the first ejection at once, and further ones of the same second together at its end', () => {
    const world = new World(ejecting);
    const [first, second] = [exchange(world, 503), exchange(world, 503)];
    assert.deepEqual(world.events.length, 2);
    const next = [exchange(world, 200), exchange(world, 200), exchange(world, 200)];
    assert.ok(!next.includes(first), 'the first is out');
    assert.ok(next.includes(second), 'the second is decided, but still used');
    world.clock.tick(1_001);
    assert.ok(![exchange(world, 200), exchange(world, 200)].includes(second));
  });

  it('keeps ejections over a changed assignment', () => {
    const world = new World(ejecting);
    const bad = exchange(world, 503);
    world.setEndpoints('shop', ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
    world.changed({ endpoints: new Set(['shop']) });
    const used = new Set(Array.from({ length: 8 }, () => exchange(world, 200)));
    assert.equal(used.size, 3);
    assert.ok(!used.has(bad));
  });

  it('keeps them over an equal definition, and starts anew with a changed one', () => {
    const world = new World(ejecting);
    exchange(world, 503);
    const ejected = (): boolean =>
      world.engine.status().clusters.some(({ endpoints }) => endpoints.some((one) => one.ejected));
    world.setCluster({ name: 'shop', type: 'EDS', ...ejecting.cluster });
    world.changed({ clusters: 'all' });
    exchange(world, 200);
    assert.equal(ejected(), true);
    world.setCluster({ name: 'shop', type: 'EDS', ...ejecting.cluster, connectTimeout: '1s' });
    world.changed({ clusters: new Set(['shop']) });
    exchange(world, 200);
    assert.equal(ejected(), false);
  });

  it('is not touched by a change of other clusters', () => {
    const world = new World();
    exchange(world, 200);
    world.setEndpoints('shop', ['10.0.0.9']);
    world.changed({ endpoints: new Set(['other']) });
    assert.equal(exchange(world, 200), '10.0.0.1:8080');
  });

  it('is known by the name under which its endpoints are served, too', () => {
    const world = new World({ cluster: { edsClusterConfig: { serviceName: 'shop-v1' } } });
    world.setEndpoints('shop-v1', ['10.0.0.7']);
    assert.equal(exchange(world, 200), '10.0.0.7:8080');
    world.setEndpoints('shop-v1', ['10.0.0.8']);
    world.changed({ endpoints: new Set(['shop-v1']) });
    assert.equal(exchange(world, 200), '10.0.0.8:8080');
  });

  it('refuses at the moment of attaching what is more than it may carry: 503 UO', () => {
    const world = new World({ cluster: { circuitBreakers: { thresholds: [{ maxRequests: 1 }] } } });
    const busy = world.begin().sent();
    const talk = world.begin();
    const send = talk.send();
    assert.equal(send.attached(), false);
    send.failed('overflow', 'nothing');
    const reply = talk.reply();
    assert.deepEqual([reply.status, reply.flags], [503, ['UO']]);
    assert.equal(reply.headers.get('x-envoy-overloaded'), 'true');
    busy.responded(response(200));
    busy.ended('complete');
    assert.equal(world.begin().send().attached(), true);
  });

  it('has limits of its own for each priority', () => {
    const thresholds = [{ maxRequests: 0 }, { priority: 'HIGH' as const, maxRequests: 5 }];
    const world = new World({
      cluster: { circuitBreakers: { thresholds } },
      route: { route: { cluster: 'shop', priority: 'HIGH' } },
    });
    assert.equal(world.begin().send().attached(), true);
  });

  it('does not count an overflow against the endpoint', () => {
    const world = new World({ ...ejecting, endpoints: ['10.0.0.1'] });
    world.begin().send().failed('overflow', 'nothing');
    assert.deepEqual(world.events, []);
  });

  it('keeps no name apart from any other, whatever it is', () => {
    const world = new World({ route: { route: { cluster: '__proto__' } } });
    assert.deepEqual(world.begin().reply().flags, ['NC']);
    world.setCluster({ name: '__proto__', type: 'EDS' });
    world.setEndpoints('__proto__', ['10.0.0.5']);
    world.changed({ clusters: new Set(['__proto__']) });
    assert.equal(world.begin().send().endpoint.key, '10.0.0.5:8080');
  });
});

describe('active health checks', () => {
  const check = {
    timeout: '1s',
    interval: '5s',
    unhealthyThreshold: 2,
    healthyThreshold: 2,
    httpHealthCheck: {},
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  function checked(results: Map<string, boolean | 'unhealthy' | 'degraded'>): World {
    return new World({
      cluster: { healthChecks: [check], commonLbConfig: { healthyPanicThreshold: {} } },
      endpoints: ['10.0.0.1', '10.0.0.2'],
      engine: {
        probe: ({ address }) => ({
          request: () => answerFor(results.get(address) ?? true),
          converse: () => Promise.reject(new Error('these checks speak HTTP')),
          close() {},
        }),
      },
    });
  }

  const used = (world: World): string[] =>
    [...new Set(Array.from({ length: 4 }, () => exchange(world, 200).replace(/:.*/, '')))].sort();

  function answerFor(result: boolean | 'unhealthy' | 'degraded'): Promise<ProbeResponse> {
    if (result === false) return Promise.reject(new Error('nobody answers'));
    const headers = new HeaderMap(result === 'degraded' ? ['x-envoy-degraded', ''] : []);
    const status = result === 'unhealthy' ? 503 : 200;
    return Promise.resolve({ status, headers, trailers: undefined, body: Buffer.alloc(0) });
  }

  it('let the first call wait for the first round', async () => {
    const world = checked(new Map([['10.0.0.2', false]]));
    const talk = world.begin();
    assert.ok(talk.waits());
    await settle();
    assert.equal(talk.send().endpoint.key, '10.0.0.1:8080');
    assert.deepEqual(used(world), ['10.0.0.1']);
  });

  it('believe failures after the threshold, and an answer that says no at once', async () => {
    const results = new Map<string, boolean | 'unhealthy'>();
    const world = checked(results);
    world.begin().waits();
    await settle();
    assert.deepEqual(used(world), ['10.0.0.1', '10.0.0.2']);
    results.set('10.0.0.1', false);
    world.clock.tick(60_000);
    await settle();
    assert.deepEqual(used(world), ['10.0.0.1', '10.0.0.2'], 'one failure of two');
    world.clock.tick(5_000);
    await settle();
    assert.deepEqual(used(world), ['10.0.0.2']);
    results.set('10.0.0.2', 'unhealthy');
    world.clock.tick(5_000);
    await settle();
    assert.deepEqual(used(world), ['UH']);
  });

  it('leave an endpoint out that says with a response that it fails', async () => {
    const world = checked(new Map());
    world.begin().waits();
    await settle();
    const send = world.begin().sent();
    send.responded(response(200, ['x-envoy-immediate-health-check-fail', 'true']));
    send.ended('complete');
    const [left] = used(world);
    assert.equal(used(world).length, 1);
    assert.notEqual(left, send.endpoint.key.replace(/:.*/, ''));
  });

  it('stop with the engine', async () => {
    const world = checked(new Map());
    const talk = world.begin();
    talk.waits();
    await settle();
    talk.call.cancel();
    world.engine.close();
    assert.equal(world.clock.pending, 0);
  });
});
