import { strict as assert } from 'node:assert';
import { statedTimeoutMs } from '../../src/context/deadline.js';

describe('the deadline that a request states', () => {
  const stated = (headers: Record<string, string>): number | undefined =>
    statedTimeoutMs(new Map(Object.entries(headers)));
  const grpc = (text: string): number | undefined => stated({ 'grpc-timeout': text });
  const envoy = (text: string): number | undefined => stated({ 'x-envoy-expected-rq-timeout-ms': text });

  it('is told in milliseconds by Envoy', () => {
    assert.equal(envoy('250'), 250);
    for (const text of ['0', '-1', '1.5', '1e3', 'soon', '', '9'.repeat(16)])
      assert.equal(envoy(text), undefined, text);
  });

  it('is told in units by gRPC', () => {
    const units = { '2H': 7_200_000, '2M': 120_000, '2S': 2000, '2m': 2, '2000u': 2, '2000000n': 2 };
    for (const [text, ms] of Object.entries(units)) assert.equal(grpc(text), ms, text);
    for (const text of ['2', '2s', '123456789m', '-2S', '2.5S', 'S', '0S'])
      assert.equal(grpc(text), undefined, text);
  });

  it('is the shortest of several, and none where nobody says one', () => {
    assert.equal(stated({ 'grpc-timeout': '1S', 'x-envoy-expected-rq-timeout-ms': '500' }), 500);
    assert.equal(stated({ 'grpc-timeout': '0S', 'x-envoy-expected-rq-timeout-ms': '500' }), 500);
    assert.equal(stated({}), undefined);
  });
});
