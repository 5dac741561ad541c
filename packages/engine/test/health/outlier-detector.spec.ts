import { strict as assert } from 'node:assert';
import type { EnvoyOutlierDetection } from '@inmesh/model';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import type { Endpoint } from '../../src/cluster/endpoint.js';
import { OutlierDetector } from '../../src/health/outlier-detector.js';
import { compileOutlierOptions } from '../../src/health/outlier-options.js';
import { FakeClock } from '../engine/fake-clock.js';

class Bench {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly endpoints: Endpoint[];
  readonly detector: OutlierDetector;

  constructor(config: EnvoyOutlierDetection, count = 3, random: () => number = () => 0) {
    const state = new ClusterState({ random: () => 0 });
    this.endpoints = Array.from({ length: count }, (_, i) => state.endpoint({ address: `e${i}` }));
    this.detector = new OutlierDetector(compileOutlierOptions(config), {
      clock: this.clock,
      random,
      ejected: ({ key }, reason) => void this.log.push(`-${key} ${reason}`),
      restored: ({ key }) => void this.log.push(`+${key}`),
    });
    this.detector.update(this.endpoints);
  }

  endpoint(i: number): Endpoint {
    return this.endpoints[i] ?? assert.fail();
  }

  answers(i: number, status: number, times = 1): void {
    for (let n = 0; n < times; n++) this.detector.responded(this.endpoint(i), status);
  }

  fails(i: number, times = 1): void {
    for (let n = 0; n < times; n++) this.detector.failed(this.endpoint(i), 503);
  }

  isEjected(i: number): boolean {
    return this.endpoint(i).state.ejected;
  }
}

const all = { maxEjectionPercent: 100 };

describe('outlier detection of runs', () => {
  it('ejects at exactly the nth failure in a row', () => {
    const bench = new Bench({ ...all, consecutive5xx: 3 });
    bench.answers(0, 500, 2);
    assert.equal(bench.isEjected(0), false);
    bench.answers(0, 503);
    assert.equal(bench.isEjected(0), true);
    assert.deepEqual(bench.log, ['-e0 consecutive_5xx']);
  });

  it('starts anew after any answer below 500', () => {
    const bench = new Bench({ ...all, consecutive5xx: 3 });
    bench.answers(0, 500, 2);
    bench.answers(0, 404);
    bench.answers(0, 500, 2);
    assert.equal(bench.isEjected(0), false);
  });

  it('counts connection failures and resets as 503, and timeouts as 504', () => {
    const bench = new Bench({ ...all, consecutive5xx: 2 });
    bench.fails(0);
    bench.detector.failed(bench.endpoint(0), 504);
    assert.equal(bench.isEjected(0), true);
  });

  it('tells 502, 503 and 504 from other failures', () => {
    const bench = new Bench({
      ...all,
      consecutive5xx: 0,
      consecutiveGatewayFailure: 2,
      enforcingConsecutiveGatewayFailure: 100,
    });
    bench.answers(0, 502);
    bench.answers(0, 500);
    bench.answers(0, 503);
    assert.equal(bench.isEjected(0), false);
    bench.answers(0, 504);
    assert.deepEqual(bench.log, ['-e0 consecutive_gateway_failure']);
  });

  it('does not act on gateway failures unless told to', () => {
    const bench = new Bench({ ...all, consecutive5xx: 0, consecutiveGatewayFailure: 1 });
    bench.answers(0, 503, 10);
    assert.equal(bench.isEjected(0), false);
  });

  it('counts failures of ours apart, where they are split off', () => {
    const bench = new Bench({
      ...all,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailure: 2,
      consecutive5xx: 2,
    });
    bench.fails(0);
    bench.answers(0, 500);
    assert.equal(bench.isEjected(0), false);
    bench.fails(0);
    assert.deepEqual(bench.log, ['-e0 consecutive_local_origin_failure']);
    bench.fails(1);
    bench.detector.connected(bench.endpoint(1));
    bench.fails(1);
    assert.equal(bench.isEjected(1), false, 'a connection ends the run');
  });

  it('demands another whole run after an ejection that was refused', () => {
    const bench = new Bench(
      { consecutive5xx: 2, maxEjectionPercent: 100, enforcingConsecutive5xx: 50 },
      3,
      () => 0.7,
    );
    bench.answers(0, 500, 3);
    assert.equal(bench.isEjected(0), false);
  });
});

