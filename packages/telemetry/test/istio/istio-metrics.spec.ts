import { strict as assert } from 'node:assert';
import type { Endpoint, ObservedCall } from '@inmesh/engine';
import { type Cluster, createWorkload, HeaderMap, type Workload } from '@inmesh/model';
import { IstioMetrics } from '../../src/istio/istio-metrics.js';
import type { Stat } from '../../src/stats/stat.js';
import { observedCall } from '../support/observed-call.js';

const web = createWorkload({ name: 'web-v1', namespace: 'shop', labels: { app: 'web', version: 'v1' } });

const cluster: Cluster = {
  name: 'outbound|80||reviews.shop.svc.cluster.local',
  metadata: {
    filterMetadata: {
      istio: { services: [{ host: 'reviews.shop.svc.cluster.local', name: 'reviews', namespace: 'shop' }] },
    },
  },
};

function endpoint(workload: string): Endpoint {
  return { key: '10.0.0.1:80', metadata: { filterMetadata: { istio: { workload } } } } as unknown as Endpoint;
}

/** What is told after these calls. */
function toldOf(calls: readonly ObservedCall[], workload: Workload = web, maxSeries = 100): Stat[] {
  const metrics = new IstioMetrics({ workload, maxSeries });
  for (const call of calls) {
    if (call.isTcp) metrics.connected(call);
    metrics.ended(call);
  }
  const stats: Stat[] = [];
  metrics.collect(stats);
  return stats;
}

function values(stats: readonly Stat[], name: string): number[] {
  return stats.flatMap((stat) => (stat.name === name && stat.kind !== 'histogram' ? [stat.value] : []));
}

function labelsOf(stats: readonly Stat[], name: string): Record<string, string> {
  return Object.fromEntries(stats.find((stat) => stat.name === name)?.labels ?? []);
}

