import { strict as assert } from 'node:assert';
import { compileFault } from '../../src/route/compile-fault.js';
import { fractionOfMillion } from '../../src/route/fraction.js';

describe('compileFault', () => {
  const type = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';

  it('injects nothing without a percentage', () => {
    assert.deepEqual(compileFault({ delay: { fixedDelay: '2s' }, abort: { httpStatus: 500 } }), {
      '@type': type,
      delay: { fixedDelay: '2s', percentage: {} },
      abort: { httpStatus: 500 },
    });
  });

  it('reads shares in steps of a ten-thousandth of a percent, and old ones in whole percent', () => {
    const { delay, abort } = compileFault({
      delay: { fixedDelay: '2s', percent: 7 },
      abort: { httpStatus: 500, percentage: { value: 0.5 } },
    });
    assert.deepEqual(delay, { fixedDelay: '2s', percentage: { numerator: 7 } });
    assert.deepEqual(abort, {
      httpStatus: 500,
      percentage: { numerator: 5000, denominator: 'MILLION' },
    });
  });

  it('numbers gRPC statuses', () => {
    assert.deepEqual(
      compileFault({ abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 100 } } }).abort,
      {
        grpcStatus: 14,
        percentage: { numerator: 1_000_000, denominator: 'MILLION' },
      },
    );
  });

  it('keeps an empty configuration where Istio translates none of it', () => {
    assert.deepEqual(compileFault({ delay: { exponentialDelay: '2s' }, abort: { http2Error: 'REFUSED' } }), {
      '@type': type,
    });
  });

  it('cuts off what is finer than a millionth, as Go does', () => {
    assert.deepEqual(fractionOfMillion({ value: 0.0003 }), { numerator: 2, denominator: 'MILLION' });
    assert.deepEqual(fractionOfMillion({}), { denominator: 'MILLION' });
  });
});