describe('the ejection limit', () => {
  const ejectsFirst = (hosts: number, percent: number): boolean => {
    const bench = new Bench({ consecutive5xx: 1, maxEjectionPercent: percent }, hosts);
    bench.answers(0, 500);
    return bench.isEjected(0);
  };

  it('is a share of all endpoints that may not be passed', () => {
    assert.equal(ejectsFirst(9, 10), false);
    assert.equal(ejectsFirst(10, 10), true);
    assert.equal(ejectsFirst(3, 33), false);
    assert.equal(ejectsFirst(3, 34), true);
  });

  it('lets no second one out of ten go at 10 percent', () => {
    const bench = new Bench({ consecutive5xx: 1 }, 10);
    bench.answers(0, 500);
    bench.answers(1, 500);
    assert.deepEqual([bench.isEjected(0), bench.isEjected(1)], [true, false]);
  });

  it('spares nobody when one may always go', () => {
    const bench = new Bench({ consecutive5xx: 1, alwaysEjectOneHost: true }, 3);
    bench.answers(0, 500);
    bench.answers(1, 500);
    assert.deepEqual([bench.isEjected(0), bench.isEjected(1)], [true, false]);
  });
});

describe('the way back', () => {
  const config = { ...all, consecutive5xx: 1, baseEjectionTime: '25s', interval: '10s' };

  it('opens at the first sweep after the ejection time', () => {
    const bench = new Bench(config);
    bench.answers(0, 500);
    bench.clock.tick(29_999);
    assert.equal(bench.isEjected(0), true, 'one millisecond too early');
    bench.clock.tick(1);
    assert.equal(bench.isEjected(0), false);
  });

  it('takes twice as long the second time', () => {
    const bench = new Bench(config);
    bench.answers(0, 500);
    bench.clock.tick(30_000);
    bench.answers(0, 500);
    bench.clock.tick(49_999);
    assert.equal(bench.isEjected(0), true);
    bench.clock.tick(1);
    assert.equal(bench.isEjected(0), false);
  });

  it('is as short as before after enough quiet sweeps', () => {
    const bench = new Bench(config);
    bench.answers(0, 500);
    bench.clock.tick(40_000);
    bench.answers(0, 500);
    bench.clock.tick(30_000);
    assert.equal(bench.isEjected(0), false);
  });

  it('is never longer than the maximum', () => {
    const bench = new Bench({ ...config, maxEjectionTime: '30s' });
    for (let i = 0; i < 5; i++) {
      bench.answers(0, 500);
      bench.clock.tick(30_000);
      assert.equal(bench.isEjected(0), false, `time ${i}`);
    }
  });

  it('lets endpoints start with clean counters', () => {
    const bench = new Bench({ ...config, consecutive5xx: 2 });
    bench.answers(0, 500, 3);
    bench.clock.tick(30_000);
    bench.answers(0, 500);
    assert.equal(bench.isEjected(0), false);
  });

  it('needs no timer while nothing is ejected', () => {
    const bench = new Bench({ ...config, enforcingSuccessRate: 0 });
    bench.answers(0, 200, 100);
    assert.equal(bench.clock.pending, 0);
    bench.answers(0, 500);
    bench.clock.tick(100_000);
    assert.equal(bench.clock.pending, 0);
  });

  it('is not remembered for an endpoint that left and came back', () => {
    const bench = new Bench({ ...config, consecutive5xx: 2 });
    bench.answers(0, 500);
    bench.detector.update(bench.endpoints.slice(1));
    bench.detector.update(bench.endpoints);
    bench.answers(0, 500);
    assert.equal(bench.isEjected(0), false);
  });
});

describe('outlier detection of rates', () => {
  it('ejects at a sweep who succeeds much less often than the others', () => {
    const bench = new Bench({ ...all, consecutive5xx: 0 }, 5);
    for (let i = 0; i < 5; i++) bench.answers(i, 200, i === 0 ? 50 : 100);
    bench.answers(0, 500, 50);
    assert.deepEqual(bench.log, []);
    bench.clock.tick(10_000);
    assert.deepEqual(bench.log, ['-e0 success_rate']);
  });

  it('judges nobody by few requests or among few endpoints', () => {
    const few = new Bench({ ...all, consecutive5xx: 0 }, 5);
    for (let i = 0; i < 5; i++) few.answers(i, i === 0 ? 500 : 200, 99);
    few.clock.tick(10_000);
    const alone = new Bench({ ...all, consecutive5xx: 0 }, 4);
    for (let i = 0; i < 4; i++) alone.answers(i, i === 0 ? 500 : 200, 100);
    alone.clock.tick(10_000);
    assert.deepEqual([...few.log, ...alone.log], []);
  });

  it('ejects by percentage of failures where that is enforced', () => {
    const config = { ...all, consecutive5xx: 0, enforcingSuccessRate: 0, enforcingFailurePercentage: 100 };
    const bench = new Bench(config, 5);
    for (let i = 0; i < 5; i++) bench.answers(i, 200, 50);
    bench.answers(0, 500, 283);
    bench.clock.tick(10_000);
    assert.deepEqual(bench.log, [], '84.98 %');
    for (let i = 0; i < 5; i++) bench.answers(i, 200, i === 0 ? 15 : 50);
    bench.answers(0, 500, 85);
    bench.clock.tick(10_000);
    assert.deepEqual(bench.log, ['-e0 failure_percentage'], '85 %');
  });
});
