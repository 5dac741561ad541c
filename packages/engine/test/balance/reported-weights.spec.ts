import { strict as assert } from 'node:assert';
import { HeaderMap } from '@inmesh/model';
import { readLoadReport } from '../../src/balance/load-report.js';
import { ReportedWeights, type ReportedWeightsConfig } from '../../src/balance/reported-weights.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import { FakeClock } from '../engine/fake-clock.js';

const text = (report: string): HeaderMap => new HeaderMap(['endpoint-load-metrics', `TEXT ${report}`]);

describe('a load report', () => {
  it('comes as text, JSON or bytes', () => {
    const entries = (headers: HeaderMap): object => Object.fromEntries(readLoadReport(headers) ?? []);
    const wanted = { cpu_utilization: 0.5, rps_fractional: 100, 'named_metrics.queue': 0.25 };
    assert.deepEqual(
      entries(text('cpu_utilization=0.5, rps_fractional=100,named_metrics.queue=0.25')),
      wanted,
    );
    const json = '{"cpuUtilization": 0.5, "rps_fractional": 100, "named_metrics": {"queue": 0.25}}';
    assert.deepEqual(entries(new HeaderMap(['endpoint-load-metrics', `JSON ${json}`])), wanted);
    const double = (value: number): number[] => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return [...bytes];
    };
    const metric = [0x0a, 5, ...Buffer.from('queue'), 0x11, ...double(0.25)];
    const bytes = Buffer.from([0x09, ...double(0.5), 0x31, ...double(100), 0x42, metric.length, ...metric]);
    assert.deepEqual(entries(new HeaderMap(['endpoint-load-metrics-bin', bytes.toString('base64')])), wanted);
    assert.deepEqual(
      entries(new HeaderMap(['endpoint-load-metrics', `BIN ${bytes.toString('base64')}`])),
      wanted,
    );
  });

  it('is none where it cannot be read', () => {
    const nothing = ['TEXT cpu=a', 'JSON {', 'BIN CQ', 'XML <a/>', 'TEXT a=1,a=2'];
    for (const one of nothing)
      assert.equal(readLoadReport(new HeaderMap(['endpoint-load-metrics', one])), undefined);
    assert.equal(readLoadReport(new HeaderMap()), undefined);
  });
});

describe('weights by reports', () => {
  const clock = new FakeClock();
  const state = new ClusterState({ random: () => 0, now: () => clock.now() });
  const endpoints = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) =>
    state.endpoint({ address, port: 80 }),
  );
  let weights: ReportedWeights;
  let changes: number[];

  function start(config: ReportedWeightsConfig = {}): (number | undefined)[] {
    changes = [];
    for (const endpoint of endpoints) endpoint.state.reportedWeight = undefined;
    weights = new ReportedWeights({ blackoutPeriod: '0s', ...config }, clock, (priority) =>
      changes.push(priority),
    );
    weights.update(endpoints);
    return [];
  }
  afterEach(() => weights.close());

  const say = (index: number, report: string): void => {
    const endpoint = endpoints[index];
    if (endpoint !== undefined) weights.note(endpoint, text(report));
  };
  const now = (): (number | undefined)[] => endpoints.map(({ state: { reportedWeight } }) => reportedWeight);

  it('are requests in a second over utilization, and the median of them for who says nothing', () => {
    start();
    say(0, 'application_utilization=0.5,rps_fractional=100');
    say(1, 'cpu_utilization=0.25,rps_fractional=100');
    assert.deepEqual(now(), [undefined, undefined, undefined], 'not before the period is over');
    clock.tick(1_000);
    assert.deepEqual(now(), [200, 400, 300]);
    assert.deepEqual(changes, [0]);
    clock.tick(1_000);
    assert.deepEqual(changes, [0], 'nothing has changed');
  });

  it('count errors beside the utilization, as much as they are told', () => {
    start({ errorUtilizationPenalty: 2, metricNamesForComputingUtilization: ['named_metrics.queue'] });
    say(0, 'named_metrics.queue=0.3,cpu_utilization=0.9,rps_fractional=100,eps=10');
    clock.tick(1_000);
    assert.equal(now()[0], 200);
  });

  it('count after the blackout, and until they expire', () => {
    start({ blackoutPeriod: '10s', weightExpirationPeriod: '30s' });
    say(0, 'cpu_utilization=0.5,rps_fractional=100');
    clock.tick(9_000);
    assert.deepEqual(now(), [1, 1, 1]);
    clock.tick(2_000);
    assert.deepEqual(now(), [200, 200, 200]);
    clock.tick(30_000);
    assert.deepEqual(now(), [1, 1, 1]);
  });

  it('leave out reports that say nothing of load', () => {
    start();
    say(0, 'cpu_utilization=0.5');
    say(1, 'rps_fractional=5');
    assert.equal(clock.pending, 0);
  });
});
