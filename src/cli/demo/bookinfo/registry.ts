import type { Replica } from './service.js';

/**
 * The services as ServiceEntries, with the ports that the system chose: what Kubernetes would tell the mesh.
 * `bookinfo.com` is there besides, on port 80, for the rule that puts one host in front of several services.
 */
export function drawRegistry(replicas: readonly Replica[]): string {
  const services = [...new Set(replicas.map(({ service }) => service))];
  const of = (service: string): readonly Replica[] =>
    replicas.filter((replica) => replica.service === service);
  return [
    '# Written by the demo: where the services listen, with the ports that the system chose.\n',
    ...services.map((service) =>
      serviceEntry({
        name: service,
        host: `${service}.default.svc.cluster.local`,
        port: 9080,
        of: of(service),
      }),
    ),
    serviceEntry({ name: 'bookinfo', host: 'bookinfo.com', port: 80, of: of('productpage') }),
  ].join('---\n');
}

function serviceEntry(entry: { name: string; host: string; port: number; of: readonly Replica[] }): string {
  const endpoints = entry.of.map(
    ({ name, service, version, port }) => `\
    - address: 127.0.0.1 # ${name}
      ports: { http: ${port} }
      labels: { app: ${service}, version: ${version} }
`,
  );
  return `\
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${entry.name}
spec:
  hosts: [${entry.host}]
  location: MESH_INTERNAL
  resolution: STATIC
  ports:
    - { number: ${entry.port}, name: http, protocol: HTTP }
  endpoints:
${endpoints.join('')}`;
}
