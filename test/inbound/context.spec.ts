import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Mesh } from 'inmesh';
import { request } from 'undici';
import { clientOf, closeServers, grpcService, say, startServer } from '../grpc/support.js';
import { closeAll, get, meshOf, policy, rules, service, type Upstream, upstream } from '../mesh/support.js';

/** What an inbound request carries goes on to the calls that it causes. */
describe('the context of a request', () => {
  let reviews: Upstream;
  let mesh: Mesh;
  const received = (upstreamOf: Upstream): Readonly<Record<string, string>> =>
    upstreamOf.requests.at(-1)?.headers ?? {};

  beforeEach(async () => {
    reviews = await upstream('v1');
    mesh = await meshOf(service('reviews.test', [reviews]));
  });
  afterEach(closeAll);

  it('puts routing and trace headers on fetches and on requests of undici alike', async () => {
    const headers = {
      'end-user': 'jason',
      traceparent: '00-a-b-01',
      'x-request-id': 'one',
      cookie: 'secret',
    };
    const calls: (() => Promise<unknown>)[] = [
      () => get(mesh, 'http://reviews.test/'),
      () => request('http://reviews.test/', { dispatcher: mesh.dispatcher }).then(({ body }) => body.text()),
      () => mesh.fetch(new Request('http://reviews.test/')).then((response) => response.text()),
    ];
    for (const call of calls) {
      await mesh.context.run({ headers }, call);
      const seen = received(reviews);
      assert.equal(seen['end-user'], 'jason');
      assert.equal(seen.traceparent, '00-a-b-01');
      assert.equal(seen['x-request-id'], 'one');
      assert.equal(seen.cookie, undefined);
    }
  });

  it('is there for routing', async () => {
    const v2 = await upstream('v2');
    const routed = await meshOf(
      service('ratings.test', [reviews, v2]) +
        policy(
          'ratings.test',
          'subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]',
        ) +
        rules(
          'ratings.test',
          '[{match: [{headers: {end-user: {exact: jason}}}], route: [{destination: {host: ratings.test, subset: v2}}]}, {route: [{destination: {host: ratings.test, subset: v1}}]}]',
        ),
    );
    const of = (user: string): Promise<string> =>
      routed.context
        .run({ headers: { 'end-user': user } }, () => get(routed, 'http://ratings.test/'))
        .then(({ name }) => name);
    assert.deepEqual([await of('jason'), await of('anybody')], ['v2', 'v1']);
  });

  it('lets what the caller says himself stand, a trace as a whole', async () => {
    const headers = { 'end-user': 'jason', traceparent: '00-a-b-01', tracestate: 'a=1', baggage: 'k=v' };
    await mesh.context.run({ headers }, () =>
      get(mesh, 'http://reviews.test/', { headers: { 'end-user': 'me', traceparent: '00-c-d-01' } }),
    );
    const seen = received(reviews);
    assert.equal(seen['end-user'], 'me');
    assert.equal(seen.traceparent, '00-c-d-01');
    assert.equal(seen.tracestate, undefined);
    assert.equal(seen.baggage, 'k=v');
  });

  it('keeps everything back from hosts that no rule knows', async () => {
    const headers = { 'end-user': 'jason', traceparent: '00-a-b-01' };
    await mesh.context.run({ headers }, () => get(mesh, `http://127.0.0.1:${reviews.port}/`));
    assert.equal(received(reviews)['end-user'], undefined);
    assert.equal(received(reviews).traceparent, undefined);
  });

  it('goes by the authority, which decides where a call goes, and not by the URL', async () => {
    const headers = { 'end-user': 'jason' };
    const send = (host: string): Promise<unknown> =>
      request(`http://127.0.0.1:${reviews.port}/`, { dispatcher: mesh.dispatcher, headers: { host } }).then(
        ({ body }) => body.text(),
      );
    await mesh.context.run({ headers }, () => send('stranger.test'));
    assert.equal(received(reviews)['end-user'], undefined);
    await mesh.context.run({ headers }, () => send('reviews.test:80'));
    assert.equal(received(reviews)['end-user'], 'jason');
  });

  it('learns of hosts that rules bring later', async () => {
    const { memorySource, createMesh } = await import('inmesh');
    const source = memorySource();
    const growing = await createMesh({
      config: source,
      workload: { namespace: 'shop' },
      lookup: async () => ({ address: '127.0.0.1' }),
    });
    const call = (): Promise<unknown> =>
      growing.context.run({ headers: { 'end-user': 'jason' } }, () =>
        growing.fetch(`http://later.test:${reviews.port}/`).then((response) => response.text()),
      );
    await call();
    assert.equal(received(reviews)['end-user'], undefined);
    const applied = new Promise((resolve) => growing.events.once('applied', resolve));
    source.apply(service('later.test', [reviews], { port: reviews.port }).replace(/---\s*$/, ''));
    await applied;
    await call();
    assert.equal(received(reviews)['end-user'], 'jason');
    await growing.close();
  });

  it('follows lists of its own per host, and for strangers only those', async () => {
    const listed = await meshOf(
      service('reviews.test', [reviews]) + service('deep.partner.test', [reviews]),
      {
        context: {
          headers: ['tenant', 'x-lane-*'],
          hosts: { '*.partner.test': ['traceparent'], '127.0.0.1': ['tenant'], __proto__: ['end-user'] },
        },
      },
    );
    const headers = { tenant: 'gold', 'x-lane-color': 'red', traceparent: '00-a-b-01', 'end-user': 'jason' };
    const seenAt = async (url: string): Promise<(string | undefined)[]> => {
      await listed.context.run({ headers }, () => get(listed, url));
      const seen = received(reviews);
      return [seen.tenant, seen['x-lane-color'], seen.traceparent, seen['end-user']];
    };
    assert.deepEqual(await seenAt('http://reviews.test/'), ['gold', 'red', undefined, undefined]);
    assert.deepEqual(await seenAt('http://deep.partner.test/'), [
      undefined,
      undefined,
      '00-a-b-01',
      undefined,
    ]);
    assert.deepEqual(await seenAt(`http://127.0.0.1:${reviews.port}/`), [
      'gold',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads headers of Node, of the web, and pairs', async () => {
    const forms = [
      { 'End-User': 'jason' },
      new Headers({ 'End-User': 'jason' }),
      [['End-User', 'jason']] as const,
    ];
    for (const headers of forms) {
      mesh.context.run({ headers }, () => {
        assert.equal(mesh.context.current?.headers.get('end-user'), 'jason');
      });
    }
    assert.equal(mesh.context.current, undefined);
  });

  it('keeps 10,000 interleaved requests apart, in timers, events and retries', async function () {
    this.timeout(60_000);
    let failures = 0;
    const flaky = await upstream('flaky', {
      behave(_req, res) {
        if (failures++ % 5 !== 0) return false;
        res.writeHead(503).end();
        return true;
      },
    });
    const crowded = await meshOf(
      service('flaky.test', [flaky]) +
        rules(
          'flaky.test',
          '[{route: [{destination: {host: flaky.test}}], retries: {attempts: 3, retryOn: 5xx, backoff: 1ms}}]',
        ),
    );
    const bell = new EventEmitter().setMaxListeners(0);
    const serve = async (i: number): Promise<void> => {
      if (i % 3 === 0) await turn();
      if (i % 3 === 1) await once(bell, 'ring');
      await get(crowded, `http://flaky.test/${i}`);
      assert.equal(crowded.context.current?.headers.get('end-user'), `user-${i}`);
    };
    const ringing = setInterval(() => bell.emit('ring'), 1);
    for (let from = 0; from < 10_000; from += 500) {
      const served = Array.from({ length: 500 }, (_, k) =>
        crowded.context.run({ headers: { 'end-user': `user-${from + k}` } }, () => serve(from + k)),
      );
      await Promise.all(served);
    }
    clearInterval(ringing);
    assert.ok(flaky.requests.length > 10_000, 'some were retried');
    const mixed = flaky.requests.filter(
      ({ path, headers }) => headers['end-user'] !== `user-${path.slice(1)}`,
    );
    assert.deepEqual(mixed, []);
  });

  describe('its deadline', () => {
    let now: number;
    let timed: Mesh;
    const clock = {
      now: () => now,
      setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
      clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    };
    beforeEach(async () => {
      now = 1000;
      timed = await meshOf(service('reviews.test', [reviews]), { clock, context: { timeoutMs: 5000 } });
    });

    it('is told to the next hop, less what has passed', async () => {
      await timed.context.run({ headers: { 'x-envoy-expected-rq-timeout-ms': '2000' } }, async () => {
        now += 600;
        assert.equal(timed.context.current?.remainingMs, 1400);
        await get(timed, 'http://reviews.test/');
      });
      assert.equal(received(reviews)['x-envoy-expected-rq-timeout-ms'], '1400');
    });

    it('comes from gRPC, from the one who serves, or from the mesh; the shortest counts', () => {
      const remaining = (headers: Record<string, string>, timeoutMs?: number): number | undefined =>
        timed.context.run({ headers, timeoutMs }, () => timed.context.current?.remainingMs);
      assert.equal(remaining({ 'grpc-timeout': '3S' }), 3000);
      assert.equal(remaining({ 'grpc-timeout': '250m', 'x-envoy-expected-rq-timeout-ms': '300' }), 250);
      assert.equal(remaining({}), 5000);
      assert.equal(remaining({}, 100), 100);
      assert.equal(remaining({ 'x-envoy-expected-rq-timeout-ms': '999999' }), 5000);
      assert.equal(remaining({ 'x-envoy-expected-rq-timeout-ms': 'soon', 'grpc-timeout': '1000' }), 5000);
    });

    it('keeps a call from being sent once it is past, and says so', async () => {
      const late = timed.context.run({ headers: { 'x-envoy-expected-rq-timeout-ms': '2000' } }, async () => {
        now += 2001;
        await timed.fetch('http://reviews.test/');
      });
      await assert.rejects(late, (error: Error & { cause: { code: string; message: string } }) => {
        assert.equal(error.message, 'fetch failed');
        assert.equal(error.cause.code, 'INMESH_DEADLINE_EXCEEDED');
        assert.match(error.cause.message, /^reviews\.test:80 was not called: .* passed 1 ms ago$/);
        return true;
      });
      assert.equal(reviews.requests.length, 0);
    });
  });

  it('ends a call with 504 when its deadline comes, also while a fault delays it', async () => {
    const silent = await upstream('silent', { behave: () => true });
    const slow = await meshOf(
      service('silent.test', [silent]) +
        service('delayed.test', [silent]) +
        rules(
          'delayed.test',
          '[{fault: {delay: {fixedDelay: 30s, percentage: {value: 100}}}, route: [{destination: {host: delayed.test}}]}]',
        ),
    );
    for (const host of ['silent.test', 'delayed.test']) {
      const { status, response } = await slow.context.run({ headers: {}, timeoutMs: 60 }, () =>
        get(slow, `http://${host}/`),
      );
      assert.equal(status, 504, host);
      assert.match(response.headers.get('x-inmesh-flags') ?? '', /UT/);
    }
    assert.equal(silent.requests.length, 1);
  });

  it('goes on to calls of gRPC clients, with its deadline', async () => {
    const seen: (string | undefined)[] = [];
    const port = await startServer('echo', {
      say(call, answer) {
        seen.push(call.metadata.get('end-user').map(String)[0]);
        answer(null, 'hello');
      },
    });
    const calling = await meshOf(grpcService('echo.test', [port]));
    const client = clientOf('echo.test:9080', { channelOverride: calling.grpcChannel('echo.test:9080') });
    const answer = await calling.context.run({ headers: { 'end-user': 'jason' } }, () => say(client, 'hi'));
    assert.equal(answer.text, 'hello');
    assert.deepEqual(seen, ['jason']);
    const late = calling.context.run({ headers: {}, timeoutMs: 1 }, async () => {
      const end = performance.now() + 5;
      while (performance.now() < end); // the loop is busy, and the request late
      return say(client, 'hi');
    });
    assert.equal((await late).error?.code, status.DEADLINE_EXCEEDED);
    client.close();
    await closeServers();
  });
});
