import type { Kind, Kinds, Resource } from '@inmesh/model';
import fc from 'fast-check';

/**
 * Resources over few names, so that they collide: hosts are shared, labels select, rules point at each other, and
 * some names are those of properties that every object has.
 */
export function anyResources(): fc.Arbitrary<Resource[]> {
  return fc.uniqueArray(fc.oneof(...kinds), {
    maxLength: 24,
    selector: ({ kind, namespace, name }) => `${kind}/${namespace}/${name}`,
  });
}

/** A mesh and what becomes of it: each step replaces, removes or adds some objects and keeps all others as they are. */
export function anyHistory(): fc.Arbitrary<Resource[][]> {
  const steps = fc.array(
    fc.record({
      removed: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
      added: fc.array(fc.oneof(...kinds), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  return fc.tuple(anyResources(), steps).map(([first, changes]) => {
    const history = [first];
    let current = first;
    for (const { removed, added } of changes) {
      const byKey = new Map(
        current.filter((_, index) => !removed.includes(index)).map((one) => [keyOf(one), one]),
      );
      for (const one of added) byKey.set(keyOf(one), one);
      current = [...byKey.values()];
      history.push(current);
    }
    return history;
  });
}

function keyOf({ kind, namespace, name }: Resource): string {
  return `${kind}/${namespace}/${name}`;
}

const namespace = fc.constantFrom('app', 'shop', 'istio-system');
const names = ['a', 'b', 'constructor'];
const host = fc.constantFrom(
  'a.test',
  'b.test',
  '__proto__',
  'a.app.svc.cluster.local',
  'a.shop.svc.cluster.local',
);
const ruleHost = fc.oneof(host, fc.constantFrom('a', '*.test', '*', '*.local'));
const labels = fc.constantFrom<Record<string, string>>({}, { v: '1' }, { v: '2' }, { v: '1', app: 'web' });
const exportTo = fc.constantFrom<string[] | undefined>(undefined, ['.'], ['*'], ['app'], ['~']);
const ports = fc.constantFrom(
  [{ number: 80, name: 'http', protocol: 'HTTP' }],
  [{ number: 80, name: 'tcp', protocol: 'TCP' }],
  [
    { number: 80, name: 'http', protocol: 'HTTP' },
    { number: 443, name: 'tls', protocol: 'TLS' },
  ],
  [{ number: 90, name: 'any' }],
);
const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.1.1.1', 'x.test', 'unix:///a');

/** Leaves out what is absent, as YAML does. */
function spec<T extends object>(model: { [K in keyof T]?: fc.Arbitrary<unknown> }): fc.Arbitrary<T> {
  return fc
    .record(model as Record<string, fc.Arbitrary<unknown>>)
    .map(
      (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T,
    );
}

function resourceOf<K extends Kind>(
  kind: K,
  body: fc.Arbitrary<Kinds[K]>,
  more: Partial<Resource> = {},
): fc.Arbitrary<Resource> {
  return fc
    .record({ namespace, name: fc.constantFrom(...names), body, labels, createdAt: fc.constantFrom(0, 1, 2) })
    .map(({ body: written, ...rest }) => ({
      kind,
      apiVersion: 'v1',
      annotations: {},
      origin: { source: 'any', line: 1, positionOf: () => ({ source: 'any', line: 1, column: 1 }) },
      ...rest,
      spec: written,
      ...more,
    }));
}

const workload = spec<{
  address: string;
  labels: Record<string, string>;
  locality: string;
  serviceAccount: string;
}>({
  address,
  labels: fc.option(labels, { nil: undefined }),
  locality: fc.constantFrom(undefined, 'r1/z1', 'r2/z1'),
  serviceAccount: fc.constantFrom(undefined, 'sa'),
});

const policy = fc.constantFrom(
  undefined,
  { loadBalancer: { simple: 'RANDOM' as const } },
  { loadBalancer: { simple: 'PASSTHROUGH' as const } },
  { loadBalancer: { consistentHash: { httpHeaderName: 'x' } }, outlierDetection: {} },
  { tls: { mode: 'SIMPLE' as const } },
  { portLevelSettings: [{ port: { number: 80 }, connectionPool: { tcp: { maxConnections: 1 } } }] },
);

const destination = spec<{ host: string; subset: string; port: { number: number } }>({
  host: ruleHost,
  subset: fc.constantFrom(undefined, 's1'),
  port: fc.constantFrom(undefined, { number: 80 }),
});

const route = fc.oneof(
  fc.record({ route: fc.array(fc.record({ destination }), { minLength: 1, maxLength: 2 }) }),
  fc.record({ delegate: fc.record({ name: fc.constantFrom(...names) }) }),
  fc.record({
    match: fc.constant([{ uri: { prefix: '/x' } }]),
    route: fc.array(fc.record({ destination }), { minLength: 1, maxLength: 1 }),
  }),
);

const kinds: fc.Arbitrary<Resource>[] = [
  resourceOf(
    'ServiceEntry',
    spec<Kinds['ServiceEntry']>({
      hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 2 }),
      addresses: fc.constantFrom(undefined, ['10.8.0.1'], ['10.8.0.1', '10.8.0.2'], ['10.8.0.0/16']),
      ports,
      resolution: fc.constantFrom(undefined, 'STATIC', 'DNS', 'DNS_ROUND_ROBIN'),
      location: fc.constantFrom(undefined, 'MESH_INTERNAL'),
      endpoints: fc.option(fc.array(workload, { maxLength: 3 }), { nil: undefined }),
      workloadSelector: fc.constantFrom(undefined, undefined, { labels: { v: '1' } }),
      exportTo,
    }),
  ),
  resourceOf('WorkloadEntry', workload),
  resourceOf(
    'Service',
    spec<Kinds['Service']>({
      clusterIP: fc.constantFrom('10.96.0.1', 'None'),
      type: fc.constantFrom(undefined, 'ExternalName'),
      externalName: fc.constantFrom(undefined, 'b.test', 'a.app.svc.cluster.local'),
      ports: fc.constantFrom([{ name: 'http', port: 80 }], [{ name: 'tcp', port: 80 }]),
      selector: fc.constantFrom(undefined, { v: '1' }),
    }),
  ),
  resourceOf(
    'EndpointSlice',
    fc.record({
      addressType: fc.constant('IPv4' as const),
      ports: fc.constantFrom([{ name: 'http', port: 8080 }], [{ name: 'tcp', port: 8080 }]),
      endpoints: fc.array(
        fc.record({
          addresses: fc.tuple(fc.constantFrom('10.0.0.1', '10.0.0.2', '10.1.1.1')),
          conditions: fc.constantFrom({}, { ready: false }),
          targetRef: fc.record({ kind: fc.constant('Pod'), name: fc.constantFrom(...names) }),
        }),
        { maxLength: 2 },
      ),
    }),
    { labels: { 'kubernetes.io/service-name': 'a' } },
  ),
  resourceOf('Pod', fc.constant({ serviceAccountName: 'default' }), {
    status: { podIP: '10.0.0.5', conditions: [{ type: 'Ready', status: 'True' }] },
  }),
  resourceOf(
    'VirtualService',
    spec<Kinds['VirtualService']>({
      hosts: fc.uniqueArray(ruleHost, { maxLength: 2 }),
      gateways: fc.constantFrom(undefined, undefined, ['a'], ['mesh', 'app/b']),
      http: fc.array(route, { minLength: 1, maxLength: 3 }),
      exportTo,
    }),
  ),
  resourceOf(
    'DestinationRule',
    spec<Kinds['DestinationRule']>({
      host: ruleHost,
      trafficPolicy: policy,
      subsets: fc.constantFrom(undefined, [{ name: 's1', labels: { v: '1' } }], [{ name: 's2' }]),
      workloadSelector: fc.constantFrom(undefined, undefined, { matchLabels: { app: 'web' } }),
      exportTo,
    }),
  ),
  resourceOf(
    'Sidecar',
    spec<Kinds['Sidecar']>({
      workloadSelector: fc.constantFrom(undefined, { labels: { app: 'web' } }),
      egress: fc.constantFrom(
        [{ hosts: ['./*'] }],
        [{ hosts: ['*/*', '~shop/*'] }],
        [{ port: { number: 80, protocol: 'HTTP', name: 'p' }, hosts: ['shop/*'] }, { hosts: ['./a.test'] }],
      ),
    }),
  ),
  fc
    .record({
      one: resourceOf('Namespace', fc.constant({}), { namespace: '' }),
      name: namespace,
      annotations: fc.constantFrom<Record<string, string>>(
        {},
        { 'networking.istio.io/traffic-distribution': 'PreferClose' },
      ),
    })
    .map(({ one, name, annotations }) => ({ ...one, name, annotations })),
  resourceOf(
    'PeerAuthentication',
    fc.constantFrom({ mtls: { mode: 'DISABLE' as const } }, { mtls: { mode: 'STRICT' as const } }),
  ),
  resourceOf(
    'Gateway',
    fc.constantFrom({
      selector: { app: 'web' },
      servers: [{ port: { number: 80, protocol: 'HTTP', name: 'http' }, hosts: ['*'] }],
    }),
  ),
];
