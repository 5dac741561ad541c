// gRPC: one option takes an existing client into the mesh. Rules see the method as the path, metadata as headers.
import { promisify } from 'node:util';
import { credentials, Metadata } from '@grpc/grpc-js';
import { createMesh } from 'inmesh';
import { meshInterceptor } from 'inmesh/grpc';
import { Reviews, serveGrpc } from './support/serve-grpc.js';

const [v1, v2] = await Promise.all([serveGrpc('v1'), serveGrpc('v2')]);
const mesh = await createMesh({
  config: {
    yaml: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews }
spec:
  hosts: [reviews.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 9080, name: grpc, protocol: GRPC }]
  endpoints:
    - { address: 127.0.0.1, ports: { grpc: ${v1.port} }, labels: { version: v1 } }
    - { address: 127.0.0.1, ports: { grpc: ${v2.port} }, labels: { version: v2 } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { exact: /shop.v1.Reviews/Get }, headers: { tenant: { exact: gold } } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - match: [{ headers: { tenant: { exact: blocked } } }]
      fault: { abort: { grpcStatus: PERMISSION_DENIED, percentage: { value: 100 } } }
      route: [{ destination: { host: reviews, subset: v1 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
`,
  },
});

const client = new Reviews('reviews:9080', credentials.createInsecure(), {
  interceptors: [meshInterceptor(mesh)],
});
const get = promisify(client.Get as GetReview).bind(client);

/** What a tenant gets: the name of the version that answers, or the status. */
async function reviewFor(tenant: string): Promise<string> {
  const metadata = new Metadata();
  metadata.set('tenant', tenant);
  return await get('0', metadata).catch((error: Error) => error.message);
}

for (const tenant of ['gold', 'silver', 'blocked']) console.log(`${tenant}:`, await reviewFor(tenant));
client.close();
await mesh.close();
for (const server of [v1, v2]) server.close();

type GetReview = (id: string, metadata: Metadata, done: (error: Error | null, text: string) => void) => void;