describe('Istio’s metrics', () => {
  it('name both ends of a call by what their workloads are', () => {
    const call = observedCall({ cluster, endpoint: endpoint('reviews-v2;shop;reviews;v2;Kubernetes') });
    assert.deepEqual(labelsOf(toldOf([call]), 'istio_requests_total'), {
      reporter: 'source',
      source_workload: 'web-v1',
      source_canonical_service: 'web',
      source_canonical_revision: 'v1',
      source_workload_namespace: 'shop',
      source_principal: 'unknown',
      source_app: 'web',
      source_version: 'v1',
      source_cluster: 'unknown',
      destination_workload: 'reviews-v2',
      destination_workload_namespace: 'shop',
      destination_principal: 'unknown',
      destination_app: 'unknown',
      destination_version: 'unknown',
      destination_service: 'reviews.shop.svc.cluster.local',
      destination_canonical_service: 'reviews',
      destination_canonical_revision: 'v2',
      destination_service_name: 'reviews',
      destination_service_namespace: 'shop',
      destination_cluster: 'Kubernetes',
      request_protocol: 'http',
      response_code: '200',
      grpc_response_status: '',
      response_flags: '-',
      connection_security_policy: 'unknown',
    });
  });

  it('keep calls apart by how they ended, and together where endpoints are replaced by equal ones', () => {
    const ended = (facts: Parameters<typeof observedCall>[0]): ObservedCall =>
      observedCall({ cluster, endpoint: endpoint('w;shop;reviews;v1;K'), ...facts });
    const calls = [
      ended({}),
      ended({}),
      ended({ responseCode: 503, responseFlags: ['UF'] }),
      ended({ responseCode: 503, responseFlags: ['UF', 'URX'] }),
      ...['5', 'made up', '5000'].map((status) =>
        ended({
          headers: { 'content-type': 'application/grpc' },
          responseTrailers: new HeaderMap(['grpc-status', status]),
        }),
      ),
    ];
    assert.deepEqual(values(toldOf(calls), 'istio_requests_total'), [2, 1, 1, 1, 2]);
  });

  it('count sizes and durations', () => {
    const call = observedCall({
      cluster,
      endpoint: endpoint('w;shop;reviews;v1;K'),
      headers: { 'content-length': '42' },
      responseBytes: 7,
      elapsedMs: 30,
    });
    const sums = toldOf([call, call]).flatMap((stat) =>
      stat.kind === 'histogram' ? [stat.histogram.sum] : [],
    );
    assert.deepEqual(sums, [60, 84, 14]);
  });

  it('name a stranger by the host that the caller wrote', () => {
    const call = observedCall({
      cluster: { name: 'PassthroughCluster' },
      routeName: 'allow_any',
      endpoint: endpoint(''),
    });
    const labels = labelsOf(toldOf([call]), 'istio_requests_total');
    assert.equal(labels.destination_service, 'shop.test');
    assert.equal(labels.destination_service_name, 'PassthroughCluster');
  });

  it('are told by the destination where this workload was called', () => {
    const uri = 'spiffe://cluster.local/ns/front/sa/web';
    const own = 'spiffe://cluster.local/ns/shop/sa/reviews';
    const peer = { hash: '', pem: '', subject: '', uris: [uri], dnsNames: [], ownUris: [own] };
    const received = (tls: object): ObservedCall => {
      const call = observedCall();
      const downstream = {
        listener: { address: '0.0.0.0', port: 80 },
        remoteAddress: '10.0.0.9',
        remotePort: 1,
        protocol: 'HTTP/1.1' as const,
        ...tls,
      };
      return { ...call, request: { ...call.request, downstream } };
    };
    const mutual = labelsOf(
      toldOf([received({ tls: { presented: true, validated: true, peer } })]),
      'istio_requests_total',
    );
    assert.deepEqual(
      [
        mutual.reporter,
        mutual.source_principal,
        mutual.source_workload_namespace,
        mutual.destination_principal,
        mutual.connection_security_policy,
      ],
      ['destination', uri, 'front', own, 'mutual_tls'],
    );
    assert.equal(mutual.destination_workload, 'web-v1');
    assert.equal(mutual.destination_service, 'web', 'not the host that a stranger wrote');
    const plain = labelsOf(toldOf([received({})]), 'istio_requests_total');
    assert.deepEqual([plain.connection_security_policy, plain.source_workload], ['none', 'unknown']);
    const gateway = labelsOf(toldOf([received({})], { ...web, type: 'router' }), 'istio_requests_total');
    assert.equal(gateway.reporter, 'source');
    assert.deepEqual(
      [gateway.destination_service, gateway.destination_service_name],
      ['unknown', 'unknown'],
      'strangers make up hosts, and would fill up the sets of labels',
    );
  });

  it('count connections when they stand and when they are over, with their bytes', () => {
    const call = observedCall({
      isTcp: true,
      cluster,
      endpoint: endpoint('w;shop;db;v1;K'),
      requestBytes: 10,
      responseBytes: 99,
    });
    const stats = toldOf([call]);
    assert.deepEqual(
      ['opened', 'closed'].map((what) => values(stats, `istio_tcp_connections_${what}_total`)[0]),
      [1, 1],
    );
    assert.deepEqual(values(stats, 'istio_tcp_sent_bytes_total'), [99]);
    assert.deepEqual(values(stats, 'istio_tcp_received_bytes_total'), [10]);
    assert.equal(labelsOf(stats, 'istio_tcp_sent_bytes_total').response_code, undefined);
  });

  it('keep no more label sets than they may, and say how many calls fell outside', () => {
    const strangers = Array.from({ length: 10 }, (_, i) => {
      const call = observedCall();
      return { ...call, requestHead: { ...call.requestHead, authority: `host-${i}.test` } };
    });
    const stats = toldOf(strangers, web, 3);
    assert.equal(values(stats, 'istio_requests_total').length, 3);
    assert.deepEqual(values(stats, 'inmesh_istio_metrics_overflow'), [7]);
  });
});
