import { strict as assert } from 'node:assert';
import type { RequestMirrorPolicy } from '@inmesh/model';
import type { CallRequest } from '../../src/call.js';
import { Conversation, head, response, World, type WorldOptions } from '../engine/world.js';

const mirrored = (policies: RequestMirrorPolicy[], options: WorldOptions = {}): World =>
  new World({
    clusters: [{ name: 'mirror', type: 'EDS' }],
    route: {
      route: {
        cluster: 'shop',
        timeout: '1s',
        requestMirrorPolicies: policies,
        retryPolicy: { retryOn: '5xx', retryBackOff: { baseInterval: '0.001s' } },
      },
    },
    ...options,
  });

describe('mirrors', () => {
  it('get a copy of what the first attempt sends, under a name with a suffix before its port', () => {
    const world = mirrored([{ cluster: 'mirror' }]);
    const talk = world.begin({ head: head({ authority: 'shop.test:8080', headers: ['x-a', '1'] }) });
    talk.send();
    const [shadow] = talk.call.shadows;
    const copy = new Conversation(shadow?.call ?? assert.fail('no shadow')).send();
    assert.equal(copy.endpoint.key, '10.9.9.9:8080');
    assert.equal(copy.head.authority, 'shop.test-shadow:8080');
    assert.equal(copy.head.headers.get('x-a'), '1');
    assert.equal(copy.head.headers.get('x-envoy-internal'), 'true');
  });

  it('keep the name when the policy says so', () => {
    const talk = mirrored([{ cluster: 'mirror', disableShadowHostSuffixAppend: true }]).begin();
    talk.send();
    const [shadow] = talk.call.shadows;
    assert.equal(new Conversation(shadow?.call ?? assert.fail()).send().head.authority, 'shop.test');
  });

  it('never touch the main call: not its head, its answer, its log or its endpoints', () => {
    const world = mirrored([{ cluster: 'mirror' }]);
    const talk = world.begin();
    const send = talk.sent();
    const [shadow] = talk.call.shadows;
    const copy = new Conversation(shadow?.call ?? assert.fail());
    copy.sent().failed('connectionTermination', 'unknown');
    copy.reply();
    assert.equal(send.head.headers.has('x-envoy-internal'), false);
    assert.equal(send.responded(response(200)), 'deliver');
    send.ended('complete');
    assert.equal(world.log.length, 1);
    assert.deepEqual(world.log[0]?.responseFlags, []);
  });

  it('are not made again for a retry, and have no retries', () => {
    const talk = mirrored([{ cluster: 'mirror' }]).begin();
    talk.sent().responded(response(503));
    const before = talk.call.shadows;
    talk.send();
    assert.equal(talk.call.shadows, before);
    const copy = new Conversation(before[0]?.call ?? assert.fail());
    assert.equal(copy.sent().responded(response(503)), 'deliver');
  });

  it('are drawn by the number that routed the call', () => {
    const half = (random: number): number => {
      const policy = { cluster: 'mirror', runtimeFraction: { defaultValue: { numerator: 50 } } };
      const talk = mirrored([policy], { engine: { random: () => random } }).begin();
      talk.send();
      return talk.call.shadows.length;
    };
    assert.equal(half(49 / 2 ** 32), 1);
    assert.equal(half(50 / 2 ** 32), 0);
  });

  it('are left out without a word when nobody knows the cluster', () => {
    const talk = mirrored([{ cluster: 'nowhere' }, { cluster: 'mirror' }]).begin();
    talk.send();
    assert.equal(talk.call.shadows.length, 1);
  });

  it('end with the timeout of the main call', () => {
    const world = mirrored([{ cluster: 'mirror' }]);
    const talk = world.begin();
    talk.send();
    const copy = new Conversation(talk.call.shadows[0]?.call ?? assert.fail());
    let cancelled = 0;
    copy.sent().onCancel = () => {
      cancelled++;
    };
    world.clock.tick(1_010);
    assert.equal(cancelled, 1);
  });
});

describe('a call of a filter’s own', () => {
  const request = (): CallRequest => ({ head: head(), host: 'shop.test', port: 0, body: 'none' });

  it('goes to the cluster that it names, past routes and filters, marked as ours', () => {
    const world = mirrored([]);
    const call = world.engine.beginTo('mirror', request(), { timeoutMs: 1_000 }) ?? assert.fail();
    const send = new Conversation(call).send();
    assert.equal(send.endpoint.key, '10.9.9.9:8080');
    assert.equal(send.head.authority, 'shop.test');
    assert.equal(send.head.headers.get('x-envoy-internal'), 'true');
  });

  it('is answered 504 when it takes too long', () => {
    const world = mirrored([]);
    const call = world.engine.beginTo('mirror', request(), { timeoutMs: 1_000 }) ?? assert.fail();
    const talk = new Conversation(call);
    talk.sent();
    world.clock.tick(1_100);
    const { status, body } = talk.reply();
    assert.deepEqual([status, body], [504, 'upstream request timeout']);
  });

  it('is not made to a cluster that nobody knows', () => {
    assert.equal(mirrored([]).engine.beginTo('nobody', request(), { timeoutMs: 0 }), undefined);
  });
});
