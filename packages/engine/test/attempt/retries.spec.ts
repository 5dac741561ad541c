import { strict as assert } from 'node:assert';
import type { RetryPolicy } from '@inmesh/model';
import type { ResetReason, Sent } from '../../src/call.js';
import { FakeClock } from '../engine/fake-clock.js';
import { head, response, World, type WorldOptions } from '../engine/world.js';

const noWait = { retryBackOff: { baseInterval: '0.001s' } };

function worldOf(retryPolicy: RetryPolicy, options: WorldOptions = {}): World {
  const route = { route: { cluster: 'shop', timeout: '0s', retryPolicy: { ...noWait, ...retryPolicy } } };
  return new World({ endpoints: ['10.0.0.1', '10.0.0.2'], route, ...options });
}

/** Whether a first attempt that ends so is followed by another one. */
function isRetried(
  retryOn: string,
  status: number,
  headers: string[] = [],
  policy: RetryPolicy = {},
): boolean {
  const send = worldOf({ retryOn, ...policy })
    .begin()
    .sent();
  return send.responded(response(status, headers)) === 'again';
}

function isResetRetried(retryOn: string, reason: ResetReason, sent: Sent = 'unknown'): boolean {
  const talk = worldOf({ retryOn }).begin();
  talk.sent().failed(reason, sent);
  return talk.call.next().kind === 'send';
}

describe('retries of responses', () => {
  it('goes by the status where a header matcher asks for it', () => {
    const policy = { retriableHeaders: [{ name: ':status', stringMatch: { exact: '418' } }] };
    assert.equal(isRetried('retriable-headers', 418, [], policy), true);
    assert.equal(isRetried('retriable-headers', 404, [], policy), false);
  });

  it('sends again what the route made of the request, and changes it no further', () => {
    const world = new World({
      route: {
        requestHeadersToAdd: [{ header: { key: 'x-tag', value: 'a' } }],
        route: { cluster: 'shop', prefixRewrite: '/v2/', retryPolicy: { ...noWait, retryOn: '5xx' } },
      },
    });
    const talk = world.begin();
    const first = talk.sent();
    first.responded(response(503));
    const second = talk.sent();
    assert.deepEqual([second.head.path, second.head.headers.all('x-tag')], ['/v2/', ['a']]);
    assert.notEqual(second.head, first.head);
  });

  const table: readonly [retryOn: string, status: number, headers: string[], retried: boolean][] = [
    ['5xx', 500, [], true],
    ['5xx', 599, [], true],
    ['5xx', 499, [], false],
    ['gateway-error', 502, [], true],
    ['gateway-error', 504, [], true],
    ['gateway-error', 500, [], false],
    ['retriable-4xx', 409, [], true],
    ['retriable-4xx', 404, [], false],
    ['retriable-status-codes', 503, [], false],
    ['reset,connect-failure,refused-stream', 503, [], false],
    ['unavailable', 200, ['grpc-status', '14'], true],
    ['cancelled', 200, ['grpc-status', '1'], true],
    ['deadline-exceeded', 200, ['grpc-status', '4'], true],
    ['resource-exhausted', 200, ['grpc-status', '8'], true],
    ['internal', 200, ['grpc-status', '13'], true],
    ['internal', 200, ['grpc-status', '14'], false],
    ['5xx', 503, ['x-envoy-ratelimited', 'true'], false],
    ['5xx,envoy-ratelimited', 200, ['x-envoy-ratelimited', 'true'], true],
    [' 5xx , reset', 503, [], true],
    ['5XX', 503, [], false],
    ['nonsense', 503, [], false],
    ['', 503, [], false],
  ];
  for (const [retryOn, status, headers, retried] of table) {
    it(`"${retryOn}" ${retried ? 'retries' : 'does not retry'} ${status} ${headers.join(': ')}`, () => {
      assert.equal(isRetried(retryOn, status, headers), retried);
    });
  }

  it('retry listed status codes', () => {
    const policy = { retriableStatusCodes: [404] };
    assert.equal(isRetried('retriable-status-codes', 404, [], policy), true);
    assert.equal(isRetried('retriable-status-codes', 503, [], policy), false);
  });

  it('retry by a response header', () => {
    const policy = { retriableHeaders: [{ name: 'x-retry', presentMatch: true }] };
    assert.equal(isRetried('retriable-headers', 200, ['x-retry', '1'], policy), true);
    assert.equal(isRetried('retriable-headers', 200, [], policy), false);
  });

  it('need one of the listed request headers, where some are listed', () => {
    const policy = { retryOn: '5xx', retriableRequestHeaders: [{ name: 'x-safe', presentMatch: true }] };
    const unsafe = worldOf(policy).begin().sent();
    assert.equal(unsafe.responded(response(503)), 'deliver');
    const safe = worldOf(policy).begin({ head: head({ headers: ['x-safe', '1'] }) });
    assert.equal(safe.sent().responded(response(503)), 'again');
  });

  it('give the caller the last response as it is, with URX, when they are used up', () => {
    const world = worldOf({ retryOn: '5xx', numRetries: 2 });
    const talk = world.begin();
    assert.equal(talk.sent().responded(response(500)), 'again');
    assert.equal(talk.sent().responded(response(502)), 'again');
    const last = talk.sent();
    const answer = response(503, ['x-last', 'yes']);
    assert.equal(last.responded(answer), 'deliver');
    assert.equal(answer.headers.get('x-last'), 'yes');
    last.ended('complete');
    const [entry] = world.log;
    assert.deepEqual(
      [entry?.responseFlags, entry?.responseCodeDetails, entry?.attempts],
      [['URX'], 'via_upstream', 3],
    );
  });

  it('are never more than the policy allows, and none when it allows none', () => {
    const talk = worldOf({ retryOn: '5xx', numRetries: 0 }).begin();
    assert.equal(talk.sent().responded(response(503)), 'deliver');
  });
});

