import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, trace } from '@opentelemetry/api';
import type { Mesh } from 'inmesh';
import { meshMiddleware } from 'inmesh/connect';
import { Sdk } from '../../packages/telemetry/test/support/sdk.js';
import { closeAll, get, meshOf, service, upstream } from '../mesh/support.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('telemetry of requests that an application receives', () => {
  let sdk: Sdk | undefined;
  let server: Server;
  let mesh: Mesh;
  const lines: string[] = [];

  /** A service `web` in front of `reviews`: what it answers is the trace id that it sees. */
  async function start(): Promise<string> {
    const reviews = await upstream('v1');
    mesh = await meshOf(service('reviews.test', [reviews]), {
      workload: { name: 'web-v1', namespace: 'shop', labels: { app: 'web' } },
      accessLog: {
        format: '%REQ(:PATH)% %RESPONSE_CODE% %BYTES_SENT%',
        sink: (line) => void lines.push(line),
      },
    });
    const receive = meshMiddleware(mesh);
    server = createServer((request, response) =>
      receive(request, response, async () => {
        await get(mesh, 'http://reviews.test/');
        response.end(trace.getActiveSpan()?.spanContext().traceId ?? 'no span');
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/page?x=1`;
  }

  afterEach(async () => {
    server.close();
    await closeAll();
    sdk?.remove();
    sdk = undefined;
    lines.length = 0;
  });

  it('counts them as their destination, and writes a line for each', async () => {
    const url = await start();
    assert.equal(await (await fetch(url)).text(), 'no span');
    const reporters = [...mesh.stats()].flatMap(({ family, labels }) => {
      const { reporter, response_code: code, destination_workload: to } = Object.fromEntries(labels);
      return family === 'istio_requests_total' ? [[reporter, code, to]] : [];
    });
    assert.deepEqual(reporters, [
      ['source', '200', 'reviews-test-0'],
      ['destination', '200', 'web-v1'],
    ]);
    await mesh.close();
    assert.ok(lines.includes('/page?x=1 200 7'), lines.join('\n'));
  });

  it('goes on with the caller’s trace, and is the parent of the calls that a request causes', async () => {
    sdk = new Sdk();
    const url = await start();
    const response = await fetch(url, { headers: { traceparent } });
    assert.equal(await response.text(), traceparent.split('-')[1]);
    const served = sdk.spans.find(({ kind }) => kind === SpanKind.SERVER);
    const call = sdk.spans.find(({ kind }) => kind === SpanKind.INTERNAL);
    assert.equal(served?.name, 'GET');
    assert.equal(served?.parentSpanContext?.spanId, traceparent.split('-')[2]);
    assert.equal(call?.parentSpanContext?.spanId, served?.spanContext().spanId);
    assert.equal(served?.attributes['url.path'], '/page');
    assert.equal(served?.attributes['url.query'], 'x=1');
    assert.equal(served?.attributes['http.response.status_code'], 200);
    const durations = await sdk.metric('http.server.request.duration');
    assert.equal(durations?.dataPoints.length, 1);
  });

  it('leaves spans of requests to whoever has instrumented the server', async () => {
    sdk = new Sdk();
    const url = await start();
    const [listener] = server.listeners('request') as ((...args: unknown[]) => void)[];
    server.removeAllListeners('request').on('request', (...args) =>
      trace.getTracer('others').startActiveSpan('theirs', { kind: SpanKind.SERVER }, (span) => {
        listener?.(...args);
        span.end();
      }),
    );
    await (await fetch(url)).text();
    assert.deepEqual(
      sdk.spans.filter(({ kind }) => kind === SpanKind.SERVER).map(({ name }) => name),
      ['theirs'],
    );
  });
});
