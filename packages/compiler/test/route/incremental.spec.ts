import { strict as assert } from 'node:assert';
import type { Resource } from '@inmesh/model';
import fc from 'fast-check';
import { plansOf, type RouteConfigurationIndex } from '../../src/route/route-configuration-index.js';
import { resource, serviceEntry, snapshotOf, world } from './world.js';

/** What may be said about one name: nothing, or a version of it. */
interface Step {
  readonly kind: 'rule' | 'service' | 'hash' | 'sidecar';
  readonly name: number;
  readonly version: number | undefined;
}

/** The short name of one is the full name of another. */
const hosts = [
  'a.shop.test',
  'b.shop.test',
  'a.app.svc.cluster.local',
  'a.app',
  'B.shop.test',
  '*.shop.test',
  'strange.test',
];

function make({ kind, name, version = 0 }: Step): Resource {
  const host = hosts[name] ?? '';
  switch (kind) {
    case 'rule':
      return resource(
        'VirtualService',
        `rule-${name}`,
        {
          hosts: version % 4 === 3 ? [host, hosts[0] ?? ''] : [host],
          http: [
            {
              match: [{ uri: { prefix: `/${version}` }, ...(version % 3 === 2 && { port: 81 }) }],
              route: [{ destination: { host: hosts[version % 2] ?? '' } }],
            },
          ],
        },
        { created: version % 5 === 4 ? 1 : 1000 },
      );
    case 'hash':
      return resource('DestinationRule', `hash-${name}`, {
        host,
        trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: `x-${version}` } } },
      });
    case 'sidecar':
      return resource('Sidecar', 'default', {
        egress: [{ hosts: version % 2 === 0 ? ['*/*'] : ['./a.shop.test'] }],
        outboundTrafficPolicy: { mode: version % 3 === 0 ? 'ALLOW_ANY' : 'REGISTRY_ONLY' },
      });
    case 'service': {
      const protocol = version % 3 === 2 ? 'TCP' : 'HTTP';
      return serviceEntry(host, [{ number: version % 4 === 3 ? 81 : 80, protocol }], {
        name: `service-${name}`,
        ...(version % 2 === 1 && { addresses: ['10.5.0.1', `10.5.0.${version}`] }),
      });
    }
  }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>('rule', 'rule', 'service', 'hash', 'sidecar'),
    name: fc.nat({ max: hosts.length - 1 }),
    version: fc.option(fc.nat({ max: 11 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('routes after any sequence of changes', () => {
  it('always equal those that are compiled from nothing', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const current = new Map<string, Resource>();
        const { compiler, routes, index } = world([]);
        for (const [i, step] of sequence.entries()) {
          const key = `${step.kind} ${step.kind === 'sidecar' ? '' : step.name}`;
          if (step.version === undefined) current.delete(key);
          else current.set(key, make(step));
          compiler.update(snapshotOf([...current.values()], i + 2));
          const fresh = world([...current.values()]);
          for (const name of ['80', '81']) {
            assert.deepEqual(routes(name), fresh.routes(name));
            const [domains, anew] = [index(name)?.domains, fresh.index(name)?.domains];
            assert.equal(domains?.size, anew?.size);
            for (const [domain, host] of anew ?? []) assert.equal(domains?.get(domain), host);
          }
          assert.deepEqual(
            compiler.view.listener('0.0.0.0', 80),
            fresh.compiler.view.listener('0.0.0.0', 80),
          );
        }
      }),
      {
        numRuns: 150,
        // The rule that goes leaves its service to the wildcard of another.
        examples: [
          [
            [
              { kind: 'rule', name: 5, version: 0 },
              { kind: 'service', name: 0, version: 0 },
              { kind: 'rule', name: 0, version: 0 },
              { kind: 'rule', name: 0, version: undefined },
            ],
          ],
        ],
      },
    );
  }).timeout(60_000);
});

describe('what a change among many services plans', () => {
  const others = Array.from({ length: 300 }, (_, i) =>
    serviceEntry(`other-${i}.shop.test`, [{ number: 80, protocol: 'HTTP' }], { name: `other-${i}` }),
  );
  const rule = (prefix: string) =>
    resource('VirtualService', 'rule', {
      hosts: ['other-7.shop.test', 'new.shop.test'],
      http: [
        { match: [{ uri: { prefix } }], route: [{ destination: { host: 'other-8.shop.test' } }] },
        { route: [{ destination: { host: 'other-7.shop.test' } }] },
      ],
    });
  const added = serviceEntry('new.shop.test', [{ number: 80, protocol: 'HTTP' }], { name: 'new' });
  const plansIn = (index: RouteConfigurationIndex | undefined) =>
    new Map([...new Set(index?.domains.values())].map((name) => [name, plansOf(index)?.plan(name)]));
  const steps: [what: string, change: Resource[], planned: string[]][] = [
    ['a service that is added', [added], ['new.shop.test:80']],
    ['a rule that is added', [added, rule('/a')], ['new.shop.test:80', 'other-7.shop.test:80']],
    ['a rule that says something else', [added, rule('/b')], ['new.shop.test:80', 'other-7.shop.test:80']],
    ['a service that goes while a rule names it', [rule('/b')], ['new.shop.test:80', 'other-7.shop.test:80']],
    ['a rule that goes', [], ['other-7.shop.test:80']],
  ];
  const { compiler, index } = world(others);
  let version = 1;
  for (const [what, change, planned] of steps) {
    it(`is no more than the hosts of ${what}`, () => {
      const before = plansIn(index('80'));
      for (const name of planned) index('80')?.virtualHost(name);
      compiler.update(snapshotOf([...others, ...change], ++version));
      const after = plansIn(index('80'));
      const different = [...after].filter(([name, plan]) => plan !== before.get(name)).map(([name]) => name);
      assert.deepEqual(different, planned);
    });
  }
});
