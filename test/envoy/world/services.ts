import type { Chance } from './chance.js';

/** One echo server of a world, with the options of the grader's backends. */
export interface Backend {
  readonly ip: string;
  readonly port: number;
  readonly [option: string]: unknown;
}

export interface Service {
  readonly host: string;
  readonly short: string;
  readonly subsets: readonly string[];
}

/** Who answers in a world: services with one endpoint per subset, so that it is known who. */
export interface Landscape {
  readonly services: readonly Service[];
  readonly backends: Readonly<Record<string, Backend>>;
  readonly resources: readonly object[];
}

const namespace = 'app';
export const servicePort = 9080;

/** How backends of a world may misbehave, in a way that is the same each time. */
const tempers: readonly object[] = [
  {},
  {},
  {},
  {},
  { status: 404 },
  { status: 503 },
  { status: 500 },
  { status: 204 },
  { status: 304 },
  { status: 429, headers: { 'retry-after': '1', 'x-envoy-ratelimited': 'true' } },
  { status: 409 },
  { status: 301, headers: { location: 'http://elsewhere.test/moved' } },
  { refuse: true },
  { reset: 'before-headers' },
  { reset: 'after-headers' },
  { failFirst: { n: 2, status: 503 } },
  { delayMs: 400 },
  {
    headers: {
      'x-tier': ['a', 'b'],
      'set-cookie': ['a=1', 'b=2'],
      server: 'own',
      'x-envoy-overloaded': 'true',
    },
  },
  { headers: { 'x-empty': '', via: '1.1 x', 'access-control-allow-origin': '*', vary: 'Accept' } },
  { bytes: 70_000 },
  { headers: { etag: '"strong"', 'content-type': 'text/plain; charset=utf-8' } },
  { headers: { etag: 'W/"weak"', 'cache-control': 'max-age=1, no-transform' } },
  { headers: { 'content-encoding': 'br', vary: 'Accept, accept-encoding' } },
  { headers: { 'content-type': 'image/png', vary: '*' } },
];

export function createLandscape(chance: Chance, count: number): Landscape {
  const backends: Record<string, Backend> = {};
  const resources: object[] = [];
  const services: Service[] = [];
  for (const [index, name] of ['web', 'cart', 'stock', 'users', 'audit', 'media'].slice(0, count).entries()) {
    const host = `${name}.${namespace}.svc.cluster.local`;
    const subsets = index === 0 ? [] : chance.some(['v1', 'v2']);
    const versions = subsets.length === 0 ? ['v1'] : subsets;
    const endpoints = versions.map((version, i) => {
      const ip = `127.0.1.${1 + index * 4 + i}`;
      const temper = index === 0 ? {} : chance.pick(tempers);
      backends[`${name}-${version}`] = { ip, port: servicePort, ...temper };
      return { address: ip, labels: { version } };
    });
    services.push({ host, short: name, subsets });
    resources.push({
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name, namespace },
      spec: {
        hosts: [host],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        ports: [{ number: servicePort, name: 'http', protocol: 'HTTP' }],
        endpoints,
      },
    });
    if (subsets.length > 0) resources.push(destinationRule(name, host, [...subsets, 'empty']));
  }
  return { services, backends, resources };
}

/** Subset `empty` selects nobody. */
function destinationRule(name: string, host: string, subsets: readonly string[]): object {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name, namespace },
    spec: {
      host,
      subsets: subsets.map((version) => ({ name: version, labels: { version } })),
    },
  };
}
