import { stringify } from 'yaml';
import type { TestCase } from '../../conformance/conformance-case.js';
import { type Chance, createChance } from './chance.js';
import type { Send } from './request.js';
import { type Backend, servicePort } from './services.js';

const namespace = 'app';
const localities = ['r1/z1/s1', 'r1/z1/s2', 'r1/z2/s1', 'r2/z1/s1', ''] as const;

/** What the requests of one policy look like, and what about their answers is known beforehand. */
interface Policy {
  readonly trafficPolicy: object;
  readonly times: number;
  readonly prediction: object;
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** Endpoints say how loaded they are, and are weighed by that. */
  readonly weighsReports?: true;
  /** How many requests it takes until the policy knows its endpoints. @defaultValue none: it has nothing to learn */
  readonly warmUp?: number;
}

/** What was learned takes effect within a second. */
const learnedMs = 1_200;

/** Services of several endpoints under every kind of balancing: by hash, in turn, by chance, near before far. */
export function createBalanceWorld(seed: number, requests: number): TestCase {
  const chance = createChance(seed);
  const backends: Record<string, Backend> = {};
  const resources: object[] = [];
  const steps: ({ send: Send; times?: number; recordSequence?: true } | { wait: number })[] = [];
  const predict: object[] = [];
  for (let index = 0; index < 4; index++) {
    const name = `s${index}`;
    const host = `${name}.${namespace}.svc.cluster.local`;
    // One of a kind in each service: which of several a call has met last would be luck.
    const ill = chance.pick(ills);
    const endpoints = Array.from({ length: chance.int(1, 5) }, (_, i) => {
      const ip = `127.0.1.${1 + index * 8 + i}`;
      backends[`${name}-${i}`] = { ip, port: servicePort, ...chance.maybe(0.2, () => ill) };
      const locality = chance.pick(localities);
      return {
        address: ip,
        labels: { version: chance.pick(['v1', 'v2']) },
        ...chance.maybe(0.3, () => ({ weight: chance.int(1, 4) })),
        ...(locality !== '' && { locality }),
      };
    });
    const { trafficPolicy, times, prediction, headers, weighsReports, warmUp } = createPolicy(chance);
    resources.push(serviceEntry(name, host, endpoints), destinationRule(name, host, trafficPolicy));
    if (weighsReports) {
      resources.push(reportFilter(name, host));
      for (const i of endpoints.keys()) Object.assign(backends[`${name}-${i}`] ?? {}, reporting(chance));
    }
    if (warmUp !== undefined) {
      steps.push({ send: { url: `http://${host}:${servicePort}/` }, times: warmUp }, { wait: learnedMs });
      predict.push({});
    }
    for (const one of headers.slice(0, Math.ceil(requests / 4))) {
      const url = `http://${host}:${servicePort}/${chance.pick(['a', 'b', 'a?user=u1', 'b?user=u2&user=u3'])}`;
      steps.push({ send: { url, headers: one }, ...(times > 1 && { times, recordSequence: true }) });
      predict.push(prediction);
    }
  }
  return {
    name: `balance-${seed}`,
    proxy: { type: 'sidecar', namespace, labels: { app: 'client' }, locality: 'r1/z1/s1' },
    mesh: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
    backends,
    config: resources.map((resource) => stringify(resource)).join('---\n'),
    steps,
    predict,
  } as TestCase;
}

/** What ejects an endpoint, where somebody looks. */
const ills: readonly object[] = [
  { status: 503 },
  { status: 500 },
  { refuse: true },
  { reset: 'before-headers' },
];

/** Endpoints are put aside after few failures, and for longer than the world lasts. */
function createEjecting(chance: Chance): Policy {
  const splits = chance.hits(0.3);
  const outlierDetection = {
    interval: '300s',
    baseEjectionTime: '600s',
    ...chance.maybe(0.8, () => ({ consecutive5xxErrors: chance.int(1, 4) })),
    ...chance.maybe(0.4, () => ({ consecutiveGatewayErrors: chance.int(1, 3) })),
    ...(splits && {
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: chance.int(1, 3),
    }),
    maxEjectionPercent: chance.pick([10, 34, 50, 100]),
    minHealthPercent: chance.pick([0, 0, 30, 60, 100]),
  };
  const simple = chance.pick(['ROUND_ROBIN', 'RANDOM'] as const);
  return {
    trafficPolicy: { outlierDetection, loadBalancer: { simple, ...locality(chance) } },
    times: 120,
    prediction: { split: {} },
    headers: [{ 'x-user': 'a' }, { 'x-user': 'b' }],
    warmUp: 60,
  };
}

