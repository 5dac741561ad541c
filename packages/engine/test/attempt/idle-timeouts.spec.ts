import { strict as assert } from 'node:assert';
import type { RouteAction } from '@inmesh/model';
import { response, World, type WorldOptions } from '../engine/world.js';

function worldOf(action: RouteAction, options: WorldOptions = {}): World {
  return new World({ ...options, route: { route: { cluster: 'shop', timeout: '0s', ...action } } });
}

const idlePolicy = { perTryIdleTimeout: '0.3s', retryBackOff: { baseInterval: '0.001s' } };

describe('the per-try idle timeout', () => {
  it('is retried as a reset of ours, with a remark for the next endpoint', () => {
    const world = worldOf(
      { retryPolicy: { ...idlePolicy, retryOn: 'reset' } },
      { virtualHost: { includeIsTimeoutRetryHeader: true } },
    );
    const talk = world.begin();
    assert.equal(talk.sent().head.headers.get('x-envoy-is-timeout-retry'), undefined);
    world.clock.tick(295);
    assert.equal(talk.wakes, 0);
    world.clock.tick(10);
    const second = talk.sent();
    assert.equal(second.head.headers.get('x-envoy-is-timeout-retry'), 'true');
    second.failed('remoteReset', 'unknown');
    world.clock.tick(30);
    assert.deepEqual(talk.reply().details, 'upstream_reset_before_response_started{remote_reset}');
  });

  it('says false to an endpoint whose predecessor was not late', () => {
    const world = worldOf(
      { retryPolicy: { ...idlePolicy, retryOn: 'reset' } },
      { virtualHost: { includeIsTimeoutRetryHeader: true } },
    );
    const talk = world.begin();
    talk.sent().failed('remoteReset', 'unknown');
    assert.equal(talk.sent().head.headers.get('x-envoy-is-timeout-retry'), 'false');
  });

  it('answers 504 UT by its own name when it is not retried', () => {
    const world = worldOf({ retryPolicy: { ...idlePolicy, retryOn: 'connect-failure' } });
    const talk = world.begin();
    talk.sent();
    world.clock.tick(310);
    const reply = talk.reply();
    assert.deepEqual(
      [reply.status, reply.flags, reply.details],
      [504, ['UT'], 'upstream_per_try_idle_timeout'],
    );
  });

  it('is put off by every part of the body, and breaks off a body that stands still', () => {
    const world = worldOf({ retryPolicy: { ...idlePolicy, retryOn: 'reset' } });
    const talk = world.begin();
    const send = talk.sent();
    let cancelled = false;
    send.onCancel = () => {
      cancelled = true;
    };
    world.clock.tick(290);
    assert.equal(send.responded(response(200)), 'deliver');
    for (let part = 0; part < 5; part++) {
      world.clock.tick(290);
      send.progressed();
    }
    assert.equal(cancelled, false);
    world.clock.tick(310);
    assert.equal(cancelled, true);
    assert.deepEqual(world.log[0]?.responseFlags, ['UT']);
    assert.equal(world.clock.pending, 0);
  });
});

describe('the idle timeout of a stream', () => {
  it('breaks off a body that stands still, and no other', () => {
    const world = worldOf({ idleTimeout: '1s' });
    const talk = world.begin();
    const send = talk.sent();
    let cancelled = false;
    send.onCancel = () => {
      cancelled = true;
    };
    send.responded(response(200));
    for (let part = 0; part < 3; part++) {
      world.clock.tick(900);
      send.progressed();
    }
    assert.equal(cancelled, false);
    world.clock.tick(1_010);
    assert.equal(cancelled, true);
    assert.deepEqual(world.log[0]?.responseFlags, ['SI']);
  });

  it('leaves connections alone that speak another protocol', () => {
    const world = worldOf({ idleTimeout: '1s' });
    const talk = world.begin();
    const send = talk.sent();
    send.onCancel = () => assert.fail('broken off');
    send.responded(response(101));
    world.clock.tick(2_000);
    assert.equal(world.clock.pending, 0);
  });
});

describe('the longest time that a cluster gives to a request', () => {
  const cluster = {
    typedExtensionProtocolOptions: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        commonHttpProtocolOptions: { maxStreamDuration: '0.5s' },
      },
    },
  };

  it('answers 504 UMSDR, or 408 while the request is still coming in', () => {
    for (const [body, status] of [
      ['none', 504],
      ['stream', 408],
    ] as const) {
      const world = worldOf({}, { cluster });
      const talk = world.begin({ body });
      talk.sent();
      world.clock.tick(510);
      const reply = talk.reply();
      assert.deepEqual([reply.status, reply.flags], [status, ['UMSDR']]);
    }
  });

  it('is retried as a reset of ours', () => {
    const world = worldOf(
      { retryPolicy: { retryOn: 'reset', retryBackOff: { baseInterval: '0.001s' } } },
      { cluster },
    );
    const talk = world.begin();
    talk.sent();
    world.clock.tick(510);
    talk.sent().responded(response(200));
  });
});
