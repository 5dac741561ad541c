// Load balancing: replicas are chosen by chance, but those of v2 take turns. `mesh.dispatcher` serves undici.
import { createMesh } from 'inmesh';
import { request } from 'undici';
import { serve } from './support/serve.js';

const replica = async (version: string, name: string): Promise<string> =>
  `{ address: 127.0.0.1, ports: { http: ${await serve(name)} }, labels: { version: ${version} } }`;
const services = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews }
spec:
  hosts: [reviews.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 9080, name: http, protocol: HTTP }]
  endpoints:
    - ${await replica('v1', 'v1-a')}
    - ${await replica('v1', 'v1-b')}
    - ${await replica('v2', 'v2-a')}
    - ${await replica('v2', 'v2-b')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: /v2 } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
`;
const mesh = await createMesh({
  config: [{ yaml: services }, `${import.meta.dirname}/bookinfo/4-load-balancing.yaml`],
});

async function turns(path: string): Promise<string> {
  const answers: string[] = [];
  for (let i = 0; i < 12; i++) {
    const { body } = await request(`http://reviews:9080${path}`, { dispatcher: mesh.dispatcher });
    answers.push((await body.text()).slice(-1));
  }
  return answers.join(' ');
}

console.log('v1, by chance:', await turns('/v1'));
console.log('v2, in turn:', await turns('/v2'));
await mesh.close();
