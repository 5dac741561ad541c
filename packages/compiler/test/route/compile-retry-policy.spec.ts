import { strict as assert } from 'node:assert';
import type { HTTPRetry } from '@inmesh/model';
import { compileRetryPolicy } from '../../src/route/compile-retry-policy.js';

describe('compileRetryPolicy', () => {
  const compile = (retries?: HTTPRetry) => compileRetryPolicy(retries, { hashed: false });

  it('tries twice more what did no harm, without status codes, when nobody says otherwise', () => {
    const policy = compile();
    assert.equal(policy?.numRetries, 2);
    assert.equal(
      policy?.retryOn,
      'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
    );
    assert.equal(policy?.retriableStatusCodes, undefined);
    assert.equal(policy?.hostSelectionRetryMaxAttempts, '5');
  });

  it('is off without attempts, whatever else is said', () => {
    assert.equal(compile({ attempts: 0 }), undefined);
    assert.equal(compile({ backoff: '1s' }), undefined);
  });

  it('tells status codes from conditions, and adds the condition that makes codes count', () => {
    assert.deepEqual(
      [compile({ attempts: 1, retryOn: '5xx,429' })].map((policy) => [
        policy?.retryOn,
        policy?.retriableStatusCodes,
      ]),
      [['5xx,retriable-status-codes', [429]]],
    );
    assert.equal(compile({ attempts: 1, retryOn: '503' })?.retryOn, ',retriable-status-codes');
    assert.equal(
      compile({ attempts: 1, retryOn: 'retriable-status-codes,503' })?.retryOn,
      'retriable-status-codes',
    );
  });

  it('leaves numbers that name no status among the conditions', () => {
    const policy = compile({ attempts: 1, retryOn: '599, reset' });
    assert.equal(policy?.retryOn, '599,reset');
    assert.equal(policy?.retriableStatusCodes, undefined);
  });

  it('avoids hosts tried before unless a hash chose them, or the rule says otherwise', () => {
    const avoids = (retries: HTTPRetry | undefined, hashed: boolean): boolean =>
      compileRetryPolicy(retries, { hashed })?.retryHostPredicate !== undefined;
    assert.equal(avoids(undefined, false), true);
    assert.equal(avoids(undefined, true), false);
    assert.equal(avoids({ attempts: 1, retryIgnorePreviousHosts: true }, true), true);
    assert.equal(avoids({ attempts: 1, retryIgnorePreviousHosts: false }, false), false);
  });

  it('writes durations as Envoy does, and looks into other localities every second retry', () => {
    const policy = compile({
      attempts: 1,
      perTryTimeout: '250ms',
      backoff: '1m',
      retryRemoteLocalities: true,
    });
    assert.equal(policy?.perTryTimeout, '0.25s');
    assert.deepEqual(policy?.retryBackOff, { baseInterval: '60s' });
    assert.equal(policy?.retryPriority?.typedConfig?.updateFrequency, 2);
  });
});
