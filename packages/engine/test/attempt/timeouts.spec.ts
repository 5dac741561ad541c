import { strict as assert } from 'node:assert';
import type { RouteAction } from '@inmesh/model';
import { formatGrpcTimeout, parseGrpcTimeout } from '../../src/attempt/grpc-timeout.js';
import { head, response, World } from '../engine/world.js';

const worldOf = (action: RouteAction): World =>
  new World({ route: { route: { cluster: 'shop', ...action } }, endpoints: ['10.0.0.1', '10.0.0.2'] });
const grpc = (...headers: string[]) =>
  head({ method: 'POST', headers: ['content-type', 'application/grpc', ...headers] });

describe('the route timeout', () => {
  it('cancels the attempt and answers 504 UT', () => {
    const world = worldOf({ timeout: '2s' });
    const talk = world.begin();
    let cancelled = 0;
    talk.sent().onCancel = () => {
      cancelled++;
    };
    world.clock.tick(1_999);
    assert.equal(talk.wakes, 0);
    world.clock.tick(11);
    assert.deepEqual([talk.wakes, cancelled], [1, 1]);
    const reply = talk.reply();
    assert.deepEqual(
      [reply.status, reply.body, reply.flags, reply.details],
      [504, 'upstream request timeout', ['UT'], 'response_timeout'],
    );
  });

  it('is 15 seconds when the route says nothing', () => {
    const send = worldOf({}).begin().send();
    assert.equal(send.head.headers.get('x-envoy-expected-rq-timeout-ms'), '15000');
  });

  it('begins when the request is complete, not before', () => {
    const world = worldOf({ timeout: '1s' });
    const talk = world.begin({ body: 'stream' });
    talk.sent();
    world.clock.tick(60_000);
    assert.equal(talk.wakes, 0);
    talk.call.requestComplete();
    world.clock.tick(1_010);
    assert.equal(talk.reply().status, 504);
  });

  it('covers all attempts and the waits between them, and is not retried', () => {
    const world = worldOf({
      timeout: '1s',
      retryPolicy: { retryOn: '5xx', numRetries: 100, retryBackOff: { baseInterval: '0.001s' } },
    });
    const talk = world.begin();
    for (let i = 0; i < 9; i++) {
      const send = talk.sent();
      world.clock.tick(100);
      assert.equal(send.responded(response(503)), 'again');
    }
    talk.sent();
    world.clock.tick(110);
    assert.equal(talk.reply().details, 'response_timeout');
    assert.equal(world.log[0]?.attempts, 10);
  });

  it('breaks off a response that is on its way', () => {
    const world = worldOf({ timeout: '1s' });
    const send = world.begin().sent();
    let cancelled = 0;
    send.onCancel = () => {
      cancelled++;
    };
    assert.equal(send.responded(response(200)), 'deliver');
    world.clock.tick(1_010);
    assert.equal(cancelled, 1);
    assert.deepEqual(world.log[0]?.responseFlags, ['UT']);
    assert.equal(world.log[0]?.responseCode, 200);
  });

  it('does not cut a connection that was taken over for another protocol', () => {
    const world = worldOf({ timeout: '1s', upgradeConfigs: [{ upgradeType: 'websocket' }] });
    const send = world.begin({ upgrade: 'websocket' }).sent();
    send.responded(response(101));
    world.clock.tick(60_000);
    assert.equal(world.log.length, 0);
  });

  it('leaves no timer behind a call that is over', () => {
    const world = worldOf({ timeout: '2s' });
    const send = world.begin().sent();
    send.responded(response(200));
    send.ended('complete');
    world.clock.tick(3_000);
    assert.equal(world.clock.pending, 0);
  });
});

