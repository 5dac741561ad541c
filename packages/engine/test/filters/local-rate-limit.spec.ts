import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { TokenBucket } from '../../src/filters/token-bucket.js';
import { head } from '../match/request.js';
import { begin, beginOn, filter, kit, replyOf, routeOf } from './filter-kit.js';

const type = 'local_ratelimit.v3.LocalRateLimit';
const on = { defaultValue: { numerator: 100 } };
const limit = (rest: Record<string, unknown> = {}) => ({
  statPrefix: 'rl',
  tokenBucket: { maxTokens: 2, tokensPerFill: 1, fillInterval: '1s' },
  filterEnabled: on,
  filterEnforced: on,
  ...rest,
});
const limited = (rest: Record<string, unknown> = {}) => kit([filter('limit', type, limit(rest))]);

describe('local rate limit', () => {
  it('lets as many calls pass as there are tokens, and one more with each that comes', () => {
    const { chain, clock } = limited();
    const passes = () => begin(chain, head('/')).next() === 'continue';
    assert.deepEqual([passes(), passes(), passes()], [true, true, false]);
    clock.move(999);
    assert.equal(passes(), false);
    clock.move(1);
    assert.equal(passes(), true);
  });

  it('counts apart for routes that were patched with the same object', () => {
    const { chain } = kit([filter('limit', type)]);
    const configs = {
      limit: { '@type': `type.googleapis.com/envoy.extensions.filters.http.${type}`, ...limit() },
    };
    const [one, other] = [routeOf({ configs }), routeOf({ configs })];
    const passes = (route: typeof one) => beginOn(chain, head('/'), route, {}).next() === 'continue';
    assert.deepEqual([passes(one), passes(one), passes(one), passes(other)], [true, true, false, true]);
  });

  it('answers 429 with its flag, and the headers of the rule', () => {
    const { chain } = limited({ responseHeadersToAdd: [{ header: { key: 'x-limited', value: 'yes' } }] });
    begin(chain, head('/')).next();
    begin(chain, head('/')).next();
    const call = begin(chain, head('/'));
    const { status, flag, details, body } = replyOf(call.next());
    assert.deepEqual([status, flag, details, body], [429, 'RL', 'local_rate_limited', 'local_rate_limited']);
    assert.equal(call.respond([], 429).headers.get('x-limited'), 'yes');
  });

  it('takes the status of the rule if that is an error', () => {
    const status = (code: string) => {
      const { chain } = limited({ status: { code }, tokenBucket: { maxTokens: 0, fillInterval: '1s' } });
      return replyOf(begin(chain, head('/')).next()).status;
    };
    assert.equal(status('ServiceUnavailable'), 503);
    assert.equal(status('OK'), 429);
  });

  it('tells gRPC that it is unavailable, or that resources are exhausted', () => {
    const status = (rest: Record<string, unknown>) => {
      const { chain } = limited({ tokenBucket: { maxTokens: 0, fillInterval: '1s' }, ...rest });
      return replyOf(begin(chain, head('/', ['content-type', 'application/grpc'])).next()).grpcStatus;
    };
    assert.equal(status({}), 14);
    assert.equal(status({ rateLimitedAsResourceExhausted: true }), 8);
  });

  it('does nothing unless enabled, and only counts unless enforced', () => {
    const none = { maxTokens: 0, fillInterval: '1s' };
    const { filterEnabled: _, ...off } = limit({ tokenBucket: none });
    assert.equal(begin(kit([filter('limit', type, off)]).chain, head('/')).next(), 'continue');
    const { filterEnforced: __, ...counting } = limit({
      tokenBucket: none,
      requestHeadersToAddWhenNotEnforced: [{ header: { key: 'x-over', value: '1' } }],
    });
    const request = head('/');
    assert.equal(begin(kit([filter('limit', type, counting)]).chain, request).next(), 'continue');
    assert.equal(request.headers.get('x-over'), '1');
  });

  it('tells how much is left, on every answer', () => {
    const { chain, clock } = limited({ enableXRatelimitHeaders: 'DRAFT_VERSION_03' });
    const headers = () => {
      const call = begin(chain, head('/'));
      call.next();
      const answer = call.respond().headers;
      return ['limit', 'remaining', 'reset'].map((name) => answer.get(`x-ratelimit-${name}`));
    };
    assert.deepEqual(headers(), ['2', '1', '0']);
    assert.deepEqual(headers(), ['2', '0', '1']);
    clock.move(500);
    assert.deepEqual(headers(), ['2', '0', '1']);
  });

  it('counts per configuration, whatever routes share it', () => {
    const { chain } = limited();
    assert.equal(begin(chain, head('/1')).next(), 'continue');
    assert.equal(begin(chain, head('/2')).next(), 'continue');
    assert.notEqual(begin(chain, head('/3')).next(), 'continue');
  });

  it('counts what descriptors name each by itself, a value that is left open too', () => {
    const { chain } = limited({
      tokenBucket: { maxTokens: 100, fillInterval: '1s' },
      descriptors: [
        { entries: [{ key: 'path', value: 'cart' }], tokenBucket: { maxTokens: 1, fillInterval: '60s' } },
        { entries: [{ key: 'user' }], tokenBucket: { maxTokens: 1, fillInterval: '60s' } },
      ],
    });
    const rateLimits = [
      {
        actions: [
          {
            headerValueMatch: {
              descriptorKey: 'path',
              descriptorValue: 'cart',
              headers: [{ name: ':path', stringMatch: { prefix: '/cart' } }],
            },
          },
        ],
      },
      { actions: [{ requestHeaders: { headerName: 'X-User', descriptorKey: 'user' } }] },
    ];
    const route = routeOf({ route: { route: { cluster: 'c', ...{ rateLimits } } } });
    const passes = (path: string, ...lines: string[]) =>
      beginOn(chain, head(path, lines), route).next() === 'continue';
    assert.deepEqual([passes('/cart'), passes('/cart/2'), passes('/other')], [true, false, true]);
    assert.deepEqual(
      [passes('/', 'x-user', 'a'), passes('/', 'x-user', 'b'), passes('/', 'x-user', 'a')],
      [true, true, false],
    );
  });
});

describe('TokenBucket', () => {
  it('never gives more than it held and was filled with, over any time', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(3000), takes: fc.nat(5) }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), steps, (maxTokens, list) => {
        let now = 0;
        const bucket = new TokenBucket({ maxTokens, tokensPerFill: 1, fillInterval: '1s' }, () => now);
        let given = 0;
        for (const { waitMs, takes } of list) {
          now += waitMs;
          for (let i = 0; i < takes; i++) if (bucket.take(1)) given++;
          assert.ok(bucket.remaining <= maxTokens);
        }
        assert.ok(given <= maxTokens + now / 1000);
      }),
    );
  });
});
