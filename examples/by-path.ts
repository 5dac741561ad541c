// By path: one host in front of two services.
import { createMesh, meshFetch } from 'inmesh';
import { serve } from './support/serve.js';

const service = (name: string, host: string, port: number, endpoint: number): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name} }
spec:
  hosts: [${host}]
  resolution: STATIC
  ports: [{ number: ${port}, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${endpoint} } }]
`;
const services = [
  service('reviews', 'reviews.default.svc.cluster.local', 9080, await serve('reviews')),
  service('ratings', 'ratings.default.svc.cluster.local', 9080, await serve('ratings')),
  service('shop', 'bookinfo.com', 80, await serve('the shop itself')),
].join('---');
const mesh = await createMesh({
  config: [{ yaml: services }, `${import.meta.dirname}/bookinfo/2-by-path.yaml`],
});

for (const path of ['/reviews/0', '/ratings/0', '/elsewhere']) {
  const response = await meshFetch(`http://bookinfo.com${path}`);
  console.log(path, response.status, response.ok ? await response.text() : 'no rule takes it');
}
await mesh.close();
