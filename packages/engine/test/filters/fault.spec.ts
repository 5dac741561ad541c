import { strict as assert } from 'node:assert';
import { head } from '../match/request.js';
import { begin, filter, kit, replyOf } from './filter-kit.js';

const always = { numerator: 100 };
const type = 'fault.v3.HTTPFault';

/** A chain with this fault, and draws in the order given. */
function faulty(config: Record<string, unknown>, draws: readonly number[] = []) {
  const left = [...draws];
  return kit([filter('fault', type, config)], { random: () => left.shift() ?? 0 });
}

describe('fault filter', () => {
  it('answers in place of the upstream', () => {
    const { chain } = faulty({ abort: { httpStatus: 418, percentage: always } });
    const { status, body, flag, details } = replyOf(begin(chain, head('/')).next());
    assert.deepEqual([status, body, flag, details], [418, 'fault filter abort', 'FI', 'fault_filter_abort']);
  });

  it('never hits when the share is not said', () => {
    const { chain } = faulty({ abort: { httpStatus: 418 } });
    assert.equal(begin(chain, head('/')).next(), 'continue');
  });

  it('hits the share of its denominator', () => {
    const share = { numerator: 25, denominator: 'TEN_THOUSAND' };
    const at = (draw: number) => {
      const { chain } = faulty({ abort: { httpStatus: 500, percentage: share } }, [draw]);
      return begin(chain, head('/')).next() !== 'continue';
    };
    // The draw becomes a 32-bit number, of which the remainder by 10 000 counts.
    assert.equal(at(24 / 2 ** 32), true);
    assert.equal(at(25 / 2 ** 32), false);
  });

  it('delays first, then draws anew for the abort', async () => {
    const { chain, clock } = faulty(
      {
        delay: { fixedDelay: '0.250s', percentage: always },
        abort: { httpStatus: 503, percentage: { numerator: 50 } },
      },
      [0, 49 / 2 ** 32],
    );
    const { next, call } = begin(chain, head('/'));
    const verdict = next();
    assert.ok(typeof verdict === 'object' && verdict.kind === 'wait');
    assert.deepEqual(call.stream.responseFlags, ['DI']);
    let over = false;
    void verdict.until.then(() => {
      over = true;
    });
    clock.move(249);
    await Promise.resolve();
    assert.equal(over, false, 'one millisecond too early');
    clock.move(1);
    await verdict.until;
    assert.equal(replyOf(next()).status, 503);
  });

  it('lets a delay of nothing pass', () => {
    const { chain } = faulty({ delay: { fixedDelay: '0.0001s', percentage: always } });
    assert.equal(begin(chain, head('/')).next(), 'continue');
  });

  it('brings a gRPC status along, over a plain 200', () => {
    const { chain } = faulty({ abort: { grpcStatus: 14, percentage: always } });
    const { status, grpcStatus } = replyOf(begin(chain, head('/')).next());
    assert.deepEqual([status, grpcStatus], [200, 14]);
  });

  it('does what the caller asks for where the rule lets it', () => {
    const config = {
      delay: { headerDelay: {}, percentage: always },
      abort: { headerAbort: {}, percentage: always },
    };
    const ask = (...lines: string[]) => begin(faulty(config, [0, 0]).chain, head('/', lines)).next();
    assert.equal(ask(), 'continue');
    assert.equal(replyOf(ask('x-envoy-fault-abort-request', '404')).status, 404);
    assert.equal(ask('x-envoy-fault-abort-request', '999'), 'continue');
    assert.equal(replyOf(ask('x-envoy-fault-abort-grpc-request', '5')).grpcStatus, 5);
    assert.equal(
      ask('x-envoy-fault-abort-request', '404', 'x-envoy-fault-abort-request-percentage', '0'),
      'continue',
    );
    const delayed = ask('x-envoy-fault-delay-request', '10');
    assert.ok(typeof delayed === 'object' && delayed.kind === 'wait');
  });

  it('asks for cluster, node and headers first', () => {
    const applies = (config: Record<string, unknown>, ...lines: string[]) =>
      begin(
        faulty({ abort: { httpStatus: 500, percentage: always }, ...config }).chain,
        head('/', lines),
      ).next() !== 'continue';
    assert.equal(applies({ upstreamCluster: 'c' }), true);
    assert.equal(applies({ upstreamCluster: 'other' }), false);
    assert.equal(applies({ headers: [{ name: 'x', presentMatch: true }] }), false);
    assert.equal(applies({ headers: [{ name: 'x', presentMatch: true }] }, 'x', ''), true);
    assert.equal(applies({ downstreamNodes: ['n'] }), false);
    assert.equal(applies({ downstreamNodes: ['n'] }, 'x-envoy-downstream-service-node', 'n'), true);
  });

  it('has no more faults under way than allowed', () => {
    const { chain } = faulty({ maxActiveFaults: 1, abort: { httpStatus: 500, percentage: always } });
    const first = begin(chain, head('/'));
    assert.equal(replyOf(first.next()).status, 500);
    assert.equal(begin(chain, head('/')).next(), 'continue');
    first.run.finished();
    assert.notEqual(begin(chain, head('/')).next(), 'continue');
  });

  describe('a slow response', () => {
    const limit = (config: Record<string, unknown>) => ({
      responseRateLimit: { percentage: always, ...config },
    });
    const chunk = Buffer.alloc(3 * 1024);

    it('lets bytes go at the pace of the rule, from the first share of a second on', async () => {
      const { chain, clock } = faulty(limit({ fixedLimit: { limitKbps: '20' } }));
      const { next, transforms } = begin(chain, head('/'));
      assert.equal(next(), 'continue');
      const throttle = transforms[0]?.() ?? assert.fail('nothing slows it down');
      let bytes = 0;
      throttle.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      throttle.end(chunk);
      await turn();
      assert.equal(bytes, 1024);
      clock.move(49);
      await turn();
      assert.equal(bytes, 1024, 'one millisecond too early');
      clock.move(1);
      await turn();
      assert.equal(bytes, 2048);
      clock.move(50);
      await turn();
      assert.equal(bytes, 3072);
      assert.equal(throttle.readableEnded, true);
    });

    it('saves up a second at most', async () => {
      const { chain, clock } = faulty(limit({ fixedLimit: { limitKbps: 1 } }));
      const { next, transforms } = begin(chain, head('/'));
      next();
      const throttle = transforms[0]?.() ?? assert.fail('nothing slows it down');
      clock.move(10_000);
      throttle.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(throttle.readableLength, 1024);
      throttle.destroy();
    });

    it('may be asked for by the caller, where the rule leaves it to them', () => {
      const slowed = (...headers: string[]): boolean => {
        const { chain } = faulty(limit({ headerLimit: {} }));
        const { next, transforms } = begin(chain, head('/', headers));
        next();
        return transforms.length > 0;
      };
      assert.equal(slowed(), false);
      assert.equal(slowed('x-envoy-fault-throughput-response', '0'), false);
      assert.equal(slowed('x-envoy-fault-throughput-response', '5'), true);
    });

    it('counts as an active fault to its end', () => {
      const { chain } = faulty({ ...limit({ fixedLimit: { limitKbps: 1 } }), maxActiveFaults: 1 });
      const first = begin(chain, head('/'));
      const second = begin(chain, head('/'));
      first.next();
      second.next();
      assert.deepEqual([first.transforms.length, second.transforms.length], [1, 0]);
      first.run.finished();
      const third = begin(chain, head('/'));
      third.next();
      assert.equal(third.transforms.length, 1);
    });
  });
});
