import type { Replica } from './service.js';

/**
 * The services as ServiceEntries, with the ports that the system chose: what Kubernetes would tell the mesh. Each
 * is there on port 80 besides its own: a rule that names no port means the one that the caller used.
 */
export function drawRegistry(replicas: readonly Replica[]): string {
  const services = [...new Set(replicas.map(({ service }) => service))];
  return [
    '# Written by the demo: where the services listen, with the ports that the system chose.\n',
    ...services.map((service) =>
      drawServiceEntry(
        service,
        replicas.filter((replica) => replica.service === service),
      ),
    ),
  ].join('---\n');
}

function drawServiceEntry(service: string, replicas: readonly Replica[]): string {
  const endpoints = replicas.map(
    ({ name, version, port }) => `\
    - address: 127.0.0.1 # ${name}
      ports: { http: ${port}, http-web: ${port} }
      labels: { app: ${service}, version: ${version} }
`,
  );
  return `\
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${service}
spec:
  hosts: [${service}.default.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports:
    - { number: 9080, name: http, protocol: HTTP }
    - { number: 80, name: http-web, protocol: HTTP }
  endpoints:
${endpoints.join('')}`;
}
