import { strict as assert } from 'node:assert';
import { Histogram } from '@inmesh/engine';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { prometheusText } from '../../src/stats/prometheus-text.js';
import type { Labels, Stat } from '../../src/stats/stat.js';
import { PulledReader } from '../support/sdk.js';

/** The samples of a text: name with its labels, in any order, and value. */
function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', , labels = '', value] = /^([\w:]+)(\{(.*)\})? (\S+)/.exec(line) ?? [];
    const parts = labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? [];
    samples.set(
      `${name}{${parts
        .filter((part) => !part.startsWith('otel_scope'))
        .sort()
        .join(',')}}`,
      Number(value),
    );
  }
  return samples;
}

const counter = (family: string, labels: Labels, value: number): Stat => ({
  name: family,
  family,
  labels,
  kind: 'counter',
  value,
});

describe('the text for Prometheus', () => {
  it('says the same as the exporter of OpenTelemetry, to which the same was told', async () => {
    const bounds = [1, 5, 25];
    const reader = new PulledReader();
    const meter = new MeterProvider({
      readers: [reader],
      views: [
        {
          instrumentName: 'istio_request_duration_milliseconds',
          aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: bounds } },
        },
      ],
    }).getMeter('spec');
    const labels = { reporter: 'source', path: 'a "quoted" \\ back\nslash' };
    const histogram = new Histogram(bounds);
    const theirs = meter.createHistogram('istio_request_duration_milliseconds');
    for (const value of [0.5, 1, 3, 5, 20, 25, 26, 1_000]) {
      histogram.record(value);
      theirs.record(value, labels);
    }
    meter.createCounter('istio_requests_total').add(8, labels);
    const { resourceMetrics } = await reader.collect();
    const expected = samplesOf(
      new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics),
    );
    const told = samplesOf(
      prometheusText([
        counter('istio_requests_total', Object.entries(labels), 8),
        {
          name: 'd',
          family: 'istio_request_duration_milliseconds',
          labels: Object.entries(labels),
          kind: 'histogram',
          histogram,
        },
      ]),
    );
    assert.deepEqual(told, expected);
  });

  it('names the type of a family once, and families in order', () => {
    const text = prometheusText([
      counter('http.downstream_rq_total', [['p', 'b']], 1),
      counter('cluster.upstream_rq', [['c', 'x']], 2),
      counter('http.downstream_rq_total', [['p', 'a']], 3),
    ]);
    assert.equal(
      text,
      '# TYPE envoy_cluster_upstream_rq counter\nenvoy_cluster_upstream_rq{c="x"} 2\n' +
        '# TYPE envoy_http_downstream_rq_total counter\nenvoy_http_downstream_rq_total{p="b"} 1\nenvoy_http_downstream_rq_total{p="a"} 3\n',
    );
  });

  it('lets no value of a label end its quotes or its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const lines = prometheusText([counter('x', [['label', value]], 1)]).split('\n');
        assert.equal(lines.length, 3);
        assert.match(lines[1] ?? '', /^envoy_x\{label="(?:[^"\\]|\\[\\"n])*"\} 1$/s);
      }),
    );
  });
});