describe('the wait before a retry', () => {
  it('is what the upstream asks for as a moment, by the wall clock that is lent', () => {
    const policy: RetryPolicy = {
      retryOn: '5xx',
      rateLimitedRetryBackOff: { resetHeaders: [{ name: 'x-reset', format: 'UNIX_TIMESTAMP' }] },
    };
    const clock = Object.assign(new FakeClock(), { epochMs: () => 1_000_000 });
    const talk = worldOf(policy, { engine: { clock } }).begin();
    assert.equal(talk.sent().responded(response(503, ['x-reset', '1003'])), 'again');
    assert.equal(talk.call.next().kind, 'wait');
    clock.tick(2_999);
    assert.equal(talk.call.next().kind, 'wait');
    clock.tick(1);
    const send = talk.send();
    assert.equal(send.attempt, 2);
  });
});

describe('retries of resets', () => {
  const table: readonly [retryOn: string, reason: ResetReason, sent: Sent, retried: boolean][] = [
    ['5xx,reset,gateway-error,connect-failure', 'overflow', 'nothing', false],
    ['connect-failure', 'remoteConnectionFailure', 'nothing', true],
    ['connect-failure', 'localConnectionFailure', 'nothing', true],
    ['connect-failure', 'connectionTimeout', 'nothing', true],
    ['connect-failure', 'connectionTermination', 'unknown', false],
    ['reset-before-request', 'connectionTermination', 'nothing', true],
    ['reset-before-request', 'connectionTermination', 'unknown', false],
    ['reset', 'connectionTermination', 'unknown', true],
    ['reset', 'protocolError', 'unknown', true],
    ['5xx', 'remoteReset', 'unknown', true],
    ['gateway-error', 'remoteConnectionFailure', 'nothing', true],
    ['refused-stream', 'remoteRefusedStreamReset', 'refused', true],
    ['refused-stream', 'remoteReset', 'unknown', false],
    ['retriable-status-codes', 'remoteConnectionFailure', 'nothing', false],
    ['unavailable', 'remoteReset', 'unknown', false],
  ];
  for (const [retryOn, reason, sent, retried] of table) {
    it(`"${retryOn}" ${retried ? 'retries' : 'does not retry'} ${reason} (${sent})`, () => {
      assert.equal(isResetRetried(retryOn, reason, sent), retried);
    });
  }

  it('tell of themselves in the answer, with URX before the flag of the failure', () => {
    const world = worldOf({ retryOn: 'connect-failure', numRetries: 1 });
    const talk = world.begin();
    talk.send().failed('remoteConnectionFailure', 'nothing');
    talk.send().failed('remoteConnectionFailure', 'nothing');
    const reply = talk.reply();
    assert.equal(
      reply.body,
      'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure',
    );
    assert.deepEqual(reply.flags, ['URX', 'UF']);
    assert.equal(reply.details, 'upstream_reset_before_response_started{remote_connection_failure}');
  });

  it('do not say so when there was none', () => {
    const talk = worldOf({ retryOn: '' }).begin();
    talk.send().failed('remoteConnectionFailure', 'nothing', new Error('Connection refused'));
    const reply = talk.reply();
    assert.match(String(reply.body), /headers\. reset reason: remote connection failure$/);
    assert.equal(
      reply.details,
      'upstream_reset_before_response_started{remote_connection_failure|Connection_refused}',
    );
  });
});

