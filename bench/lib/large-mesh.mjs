import { stringify } from 'yaml';

/** The host of the i-th service. */
export const hostOf = (i) => `svc-${i}.ns-${i % 50}.svc.cluster.local`;

/**
 * A mesh as a cluster has it: for each service a ServiceEntry with endpoints in two versions, a VirtualService of
 * three routes and a DestinationRule with subsets, over fifty namespaces.
 */
export function meshObjects(services, endpoints) {
  return Array.from({ length: services }, (_, i) => [
    serviceEntry(i, endpoints),
    virtualService(i),
    destinationRule(i),
  ]).flat();
}

/** The same as one text of many documents. */
export function meshYaml(services, endpoints) {
  return meshObjects(services, endpoints)
    .map((object) => stringify(object))
    .join('---\n');
}

export function serviceEntry(i, endpoints, { extra = [], name = `svc-${i}`, hosts = [hostOf(i)] } = {}) {
  return object('ServiceEntry', i, name, {
    hosts,
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    endpoints: [
      ...Array.from({ length: endpoints }, (_, e) => ({
        address: `10.${(i >> 8) & 255}.${i & 255}.${e + 1}`,
        labels: { app: `svc-${i}`, version: e % 2 === 0 ? 'v1' : 'v2' },
      })),
      ...extra,
    ],
  });
}

export function virtualService(i, timeout = '5s') {
  const host = hostOf(i);
  return object('VirtualService', i, `svc-${i}`, {
    hosts: [host],
    http: [
      {
        match: [{ headers: { 'end-user': { exact: 'jason' } } }],
        route: [{ destination: { host, subset: 'v2' } }],
      },
      {
        match: [{ uri: { prefix: '/api' } }],
        timeout,
        retries: { attempts: 2, perTryTimeout: '2s', retryOn: '5xx' },
        route: [
          { destination: { host, subset: 'v1' }, weight: 75 },
          { destination: { host, subset: 'v2' }, weight: 25 },
        ],
      },
      { route: [{ destination: { host } }] },
    ],
  });
}

export function destinationRule(i, interval = '10s') {
  return object('DestinationRule', i, `svc-${i}`, {
    host: hostOf(i),
    trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, interval } },
    subsets: [
      { name: 'v1', labels: { version: 'v1' } },
      { name: 'v2', labels: { version: 'v2' } },
    ],
  });
}

function object(kind, i, name, spec) {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name, namespace: `ns-${i % 50}` },
    spec,
  };
}
