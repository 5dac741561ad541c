// By header: jason tries reviews v2, everybody else stays on v3. The rules are YAML files, as for Istio.
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
    - { address: 127.0.0.1, ports: { http: ${await serve('v2')} }, labels: { version: v2 } }
    - { address: 127.0.0.1, ports: { http: ${await serve('v3')} }, labels: { version: v3 } }
`;
const rules = ['0-subsets.yaml', '1-by-user.yaml'].map((file) => `${import.meta.dirname}/bookinfo/${file}`);
const mesh = await createMesh({ config: [{ yaml: services }, ...rules] });

const jason = await meshFetch('http://reviews:9080/reviews/0', { headers: { 'end-user': 'jason' } });
const anybody = await meshFetch('http://reviews:9080/reviews/0');

console.log('jason:', await jason.text());
console.log('anybody:', await anybody.text());
await mesh.close();
