import { strict as assert } from 'node:assert';
import { limitMs, limitRetries, limitTimeouts } from '../../src/attempt/call-limits.js';
import type { RetryRules } from '../../src/attempt/retry-policy.js';
import type { Timeouts } from '../../src/attempt/timeouts.js';
import type { CallRequest } from '../../src/call.js';

describe('limits of a call', () => {
  const limit = (request: Partial<CallRequest>): number | undefined => limitMs(request as CallRequest, 1000);
  const timeouts = (globalMs: number, perTryMs = 0): Timeouts => ({
    globalMs,
    perTryMs,
    perTryIdleMs: 0,
    hedges: false,
    maxDurationMs: 0,
    idleMs: 0,
    writesGrpcTimeout: false,
    alternateResponse: false,
  });

  it('are the shorter of a wish and a deadline, and none where there is neither', () => {
    assert.equal(limit({}), undefined);
    assert.equal(limit({ overrides: { timeoutMs: 0 } }), undefined);
    assert.equal(limit({ overrides: { timeoutMs: 300 } }), 300);
    assert.equal(limit({ expiresAt: 1200 }), 200);
    assert.equal(limit({ expiresAt: 1200, overrides: { timeoutMs: 300 } }), 200);
    assert.equal(limit({ expiresAt: 900 }), 0);
  });

  it('shorten timeouts, of which 0 is none, and lengthen none', () => {
    assert.equal(limitTimeouts(timeouts(0), 300).globalMs, 300);
    assert.equal(limitTimeouts(timeouts(500), 300).globalMs, 300);
    assert.equal(limitTimeouts(timeouts(200), 300).globalMs, 200);
    assert.equal(limitTimeouts(timeouts(0), -5).globalMs, 1, 'out of time is not without end');
    assert.equal(limitTimeouts(timeouts(0, 100), 300).perTryMs, 100);
    assert.equal(limitTimeouts(timeouts(0, 400), 300).perTryMs, 0, 'a try has all that is left');
  });

  it('lower retries at will, raise them up to the cap, and make none where there are none', () => {
    const retries = (granted: number, wanted: number, cap = 0): number | undefined =>
      limitRetries({ maxRetries: granted } as RetryRules, { retries: wanted }, cap)?.maxRetries;
    assert.equal(retries(2, 1), 1);
    assert.equal(retries(2, 0), undefined);
    assert.equal(retries(2, 9), 2);
    assert.equal(retries(2, 9, 5), 5);
    assert.equal(retries(2, 4, 5), 4);
    assert.equal(retries(7, 9, 5), 7);
    assert.equal(limitRetries(undefined, { retries: 3 }, 5), undefined);
  });
});
