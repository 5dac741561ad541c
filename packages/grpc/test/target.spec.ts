import { strict as assert } from 'node:assert';
import { formatTimeout } from '../src/call/deadline.js';
import { parseTarget } from '../src/channel/target.js';

describe('the target of a gRPC client', () => {
  for (const [text, host, port, authority] of [
    ['reviews:9080', 'reviews', 9080, 'reviews:9080'],
    ['dns:reviews:9080', 'reviews', 9080, 'reviews:9080'],
    ['dns:///reviews.default.svc:9080', 'reviews.default.svc', 9080, 'reviews.default.svc:9080'],
    ['dns://8.8.8.8/reviews:9080', 'reviews', 9080, 'reviews:9080'],
    ['ipv4:10.0.0.1:50051', '10.0.0.1', 50_051, '10.0.0.1:50051'],
    ['[::1]:50051', '::1', 50_051, '[::1]:50051'],
    ['ipv6:[::1]:50051', '::1', 50_051, '[::1]:50051'],
    ['reviews', 'reviews', 443, 'reviews'],
  ] as const)
    it(`reads ${text}`, () => assert.deepEqual(parseTarget(text), { host, port, authority }));

  for (const text of ['unix:/tmp/socket', 'xds:///reviews', 'reviews:99999', '', 'a b:1', 'vsock:1:2'])
    it(`refuses ${JSON.stringify(text)} with a code`, () =>
      assert.throws(() => parseTarget(text), { code: 'INMESH_GRPC_TARGET' }));
});

describe('grpc-timeout', () => {
  for (const [leftMs, text] of [
    [0, '0m'],
    [-5, '0m'],
    [1.2, '2m'],
    [99_999_999, '99999999m'],
    [100_000_001, '100001S'],
    [1e15, '99999999H'],
  ] as const)
    it(`writes ${leftMs} ms as ${text}`, () => assert.equal(formatTimeout(leftMs), text));
});
