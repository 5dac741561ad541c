// By weight: three quarters of the requests stay on v1, one quarter tries v2.
import { createMesh, meshFetch } from 'inmesh';
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
    - { address: 127.0.0.1, ports: { http: ${await serve('v1')} }, labels: { version: v1 } }
    - { address: 127.0.0.1, ports: { http: ${await serve('v2')} }, labels: { version: v2 } }
`;
const rules = ['0-subsets.yaml', '3-by-weight.yaml'].map((file) => `${import.meta.dirname}/bookinfo/${file}`);
const mesh = await createMesh({ config: [{ yaml: services }, ...rules] });

const count = { v1: 0, v2: 0 };
for (let i = 0; i < 400; i++) {
  const response = await meshFetch('http://reviews:9080/reviews/0');
  count[(await response.text()) as 'v1' | 'v2']++;
}

console.log(`v1: ${count.v1} of 400, v2: ${count.v2} of 400`);
await mesh.close();
