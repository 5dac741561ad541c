import { stringify } from 'yaml';
import type { TestCase } from '../../conformance/conformance-case.js';
import { type Chance, createChance } from './chance.js';
import type { Send } from './request.js';
import { type Backend, servicePort } from './services.js';

const namespace = 'app';

/** Checks follow each other so slowly that the first requests find the first round alone. */
const intervalMs = 2_000;

/** After that a check that passes the fourth time has made its endpoint healthy. */
const settledMs = 5 * intervalMs;

/** Services whose endpoints are checked, of all tempers; who is healthy shows in who answers. */
export function createHealthWorld(seed: number): TestCase {
  const chance = createChance(seed);
  const backends: Record<string, Backend> = {};
  const resources: object[] = [];
  const sends: { send: Send; times: number }[] = [];
  for (let index = 0; index < 5; index++) {
    const name = `s${index}`;
    const host = `${name}.${namespace}.svc.cluster.local`;
    const kind = chance.pick(checkKinds);
    const endpoints = Array.from({ length: chance.int(2, 4) }, (_, i) => {
      const ip = `127.0.1.${1 + index * 8 + i}`;
      backends[`${name}-${i}`] = { ip, port: servicePort, ...kind.server, ...chance.pick(tempers) };
      return { address: ip };
    });
    resources.push(
      serviceEntry(name, host, kind.protocol, endpoints),
      destinationRule(name, host, kind.server),
      checkFilter(name, host, { ...timing(chance), ...kind.check(chance) }),
    );
    sends.push({ send: { url: `http://${host}:${servicePort}/` }, times: 40 });
  }
  return {
    name: `health-${seed}`,
    proxy: { type: 'sidecar', namespace, labels: { app: 'client' }, locality: 'r1/z1/s1' },
    mesh: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
    backends,
    config: resources.map((resource) => stringify(resource)).join('---\n'),
    steps: [...sends, { wait: settledMs }, ...sends],
    predict: [...sends, {}, ...sends].map(() => ({ split: {} })),
  } as TestCase;
}

interface CheckKind {
  readonly protocol: 'HTTP' | 'HTTP2';
  readonly server: { readonly h2?: true; readonly tls?: object };
  check(chance: Chance): object;
}

const plain = { protocol: 'HTTP', server: {} } as const;

/** Every protocol that checks speak, to servers that speak it and to others. */
const checkKinds: readonly CheckKind[] = [
  { ...plain, check: httpCheck },
  { ...plain, check: httpCheck },
  { ...plain, server: { tls: { san: ['backend.test'] } }, check: httpCheck },
  { ...plain, check: () => ({ tcp_health_check: {} }) },
  { ...plain, check: tcpCheck },
  {
    protocol: 'HTTP2',
    server: { h2: true },
    check: (chance) => {
      const { http_health_check } = httpCheck(chance);
      return { http_health_check: { ...http_health_check, codec_client_type: 'HTTP2' } };
    },
  },
  { protocol: 'HTTP2', server: { h2: true }, check: () => ({ grpc_health_check: { service_name: 'a' } }) },
];

function httpCheck(chance: Chance): { readonly http_health_check: object } {
  const range = (start: number, end: number): object => ({ start, end });
  return {
    http_health_check: {
      path: '/healthz',
      ...chance.maybe(0.3, () => ({ host: 'check.test' })),
      ...chance.maybe(0.5, () => ({
        expected_statuses: chance.pick([[range(200, 300)], [range(404, 405), range(500, 501)]]),
      })),
      ...chance.maybe(0.5, () => ({
        retriable_statuses: chance.pick([[range(500, 600)], [range(503, 504)]]),
      })),
      ...chance.maybe(0.2, () => ({ receive: [hex('"backend"'), hex('healthz')] })),
      ...chance.maybe(0.1, () => ({ receive: [hex('healthz'), hex('"backend"')] })),
      ...chance.maybe(0.1, () => ({ receive: [hex('healthz')], response_buffer_size: 10 })),
      ...chance.maybe(0.2, () => ({ method: chance.pick(['HEAD', 'POST', 'OPTIONS']) })),
      ...chance.maybe(0.2, () => ({ method: 'POST', send: hex('how are you?') })),
      ...chance.maybe(0.1, () => ({ service_name_matcher: { prefix: 's' } })),
    },
  };
}

function tcpCheck(chance: Chance): object {
  return {
    tcp_health_check: {
      send: hex('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n'),
      receive: [hex(chance.pick(['HTTP/1.1 200', '503', 'backend'])), ...chance.pick([[], [hex('healthz')]])],
    },
  };
}

const hex = (text: string): object => ({ text: Buffer.from(text).toString('hex') });

const timing = (chance: Chance): object => ({
  timeout: '0.6s',
  interval: `${intervalMs / 1_000}s`,
  no_traffic_interval: `${intervalMs / 1_000}s`,
  unhealthy_threshold: chance.int(1, 2),
  healthy_threshold: chance.int(1, 2),
  ...chance.maybe(0.3, () => ({ reuse_connection: false })),
});

const tempers: readonly object[] = [
  {},
  {},
  {},
  {},
  { status: 404 },
  { status: 500 },
  { status: 503 },
  { status: 204 },
  { refuse: true },
  { hang: true },
  { reset: 'before-headers' },
  { reset: 'after-headers' },
  { failFirst: { n: 1, status: 503 } },
  { failFirst: { n: 2, status: 500 } },
  { headers: { 'x-envoy-degraded': '' } },
  { headers: { 'x-envoy-upstream-healthchecked-cluster': 'shop', connection: 'close' } },
  { headers: { 'x-envoy-upstream-healthchecked-cluster': 's1' } },
  { bytes: 70_000 },
];

const serviceEntry = (
  name: string,
  host: string,
  protocol: string,
  endpoints: readonly object[],
): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace },
  spec: {
    hosts: [host],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: servicePort, name: 'main', protocol }],
    endpoints,
  },
});

const destinationRule = (name: string, host: string, { tls }: CheckKind['server']): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name, namespace },
  spec: {
    host,
    trafficPolicy: {
      loadBalancer: { simple: 'ROUND_ROBIN' },
      ...(tls && { tls: { mode: 'SIMPLE', sni: 'backend.test', caCertificates: `$\{CERTS}/ca.pem` } }),
    },
  },
});

/** Without panic, so that only healthy endpoints answer. */
const checkFilter = (name: string, host: string, check: object): object => ({
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: { name: `check-${name}`, namespace },
  spec: {
    configPatches: [
      {
        applyTo: 'CLUSTER',
        match: { context: 'SIDECAR_OUTBOUND', cluster: { service: host } },
        patch: {
          operation: 'MERGE',
          value: { health_checks: [check], common_lb_config: { healthy_panic_threshold: {} } },
        },
      },
    ],
  },
});
