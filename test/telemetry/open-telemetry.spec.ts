import { strict as assert } from 'node:assert';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Mesh } from 'inmesh';
import { Sdk } from '../../packages/telemetry/test/support/sdk.js';
import { closeAll, get, meshOf, rules, service, type Upstream, upstream } from '../mesh/support.js';

const retrying = rules(
  'reviews.test',
  '[{name: main, retries: {attempts: 2, retryOn: "5xx"}, route: [{destination: {host: reviews.test}}]}]',
);

describe('a mesh in a process with an SDK of OpenTelemetry', () => {
  let sdk: Sdk;
  let reviews: Upstream;
  let mesh: Mesh;
  let failures = 0;

  async function start(options?: ConstructorParameters<typeof Sdk>[0]): Promise<void> {
    sdk = new Sdk(options);
    reviews = await upstream('v1', {
      behave(_req, res) {
        if (failures-- <= 0) return false;
        res.writeHead(503).end();
        return true;
      },
    });
    mesh = await meshOf(service('reviews.test', [reviews]) + retrying);
  }

  const ofKind = (kind: SpanKind): ReadableSpan[] => sdk.spans.filter((span) => span.kind === kind);
  const idOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().spanId;

  afterEach(async () => {
    await closeAll();
    sdk.remove();
    failures = 0;
  });

  it('has a span per call and one per attempt, and the application’s own is their parent', async () => {
    await start();
    failures = 1;
    await trace.getTracer('app').startActiveSpan('serve', async (span) => {
      await get(mesh, 'http://reviews.test/a?sig=secret');
      span.end();
    });
    const [call] = ofKind(SpanKind.INTERNAL);
    const [serve] = sdk.spans.filter(({ name }) => name === 'serve');
    const attempts = ofKind(SpanKind.CLIENT);
    assert.equal(call?.name, 'mesh GET');
    assert.equal(call?.parentSpanContext?.spanId, idOf(serve));
    assert.deepEqual(
      attempts.map(({ name, parentSpanContext, attributes, status }) => [
        name,
        parentSpanContext?.spanId === idOf(call),
        attributes['http.response.status_code'],
        attributes['http.request.resend_count'],
        status.code,
      ]),
      [
        ['GET', true, 503, undefined, SpanStatusCode.ERROR],
        ['GET', true, 200, 1, SpanStatusCode.UNSET],
      ],
    );
    assert.equal(call?.status.code, SpanStatusCode.UNSET);
    assert.equal(call?.attributes['inmesh.cluster'], 'outbound|80||reviews.test');
    assert.equal(call?.attributes['inmesh.route.name'], 'main');
    assert.equal(call?.attributes['url.full'], 'http://reviews.test/a?sig=REDACTED');
    assert.equal(attempts[0]?.attributes['network.peer.port'], reviews.port);
    assert.equal(attempts[0]?.attributes['server.address'], 'reviews.test');
  });

  it('sends each attempt with the trace of its own span', async () => {
    await start();
    failures = 1;
    await get(mesh, 'http://reviews.test/');
    assert.deepEqual(
      reviews.requests.map(({ headers }) => headers.traceparent?.split('-').slice(1, 3)),
      ofKind(SpanKind.CLIENT).map((span) => [span.spanContext().traceId, idOf(span)]),
    );
  });

  it('writes the headers that the SDK’s propagators write', async () => {
    await start({ propagator: new B3Propagator() });
    await get(mesh, 'http://reviews.test/');
    const [{ headers } = { headers: {} }] = reviews.requests;
    assert.match(String((headers as Record<string, string>).b3), /^[\da-f]{32}-[\da-f]{16}-1$/);
    assert.equal((headers as Record<string, string>).traceparent, undefined);
  });

  it('goes on with the trace of a request that is passed on', async () => {
    await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await get(mesh, 'http://reviews.test/', { headers: { traceparent } });
    assert.equal(ofKind(SpanKind.INTERNAL)[0]?.parentSpanContext?.spanId, 'b7ad6b7169203331');
    assert.match(reviews.requests[0]?.headers.traceparent ?? '', /^00-0af7651916cd43dd8448eb211c80319c-/);
  });

  it('keeps baggage from hosts that no rule knows', async () => {
    await start();
    const baggage = propagation.createBaggage({ user: { value: 'jason' } });
    await context.with(propagation.setBaggage(context.active(), baggage), async () => {
      await get(mesh, 'http://reviews.test/');
      await get(mesh, `http://127.0.0.1:${reviews.port}/`);
    });
    assert.deepEqual(
      reviews.requests.map(({ headers }) => headers.baggage),
      ['user=jason', undefined],
    );
  });

  it('tells why a call failed', async () => {
    await start();
    await get(mesh, 'http://reviews.test/', { signal: AbortSignal.abort() }).catch(() => {});
    failures = 9;
    assert.equal((await get(mesh, 'http://reviews.test/')).status, 503);
    const span = ofKind(SpanKind.INTERNAL).at(-1);
    assert.equal(span?.status.code, SpanStatusCode.ERROR);
    assert.equal(span?.attributes['error.type'], '503');
    assert.deepEqual(span?.attributes['inmesh.response_flags'], ['URX']);
  });

  it('measures each attempt in seconds, with the buckets of semantic conventions', async () => {
    await start();
    failures = 1;
    await get(mesh, 'http://reviews.test/');
    const metric = await sdk.metric('http.client.request.duration');
    assert.equal(metric?.descriptor.unit, 's');
    const points = metric?.dataPoints.map(({ attributes, value }) => [
      attributes['http.response.status_code'],
      attributes['error.type'],
      (value as { count: number }).count,
    ]);
    assert.deepEqual(points, [
      [503, '503', 1],
      [200, undefined, 1],
    ]);
    const value = metric?.dataPoints[0]?.value as { buckets: { boundaries: number[] } } | undefined;
    assert.deepEqual(value?.buckets.boundaries.slice(0, 3), [0.005, 0.01, 0.025]);
  });

  it('tells Istio’s metrics to the SDK as well', async () => {
    await start();
    await get(mesh, 'http://reviews.test/');
    await get(mesh, 'http://reviews.test/');
    const metric = await sdk.metric('istio_requests_total');
    assert.equal(metric?.dataPoints[0]?.value, 2);
    assert.equal(metric?.dataPoints[0]?.attributes.destination_service, 'reviews.test');
  });

  it('leaves spans of attempts and their headers to others when it is told to', async () => {
    await start();
    const quiet = await meshOf(service('reviews.test', [reviews]), { openTelemetry: { spans: 'calls' } });
    await get(quiet, 'http://reviews.test/');
    assert.equal(ofKind(SpanKind.CLIENT).length, 0);
    assert.equal(ofKind(SpanKind.INTERNAL).length, 1);
    const none = await meshOf(service('reviews.test', [reviews]), { openTelemetry: false });
    await get(none, 'http://reviews.test/');
    assert.equal(sdk.spans.length, 1);
    assert.equal(reviews.requests.at(-1)?.headers.traceparent, undefined);
  });

  it('hears of an SDK that comes later', async () => {
    await start();
    sdk.remove();
    await get(mesh, 'http://reviews.test/');
    assert.equal(sdk.spans.length, 0);
    sdk = new Sdk();
    await get(mesh, 'http://reviews.test/');
    assert.equal(ofKind(SpanKind.CLIENT).length, 1);
  });
});

describe('sampling that MeshConfig asks for', () => {
  afterEach(closeAll);

  it('is reported, since the SDK of the process decides about it', async () => {
    const mesh = await meshOf('', { meshConfig: { defaultConfig: { tracing: { sampling: 10 } } } });
    assert.deepEqual(
      mesh.status().findings.map(({ code, path, severity }) => [code, path, severity]),
      [['INMESH_CONFIG_UNSUPPORTED', 'defaultConfig.tracing.sampling', 'warning']],
    );
  });
});
