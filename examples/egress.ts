// An egress gateway: what an application calls outside goes to the gateway in clear text, and leaves it encrypted.
// Application and gateway read the same rules; which of them apply is a matter of who reads.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createGateway, createMesh } from 'inmesh';
import { makeCertificates } from './support/certificates.js';
import { writeFiles } from './support/write-files.js';

const { ca, server: identity } = await makeCertificates('ext-svc.example.com', 'nobody');
const folder = await writeFiles({ 'ca.pem': ca });
const outside = createServer(identity, (request, response) => {
  response.end(`${request.headers.host} over TLS, left by ${request.headers['x-left-by']}`);
}).listen(0, '127.0.0.1');
await once(outside, 'listening');

const text = await readFile(`${import.meta.dirname}/egress/rules.yaml`, 'utf8');
const rules = { yaml: text.replaceAll('/etc/certs', folder) };
const { port } = outside.address() as AddressInfo;

const edge = await createMesh({
  config: rules,
  workload: { type: 'router', labels: { app: 'egress-gateway' } },
  resolve: async () => [{ address: '127.0.0.1', port, ttlMs: 60_000 }],
});
const gateway = await createGateway(edge, { address: '127.0.0.1', ports: { 8080: 0 } });

// Where the gateway is, its Service would say in a cluster.
const service = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: egress-gateway }
spec:
  hosts: [egress-gateway.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 8080, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${gateway.listeners()[0]?.port} } }]
`;
const mesh = await createMesh({ config: [rules, { yaml: service }] });
const response = await mesh.fetch('http://ext-svc.example.com/');
console.log(response.status, await response.text());

await mesh.close();
await gateway.close();
await edge.close();
outside.close();