describe('the per-try timeout', () => {
  const policy = { perTryTimeout: '0.3s', retryBackOff: { baseInterval: '0.001s' } };

  it('is retried by reset, 5xx and gateway-error, not by the others', () => {
    for (const [retryOn, retried] of [
      ['reset', true],
      ['5xx', true],
      ['gateway-error', true],
      ['connect-failure', false],
      ['retriable-status-codes', false],
      ['unavailable', false],
    ] as const) {
      const world = worldOf({
        timeout: '0s',
        retryPolicy: { ...policy, retryOn, retriableStatusCodes: [504] },
      });
      const talk = world.begin();
      talk.sent();
      world.clock.tick(310);
      assert.equal(talk.wakes, 1);
      assert.equal(talk.call.next().kind, retried ? 'send' : 'reply', retryOn);
    }
  });

  it('answers 504 UT by its own name when it is not retried', () => {
    const world = worldOf({ timeout: '0s', retryPolicy: { ...policy, retryOn: 'connect-failure' } });
    const talk = world.begin();
    talk.sent();
    world.clock.tick(310);
    const reply = talk.reply();
    assert.deepEqual([reply.status, reply.flags, reply.details], [504, ['UT'], 'upstream_per_try_timeout']);
  });

  it('adds URX when retries are used up', () => {
    const world = worldOf({ timeout: '0s', retryPolicy: { ...policy, retryOn: 'reset', numRetries: 1 } });
    const talk = world.begin();
    talk.sent();
    world.clock.tick(310);
    talk.sent();
    world.clock.tick(310);
    assert.deepEqual(talk.reply().flags, ['URX', 'UT']);
  });

  it('begins when the attempt is attached to a connection', () => {
    const world = worldOf({ timeout: '0s', retryPolicy: { ...policy, retryOn: 'reset' } });
    const talk = world.begin();
    const send = talk.send();
    world.clock.tick(5_000);
    assert.equal(talk.wakes, 0);
    send.attached();
    world.clock.tick(310);
    assert.equal(talk.wakes, 1);
  });

  it('is not looked at when all attempts together have no more time', () => {
    const world = worldOf({ timeout: '0.3s', retryPolicy: { ...policy, retryOn: 'reset' } });
    const talk = world.begin();
    const send = talk.sent();
    assert.equal(send.head.headers.get('x-envoy-expected-rq-timeout-ms'), '300');
    world.clock.tick(310);
    assert.equal(talk.reply().details, 'response_timeout');
  });
});

describe('a hedge', () => {
  const action: RouteAction = {
    timeout: '0s',
    hedgePolicy: { hedgeOnPerTryTimeout: true },
    retryPolicy: { retryOn: '5xx', perTryTimeout: '0.1s', retryBackOff: { baseInterval: '0.001s' } },
  };

  it('starts beside an attempt that is late, and the first good head wins', () => {
    const world = worldOf(action);
    const talk = world.begin();
    const late = talk.sent();
    let cancelled = 0;
    world.clock.tick(110);
    const hedge = talk.sent();
    hedge.onCancel = () => {
      cancelled++;
    };
    assert.equal(late.responded(response(200)), 'deliver');
    assert.equal(cancelled, 1);
  });

  it('is waited for when the late attempt brings a bad head', () => {
    const world = worldOf(action);
    const talk = world.begin();
    const late = talk.sent();
    world.clock.tick(110);
    const hedge = talk.sent();
    assert.equal(late.responded(response(503)), 'again');
    assert.ok(talk.waits());
    assert.equal(hedge.responded(response(200)), 'deliver');
  });
});

describe('grpc-timeout', () => {
  it('is read and written in its own units', () => {
    assert.deepEqual(
      ['1H', '2M', '3S', '40m', '1500u', '1n', '123456789S', '5x', '', 'S'].map(parseGrpcTimeout),
      [3_600_000, 120_000, 3_000, 40, 2, 1, undefined, undefined, undefined, undefined],
    );
    assert.equal(formatGrpcTimeout(2_000), '2000m');
    assert.equal(formatGrpcTimeout(200_000_000), '200000S');
  });

  it('has no effect where the route does not ask for it', () => {
    const send = worldOf({ timeout: '2s' })
      .begin({ head: grpc('grpc-timeout', '100m') })
      .send();
    assert.equal(send.head.headers.get('x-envoy-expected-rq-timeout-ms'), '2000');
    assert.equal(send.head.headers.get('grpc-timeout'), '100m');
  });

  it('is the timeout, without a cap, under a maximum of 0', () => {
    const world = worldOf({ timeout: '0s', maxGrpcTimeout: '0s' });
    const talk = world.begin({ head: grpc('grpc-timeout', '200m') });
    const send = talk.sent();
    assert.equal(send.head.headers.get('x-envoy-expected-rq-timeout-ms'), '200');
    world.clock.tick(210);
    const reply = talk.reply();
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('grpc-status'), '14');
    assert.equal(reply.headers.get('grpc-message'), 'upstream request timeout');
  });

  it('is capped by the maximum, which also stands in for a missing one', () => {
    for (const headers of [['grpc-timeout', '9S'], []]) {
      const { head } = worldOf({ timeout: '2s', maxGrpcTimeout: '2s' })
        .begin({ head: grpc(...headers) })
        .send();
      assert.equal(head.headers.get('grpc-timeout'), '2000m');
    }
  });
});

describe('the maximal duration', () => {
  it('puts the timeout out of force and ends gRPC calls with DEADLINE_EXCEEDED', () => {
    const world = worldOf({ timeout: '0.1s', maxStreamDuration: { maxStreamDuration: '0.3s' } });
    const talk = world.begin({ head: grpc('grpc-timeout', '5S') });
    const send = talk.sent();
    assert.equal(send.head.headers.get('grpc-timeout'), '300m');
    world.clock.tick(290);
    assert.equal(talk.wakes, 0);
    world.clock.tick(20);
    const reply = talk.reply();
    assert.equal(reply.headers.get('grpc-status'), '4');
    assert.equal(reply.details, 'max_duration_timeout');
  });
});