describe('a retry', () => {
  it('waits for its back-off, a random time below a cap that doubles', () => {
    const draws: number[] = [];
    const world = worldOf(
      { retryOn: '5xx', numRetries: 3, retryBackOff: { baseInterval: '0.1s' } },
      { engine: { random: () => draws.shift() ?? 0.999 } },
    );
    const talk = world.begin();
    assert.equal(talk.sent().responded(response(503)), 'again');
    assert.ok(talk.waits());
    world.clock.tick(80);
    assert.ok(talk.waits(), 'somewhere below 100 ms, and close to it');
    world.clock.tick(30);
    assert.equal(talk.wakes, 1);
    assert.equal(talk.sent().responded(response(503)), 'again');
    world.clock.tick(180);
    assert.ok(talk.waits(), 'somewhere below 200 ms');
    world.clock.tick(30);
    assert.equal(talk.wakes, 2);
  });

  it('waits as long as a header of the upstream asks for, where the policy reads it', () => {
    const world = worldOf({
      retryOn: '5xx',
      rateLimitedRetryBackOff: { resetHeaders: [{ name: 'Retry-After', format: 'SECONDS' }] },
    });
    const talk = world.begin();
    assert.equal(talk.sent().responded(response(503, ['retry-after', '2'])), 'again');
    world.clock.tick(1_990);
    assert.ok(talk.waits());
    world.clock.tick(20);
    talk.send();
  });

  it('counts its attempts for the upstream', () => {
    const world = worldOf({ retryOn: '5xx' }, { virtualHost: { includeRequestAttemptCount: true } });
    const talk = world.begin();
    const first = talk.sent();
    assert.equal(first.head.headers.get('x-envoy-attempt-count'), '1');
    first.responded(response(503));
    assert.equal(talk.send().head.headers.get('x-envoy-attempt-count'), '2');
    assert.equal(first.head.headers.get('x-envoy-attempt-count'), '1', 'the first head is left alone');
  });

  it('takes the name of its own endpoint, where the route wants that, not that of the one before', () => {
    const endpoint = (hostname: string, address: string) => ({
      endpoint: { hostname, address: { socketAddress: { address, portValue: 80 } } },
    });
    const world = worldOf(
      {},
      {
        cluster: {
          type: 'STATIC',
          loadAssignment: {
            clusterName: 'shop',
            endpoints: [{ lbEndpoints: [endpoint('a.test', '10.0.0.1'), endpoint('b.test', '10.0.0.2')] }],
          },
        },
        route: {
          route: { cluster: 'shop', autoHostRewrite: true, retryPolicy: { ...noWait, retryOn: '5xx' } },
        },
      },
    );
    const talk = world.begin();
    const first = talk.sent();
    assert.equal(first.responded(response(503)), 'again');
    const second = talk.send();
    assert.deepEqual([first.head.authority, second.head.authority], ['a.test', 'b.test']);
    assert.deepEqual(second.head.headers.all('x-envoy-original-host'), ['shop.test']);
  });

  it('avoids endpoints that were tried before, as often as it may choose again', () => {
    const previousHosts = [{ name: 'envoy.retry_host_predicates.previous_hosts' }];
    const draws = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.9];
    const world = worldOf(
      { retryOn: '5xx', retryHostPredicate: previousHosts, hostSelectionRetryMaxAttempts: '5' },
      { cluster: { lbPolicy: 'RANDOM' }, engine: { random: () => draws.shift() ?? 0.9 } },
    );
    const talk = world.begin();
    const first = talk.sent();
    first.responded(response(503));
    assert.notEqual(talk.send().endpoint.key, first.endpoint.key);
  });

  it('finds no endpoint any more: 503 UH, at once', () => {
    const world = worldOf({ retryOn: '5xx' });
    const talk = world.begin();
    talk.sent().responded(response(503));
    world.setEndpoints('shop', []);
    world.changed({ endpoints: new Set(['shop']) });
    assert.deepEqual(talk.reply().flags, ['UH']);
  });

  it('is not made when too many retries of the cluster are under way: UO', () => {
    const thresholds = [{ maxRetries: 1 }];
    const world = worldOf({ retryOn: '5xx' }, { cluster: { circuitBreakers: { thresholds } } });
    const [one, two] = [world.begin(), world.begin()];
    assert.equal(one.sent().responded(response(503)), 'again');
    const second = two.sent();
    assert.equal(second.responded(response(503)), 'deliver');
    second.ended('complete');
    assert.deepEqual(world.log[0]?.responseFlags, ['UO']);
    const retry = one.sent();
    assert.equal(retry.responded(response(200)), 'deliver');
    assert.equal(world.begin().sent().responded(response(503)), 'again', 'the place is free again');
  });

  it('may be as many as a budget allows, a share of what is under way and at least the minimum', () => {
    const thresholds = [{ retryBudget: { budgetPercent: { value: 50 }, minRetryConcurrency: 1 } }];
    const world = worldOf({ retryOn: '5xx' }, { cluster: { circuitBreakers: { thresholds } } });
    const talks = Array.from({ length: 6 }, () => world.begin());
    const outcomes = talks.map((talk) => talk.sent()).map((send) => send.responded(response(503)));
    assert.deepEqual(outcomes, ['again', 'again', 'deliver', 'deliver', 'deliver', 'deliver']);
  });

  it('stops when more of the body passed than is kept', () => {
    const talk = worldOf({ retryOn: '5xx' }).begin({ body: 'stream' });
    const send = talk.sent();
    assert.equal(talk.call.body.replayLimitBytes, 1024 * 1024);
    talk.call.bodyExceeded();
    assert.equal(talk.call.body.replayLimitBytes, 0);
    assert.equal(send.responded(response(503)), 'deliver');
  });

  it('answers 507 when that happens between two attempts', () => {
    const talk = worldOf(
      { retryOn: '5xx', retryBackOff: { baseInterval: '1s' } },
      { engine: { random: () => 0.5 } },
    ).begin({
      body: 'stream',
    });
    talk.sent().responded(response(503));
    talk.call.bodyExceeded();
    assert.equal(talk.reply().status, 507);
  });
});

