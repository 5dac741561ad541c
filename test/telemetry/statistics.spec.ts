import { strict as assert } from 'node:assert';
import { credentials, Metadata } from '@grpc/grpc-js';
import { meshInterceptor } from 'inmesh/grpc';
import { Reviews, serveGrpc } from '../../examples/support/serve-grpc.js';
import { closeAll, get, meshOf, policy, rules, service, type Upstream, upstream } from '../mesh/support.js';

/** What a mesh has counted after real calls over real sockets. */
describe('statistics of a mesh', () => {
  afterEach(closeAll);

  it('count the calls of a cluster in Envoy’s names', async () => {
    const mesh = await meshOf(service('reviews.test', [await upstream('v1')]));
    for (let i = 0; i < 3; i++) await get(mesh, 'http://reviews.test/');
    const stats = mesh.stats();
    const cluster = 'cluster.outbound|80||reviews.test';
    assert.deepEqual(
      [
        'upstream_rq_total',
        'upstream_rq_completed',
        'upstream_rq_2xx',
        'upstream_rq_200',
        'upstream_cx_total',
      ].map((name) => stats.value(`${cluster}.${name}`)),
      [3, 3, 3, 3, 1],
    );
    assert.equal(stats.value(`${cluster}.upstream_rq_active`), 0);
    assert.equal(stats.value(`${cluster}.membership_healthy`), 1);
  });

  it('tell retries, what was retried, and that a retry helped', async () => {
    let answers = 0;
    const flaky = await upstream('v1', {
      behave(_req, res) {
        if (answers++ > 0) return false;
        res.writeHead(503).end();
        return true;
      },
    });
    const mesh = await meshOf(
      service('reviews.test', [flaky]) +
        rules(
          'reviews.test',
          '[{retries: {attempts: 2, retryOn: "5xx"}, route: [{destination: {host: reviews.test}}]}]',
        ),
    );
    assert.equal((await get(mesh, 'http://reviews.test/')).status, 200);
    const stats = mesh.stats();
    const of = (name: string): number => stats.value(`cluster.outbound|80||reviews.test.${name}`);
    assert.equal(of('upstream_rq_total'), 2);
    assert.equal(of('upstream_rq_retry'), 1);
    assert.equal(of('upstream_rq_retry_success'), 1);
    assert.equal(of('retry.upstream_rq_503'), 1);
    assert.equal(of('upstream_rq_503'), 0, 'only what the caller got is an answer of the cluster');
    assert.equal(of('upstream_rq_200'), 1);
  });

  it('count what a circuit breaker turned away', async () => {
    const held: (() => void)[] = [];
    const slow = await upstream('v1', {
      behave(_req, res) {
        held.push(() => res.end());
        return true;
      },
    });
    const mesh = await meshOf(
      service('reviews.test', [slow]) +
        policy('reviews.test', 'trafficPolicy: {connectionPool: {http: {http2MaxRequests: 1}}}') +
        rules('reviews.test', '[{retries: {attempts: 0}, route: [{destination: {host: reviews.test}}]}]'),
    );
    const first = mesh.fetch('http://reviews.test/');
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await mesh.fetch('http://reviews.test/')).status, 503);
    held[0]?.();
    await (await first).text();
    assert.equal(mesh.stats().value('cluster.outbound|80||reviews.test.upstream_rq_pending_overflow'), 1);
  });

  it('tell connections that stood from those that did not come about', async () => {
    const [alive, gone] = [await upstream('v1'), await upstream('v2')];
    await gone.close();
    const mesh = await meshOf(service('alive.test', [alive]) + service('gone.test', [gone]));
    await get(mesh, 'http://alive.test/');
    assert.equal((await get(mesh, 'http://gone.test/')).status, 503);
    const stats = mesh.stats();
    const of = (host: string, name: string): number => stats.value(`cluster.outbound|80||${host}.${name}`);
    assert.deepEqual(
      ['upstream_cx_total', 'upstream_cx_http1_total', 'upstream_cx_connect_fail'].map((name) =>
        of('alive.test', name),
      ),
      [1, 1, 0],
    );
    const tries = of('gone.test', 'upstream_cx_connect_fail');
    assert.ok(tries > 0);
    assert.equal(of('gone.test', 'upstream_rq_pending_failure_eject'), tries);
    assert.equal(of('gone.test', 'upstream_rq_total'), 0, 'none was ever attached to a connection');
    assert.equal(of('gone.test', 'upstream_rq_503'), 1);
    assert.equal(of('gone.test', 'upstream_cx_active'), 0);
  });

  it('count connections whose bytes are not read, and the bytes', async () => {
    const raw = await upstream('v1');
    const mesh = await meshOf(service('db.test', [raw], { protocol: 'TCP', port: 5432 }));
    await get(mesh, 'http://db.test:5432/', { method: 'POST', body: 'hello' });
    await mesh.close();
    const value = (what: string): number => mesh.stats().value(`istio_tcp_${what}_total`);
    for (let i = 0; value('connections_closed') === 0 && i < 500; i++)
      await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([value('connections_opened'), value('connections_closed')], [1, 1]);
    assert.ok(value('received_bytes') > 'POST / HTTP/1.1'.length);
    assert.ok(value('sent_bytes') > 'HTTP/1.1 200 OK'.length);
  });

  it('say who called whom in Istio’s metrics', async () => {
    const mesh = await meshOf(service('reviews.test', [await upstream('v1')]), {
      workload: { name: 'web-v1', namespace: 'shop', labels: { app: 'web', version: 'v1' } },
    });
    await get(mesh, 'http://reviews.test/', { method: 'POST', body: 'hello' });
    const requests = [...mesh.stats()].find(({ name }) => name === 'istio_requests_total');
    assert.ok(requests?.kind === 'counter');
    assert.equal(requests.value, 1);
    const labels = Object.fromEntries(requests.labels);
    assert.equal(labels.reporter, 'source');
    assert.equal(labels.source_workload, 'web-v1');
    assert.equal(labels.source_app, 'web');
    assert.equal(labels.destination_service, 'reviews.test');
    assert.equal(labels.destination_service_namespace, 'shop');
    assert.equal(labels.response_code, '200');
    assert.equal(labels.response_flags, '-');
    const bytes = [...mesh.stats()].find(({ name }) => name === 'istio_request_bytes');
    assert.ok(bytes?.kind === 'histogram');
    assert.equal(bytes.histogram.sum, 5);
  });

  it('tell calls of gRPC by their status, those that the mesh answers too', async () => {
    const server = await serveGrpc('v1');
    const upstreamOfGrpc = { name: 'v1', port: server.port } as Upstream;
    const blocked =
      '[{match: [{headers: {tenant: {exact: blocked}}}], fault: {abort: {grpcStatus: PERMISSION_DENIED, percentage: {value: 100}}}, route: [{destination: {host: reviews.test}}]}, {route: [{destination: {host: reviews.test}}]}]';
    const mesh = await meshOf(
      service('reviews.test', [upstreamOfGrpc], { protocol: 'GRPC' }) + rules('reviews.test', blocked),
    );
    const client = new Reviews('reviews.test:80', credentials.createInsecure(), {
      interceptors: [meshInterceptor(mesh)],
    });
    for (const tenant of ['gold', 'blocked']) {
      const metadata = new Metadata();
      metadata.set('tenant', tenant);
      await new Promise<void>((resolve) => client.Get?.('0', metadata, () => resolve()));
    }
    const told = [...mesh.stats()].flatMap(({ family, labels }) => {
      const {
        request_protocol: protocol,
        grpc_response_status: status,
        response_flags: flags,
      } = Object.fromEntries(labels);
      return family === 'istio_requests_total' ? [[protocol, status, flags]] : [];
    });
    assert.deepEqual(told, [
      ['grpc', '0', '-'],
      ['grpc', '7', 'FI'],
    ]);
    client.close();
    server.close();
  });

  it('are printed as Envoy prints them for Prometheus', async () => {
    const mesh = await meshOf(service('reviews.test', [await upstream('v1')]));
    await get(mesh, 'http://reviews.test/');
    const text = mesh.stats().toPrometheus();
    assert.match(text, /^# TYPE envoy_cluster_upstream_rq_total counter$/m);
    assert.match(
      text,
      /^envoy_cluster_upstream_rq_total\{envoy_cluster_name="outbound\|80\|\|reviews\.test"\} 1$/m,
    );
    assert.match(
      text,
      /^envoy_cluster_upstream_rq\{envoy_response_code="200",envoy_cluster_name="outbound\|80\|\|reviews\.test"\} 1$/m,
    );
    assert.match(text, /^envoy_cluster_upstream_rq_xx\{envoy_response_code_class="2",/m);
    assert.match(text, /^istio_requests_total\{reporter="source",/m);
    assert.match(text, /^istio_request_duration_milliseconds_bucket\{reporter="source",.*le="\+Inf"\} 1$/m);
  });
});
