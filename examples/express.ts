// Express: policies stand in front of the handlers, and who a request is for follows it to the calls that it causes.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createMesh, meshFetch } from 'inmesh';
import { meshMiddleware } from 'inmesh/express';
import { serve } from './support/serve.js';

const services = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews }
spec:
  hosts: [reviews.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 9080, name: http, protocol: HTTP }]
  endpoints:
    - { address: 127.0.0.1, ports: { http: ${await serve('v2')} }, labels: { version: v2 } }
    - { address: 127.0.0.1, ports: { http: ${await serve('v3')} }, labels: { version: v3 } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-admin }
spec:
  selector: { matchLabels: { app: productpage } }
  action: DENY
  rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }]
`;
const rules = ['0-subsets.yaml', '1-by-user.yaml'].map((file) => `${import.meta.dirname}/bookinfo/${file}`);
const mesh = await createMesh({
  config: [{ yaml: services }, ...rules],
  workload: { labels: { app: 'productpage' } },
});

const app = express();
app.use(meshMiddleware(mesh));
app.get('/productpage', async (_request, response) => {
  // Not a word of headers: the rule that sends jason to v2 sees his all the same.
  const reviews = await meshFetch('http://reviews:9080/reviews/0');
  response.send(`reviews ${await reviews.text()}`);
});
app.get('/admin', (_request, response) => {
  response.send('never seen');
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

for (const user of ['jason', 'anybody']) {
  const page = await fetch(`http://127.0.0.1:${port}/productpage`, { headers: { 'end-user': user } });
  console.log(`${user}: ${await page.text()}`);
}
const admin = await fetch(`http://127.0.0.1:${port}/admin`);
console.log(`admin: ${admin.status} ${await admin.text()}`);

server.close();
server.closeAllConnections();
await mesh.close();
