// Telemetry: what a mesh counted, its access log, and spans of its calls in an application that has OpenTelemetry.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createMesh, meshFetch } from 'inmesh';

// The application's own exporter. The mesh is told nothing of it: it finds the SDK in the process.
const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

let answers = 0;
const flaky = createServer((_request, response) => response.writeHead(answers++ === 0 ? 503 : 200).end());
await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));

const rules = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ratings }
spec:
  hosts: [ratings.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 9080, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${(flaky.address() as AddressInfo).port} } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings }
spec:
  hosts: [ratings]
  http: [{ name: patient, retries: { attempts: 2, retryOn: 5xx }, route: [{ destination: { host: ratings } }] }]
`;
const mesh = await createMesh({
  config: { yaml: rules },
  workload: { name: 'productpage-v1', labels: { app: 'productpage', version: 'v1' } },
  accessLog: {
    format:
      '%REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE%, attempts: %UPSTREAM_REQUEST_ATTEMPT_COUNT%, route: %ROUTE_NAME%',
    sink: (line) => console.log('log:', line),
  },
});
const response = await meshFetch('http://ratings:9080/ratings/0');
await response.text();

// All of it as a text that Prometheus scrapes: `stats.toPrometheus()`.
const stats = mesh.stats();
// Writes what is left of the log.
await mesh.close();
flaky.close();

const cluster = 'cluster.outbound|9080||ratings.default.svc.cluster.local';
console.log('retries:', stats.value(`${cluster}.upstream_rq_retry`));
const [requests] = [...stats].filter(({ family }) => family === 'istio_requests_total');
const labels = Object.fromEntries(requests?.labels ?? []);
console.log('from', labels.source_workload, 'to', labels.destination_service, labels.response_code);
for (const { name, kind, attributes } of exporter.getFinishedSpans()) {
  console.log('span:', name, ['internal', 'server', 'client'][kind], attributes['http.response.status_code']);
}