const locality = (chance: Chance): object =>
  chance.pick([{}, { localityLbSetting: { enabled: true } }, { localityLbSetting: { enabled: false } }]);

const reporting = (chance: Chance): object =>
  chance.maybe(0.8, () => {
    const report = [
      `rps_fractional=${chance.pick([100, 200, 1_000])}`,
      chance.pick(['cpu_utilization=0.5', 'application_utilization=0.25', 'named_metrics.queue=0.8']),
      ...chance.pick([[], ['eps=20']]),
    ];
    return { headers: { 'endpoint-load-metrics': `TEXT ${report.join(',')}` } };
  });

const reportFilter = (name: string, host: string): object => ({
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: { name: `reports-${name}`, namespace },
  spec: {
    configPatches: [
      {
        applyTo: 'CLUSTER',
        match: { context: 'SIDECAR_OUTBOUND', cluster: { service: host } },
        patch: {
          operation: 'MERGE',
          value: {
            lb_policy: 'LOAD_BALANCING_POLICY_CONFIG',
            load_balancing_policy: {
              policies: [
                {
                  typed_extension_config: {
                    name: 'reports',
                    typed_config: {
                      '@type':
                        'type.googleapis.com/envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin',
                      blackout_period: '0s',
                      weight_update_period: '0.1s',
                      metric_names_for_computing_utilization: ['named_metrics.queue'],
                    },
                  },
                },
              ],
            },
          },
        },
      },
    ],
  },
});

/** Round robin, so that what remains of the cluster's own policy takes no part. */
const weighed: Policy = {
  trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
  times: 200,
  prediction: { split: {} },
  headers: [{ 'x-user': 'a' }],
  weighsReports: true,
  warmUp: 40,
};

function createPolicy(chance: Chance): Policy {
  if (chance.hits(0.15)) return weighed;
  if (chance.hits(0.35)) return createEjecting(chance);
  const nearFirst = chance.hits(0.5);
  const localityLbSetting = chance.pick([
    { enabled: true },
    { enabled: false },
    { failover: [{ from: 'r1', to: 'r2' }] },
    { failoverPriority: ['topology.kubernetes.io/region'] },
    { distribute: [{ from: 'r1/*', to: { 'r1/z1/*': 80, 'r2/*': 20 } }] },
  ]);
  const shared = {
    ...(nearFirst && { outlierDetection: { consecutive5xxErrors: 1_000, interval: '300s' } }),
  };
  const ring = chance.pick([
    {},
    { ringHash: { minimumRingSize: chance.pick([1, 16, 1_024, 5_000]) } },
    { maglev: { tableSize: chance.pick([5, 101, 65_537]) } },
    { minimumRingSize: 64 },
  ]);
  const key = chance.pick([
    { httpHeaderName: 'x-user' },
    { httpQueryParameterName: 'user' },
    { httpCookie: { name: 'session', ttl: '0s' } },
    { useSourceIp: true },
  ]);
  const users = Array.from({ length: 24 }, (_, i) => ({
    'x-user': `user-${i}`,
    cookie: `session=s${i}; b=1`,
  }));
  if (chance.hits(0.5)) {
    const consistentHash = { ...key, ...ring };
    const trafficPolicy = {
      ...shared,
      loadBalancer: { consistentHash, ...(nearFirst && { localityLbSetting }) },
    };
    // Without the value that is hashed, chance decides: such requests only have to be answered.
    const isKnown = !('httpQueryParameterName' in key);
    return { trafficPolicy, times: 1, prediction: isKnown ? { backend: '*' } : {}, headers: users };
  }
  const simple = chance.pick(['ROUND_ROBIN', 'RANDOM', 'LEAST_REQUEST'] as const);
  return {
    trafficPolicy: { ...shared, loadBalancer: { simple, ...(nearFirst && { localityLbSetting }) } },
    times: 200,
    prediction: { split: {} },
    headers: [{ 'x-user': 'a' }, { 'x-user': 'b' }],
  };
}

const serviceEntry = (name: string, host: string, endpoints: readonly object[]): object => ({
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

const destinationRule = (name: string, host: string, trafficPolicy: object): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name, namespace },
  spec: { host, trafficPolicy },
});