describe('retrySafety: strict', () => {
  const strict = (method: string, sent: Sent, headers: string[] = []): boolean => {
    const world = worldOf({ retryOn: 'reset,connect-failure' }, { engine: { retrySafety: 'strict' } });
    const talk = world.begin({ head: head({ method, headers }) });
    talk.sent().failed('connectionTermination', sent);
    return talk.call.next().kind === 'send';
  };

  it('repeats a POST of which nothing left, or which was refused', () => {
    assert.equal(strict('POST', 'nothing'), true);
    assert.equal(strict('POST', 'refused'), true);
  });

  it('never repeats a POST that may have been processed', () => {
    assert.equal(strict('POST', 'unknown'), false);
  });

  it('repeats what is idempotent, by its method or by its key', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
      assert.equal(strict(method, 'unknown'), true);
    assert.equal(strict('POST', 'unknown', ['idempotency-key', '7']), true);
  });

  it('repeats a POST that was answered by "not processed"', () => {
    for (const status of [421, 425]) {
      const policy = { retryOn: 'retriable-status-codes', retriableStatusCodes: [421, 425] };
      const world = worldOf(policy, { engine: { retrySafety: 'strict' } });
      const send = world.begin({ head: head({ method: 'POST' }) }).sent();
      assert.equal(send.responded(response(status)), 'again');
    }
  });

  it('leaves no flag of used-up retries when it refuses', () => {
    const world = worldOf({ retryOn: '5xx' }, { engine: { retrySafety: 'strict' } });
    const send = world.begin({ head: head({ method: 'POST' }) }).sent();
    assert.equal(send.responded(response(503)), 'deliver');
    send.ended('complete');
    assert.deepEqual(world.log[0]?.responseFlags, []);
  });
});
