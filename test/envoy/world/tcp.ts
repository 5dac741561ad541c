import { stringify } from 'yaml';
import type { TestCase } from '../../conformance/conformance-case.js';
import { type Chance, createChance } from './chance.js';
import type { Send } from './request.js';
import type { Backend } from './services.js';

const namespace = 'app';
const backendPort = 9080;
const tlsPort = 9443;
const original = '127.0.1.250';

interface World {
  readonly chance: Chance;
  readonly backends: Record<string, Backend>;
  readonly resources: object[];
}

/** Services whose bytes nobody reads: TCP ports with rules, and one port of TLS whose names lead the way. */
export function createTcpWorld(seed: number): TestCase {
  const world: World = { chance: createChance(seed), backends: {}, resources: [] };
  const { chance } = world;
  const plain = Array.from({ length: 4 }, (_, i) => createService(world, i, 'TCP'));
  const secure = Array.from({ length: 3 }, (_, i) => createService(world, 4 + i, 'TLS'));
  world.backends.original = { ip: original, port: tlsPort, tls: { san: ['original.test'] } };
  for (const service of plain) {
    if (chance.hits(0.6)) world.resources.push(tcpRule(chance, service, plain));
  }
  for (const service of secure) {
    if (chance.hits(0.6)) world.resources.push(tlsRule(chance, service, secure));
  }
  // Where strangers are refused, they are refused at once: a difference on purpose.
  const mode = chance.pick(['ALLOW_ANY', 'REGISTRY_ONLY']);
  const strangers = mode === 'ALLOW_ANY' ? ['x.rule.test', 'nobody.test'] : [];
  const sends: { send: Send; times: number }[] = [
    ...plain.map(({ host, port }) => ({ send: { url: `http://${host}:${port}/` }, times: 100 })),
    ...[...secure.map(({ host }) => host), ...strangers].map((host) => ({
      send: { url: `https://${host}:${tlsPort}/`, sni: host, dst: `${original}:${tlsPort}` },
      times: 100,
    })),
  ];
  return {
    name: `tcp-${seed}`,
    proxy: { type: 'sidecar', namespace, labels: { app: 'client' }, locality: 'r1/z1/s1' },
    mesh: { outboundTrafficPolicy: { mode } },
    backends: world.backends,
    config: world.resources.map((resource) => stringify(resource)).join('---\n'),
    steps: sends,
    predict: sends.map(() => ({ split: {} })),
  } as TestCase;
}

interface Service {
  readonly host: string;
  readonly port: number;
  readonly subsets: readonly string[];
}

function createService(
  { chance, backends, resources }: World,
  index: number,
  protocol: 'TCP' | 'TLS',
): Service {
  const name = `s${index}`;
  const host = protocol === 'TCP' ? `${name}.${namespace}.svc.cluster.local` : `${name}.tls.test`;
  const port = protocol === 'TCP' ? 9_100 + index : tlsPort;
  // What the mesh encrypts on its own account, or the caller on his.
  const originates = protocol === 'TCP' && chance.hits(0.25);
  const tls = protocol === 'TLS' || originates ? { tls: { san: [host] } } : {};
  const endpoints = Array.from({ length: chance.int(1, 3) }, (_, i) => {
    const ip = `127.0.1.${1 + index * 8 + i}`;
    backends[`${name}-${i}`] = {
      ip,
      port: backendPort,
      ...tls,
      ...chance.maybe(0.15, () => ({ refuse: true })),
    };
    return {
      address: ip,
      labels: { version: chance.pick(['v1', 'v2']) },
      ...chance.maybe(0.2, () => ({ weight: chance.int(1, 3) })),
    };
  });
  resources.push(
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name, namespace },
      spec: {
        hosts: [host],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        ports: [{ number: port, name: 'main', protocol, targetPort: backendPort }],
        endpoints,
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name, namespace },
      spec: {
        host,
        trafficPolicy: {
          loadBalancer: chance.pick([
            { simple: 'ROUND_ROBIN' },
            { simple: 'RANDOM' },
            { simple: 'LEAST_REQUEST' },
          ]),
          ...(originates && { tls: { mode: 'SIMPLE', sni: host, caCertificates: `$\{CERTS}/ca.pem` } }),
        },
        subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
      },
    },
  );
  return { host, port, subsets: ['v1', 'v2'] };
}

function destinations(chance: Chance, services: readonly Service[]): object[] {
  const one = (weight?: number): object => {
    const { host, port, subsets } = chance.pick(services);
    return {
      destination: {
        host,
        port: { number: port },
        ...chance.maybe(0.4, () => ({ subset: chance.pick([...subsets, 'unknown']) })),
      },
      ...(weight !== undefined && { weight }),
    };
  };
  return chance.hits(0.5) ? [one()] : [one(chance.pick([10, 50, 80])), one(chance.pick([20, 50])), one(0)];
}

const virtualService = (host: string, spec: object): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: host.split('.')[0], namespace },
  spec: { hosts: [host], ...spec },
});

const tcpRule = (chance: Chance, { host, port }: Service, services: readonly Service[]): object =>
  virtualService(host, {
    tcp: [
      ...(chance.hits(0.3) ? [{ match: [{ port: port + 1 }], route: destinations(chance, services) }] : []),
      {
        ...chance.maybe(0.5, () => ({
          match: [
            {
              port,
              ...chance.maybe(0.3, () => ({ sourceLabels: { app: chance.pick(['client', 'other']) } })),
            },
          ],
        })),
        route: destinations(chance, services),
      },
    ],
  });

const tlsRule = (chance: Chance, { host }: Service, services: readonly Service[]): object => {
  const wild = chance.hits(0.4);
  return {
    ...virtualService(host, {}),
    spec: {
      hosts: wild ? [host, '*.rule.test'] : [host],
      tls: [
        {
          match: [{ sniHosts: [host], ...chance.maybe(0.5, () => ({ port: tlsPort })) }],
          route: destinations(chance, services),
        },
        ...(wild ? [{ match: [{ sniHosts: ['*.rule.test'] }], route: destinations(chance, services) }] : []),
      ],
    },
  };
};
