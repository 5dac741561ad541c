// By path: one host in front of two services.
import { createMesh, meshFetch } from 'inmesh';
import { serve } from './support/serve.js';

const service = async (name: string): Promise<string> => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name} }
spec:
  hosts: [${name}.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${await serve(name)} } }]
`;
const services = [await service('reviews'), await service('ratings')].join('---');
const mesh = await createMesh({
  config: [{ yaml: services }, `${import.meta.dirname}/bookinfo/2-by-path.yaml`],
});

for (const path of ['/reviews/0', '/ratings/0', '/elsewhere']) {
  const response = await meshFetch(`http://bookinfo.com${path}`);
  console.log(path, response.status, response.ok ? await response.text() : 'no rule takes it');
}
await mesh.close();
