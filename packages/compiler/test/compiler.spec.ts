import { strict as assert } from 'node:assert';
import { createWorkload, type Resource, turnsPerStep } from '@inmesh/model';
import fc from 'fast-check';
import { type Compiler, type ConfigDump, createCompiler, type ViewChange } from '../src/index.js';
import type { RouteConfigurationIndex } from '../src/route/route-configurations.js';
import { anyHistory, anyResources } from './any-mesh.js';
import { mesh, readResources, snapshotOf } from './mesh.js';

const types = ['sidecar', 'router'] as const;

function compilerFor(type: (typeof types)[number]): Compiler {
  const workload = createWorkload({
    type,
    namespace: 'app',
    ip: '10.1.1.1',
    labels: { app: 'web' },
    locality: 'r1/z1',
  });
  return createCompiler({ workload });
}

function dumpOf(resources: readonly Resource[], type: (typeof types)[number]): ConfigDump {
  const compiler = compilerFor(type);
  compiler.update(snapshotOf(resources));
  return compiler.configDump();
}

describe('a compiler', () => {
  it('knows nothing before its first snapshot', () => {
    const { view, configDump } = compilerFor('sidecar');
    assert.equal(view.cluster('PassthroughCluster'), undefined);
    assert.equal(view.listener('0.0.0.0', 15001), undefined);
    assert.deepEqual(configDump(), { listeners: [], routes: [], clusters: [], endpoints: [] });
  });

  for (const type of types) {
    it(`answers every set of resources the same, in whatever order they arrive (${type})`, () => {
      fc.assert(
        fc.property(
          anyResources().chain((resources) =>
            fc.tuple(fc.constant(resources), fc.shuffledSubarray(resources, { minLength: resources.length })),
          ),
          ([resources, shuffled]) => {
            assert.deepEqual(dumpOf(shuffled, type), dumpOf(resources, type));
          },
        ),
        { numRuns: 60 },
      );
    }).timeout(60_000);

    it(`knows after every sequence of changes what it would know from nothing (${type})`, () => {
      fc.assert(
        fc.property(anyHistory(), (history) => {
          const compiler = compilerFor(type);
          for (const resources of history) {
            compiler.update(snapshotOf(resources));
            assert.deepEqual(compiler.configDump(), dumpOf(resources, type));
          }
        }),
        { numRuns: 60 },
      );
    }).timeout(60_000);

    it(`answers until the last step of a change as before, also what nobody asked for before (${type})`, () => {
      fc.assert(
        fc.property(anyHistory(), fc.array(fc.nat({ max: 40 }), { maxLength: 4 }), (history, pauses) => {
          const compiler = compilerFor(type);
          // One that knows the state before, and one that knows the state after.
          let [old, young] = [compilerFor(type), compilerFor(type)];
          for (const resources of history) {
            young.update(snapshotOf(resources));
            const keys = keysOf(old.configDump(), keysOf(young.configDump(), []));
            const steps = compiler.following(snapshotOf(resources));
            for (let step = steps.next(), count = 0; step.done !== true; step = steps.next(), count++) {
              if (pauses.includes(count))
                assert.deepEqual(plain(answersOf(compiler, keys)), plain(answersOf(old, keys)));
            }
            assert.deepEqual(plain(answersOf(compiler, keys)), plain(answersOf(young, keys)));
            [old, young] = [young, compilerFor(type)];
          }
        }),
        { numRuns: 60 },
      );
    }).timeout(60_000);

    it(`names every answer that changes, and keeps the object of every other (${type})`, () => {
      fc.assert(
        fc.property(anyHistory(), (history) => {
          const compiler = compilerFor(type);
          const before = new Map<string, unknown>();
          for (const resources of history) {
            const named = new Set<string>();
            const note = ({ listeners, routes, clusters, endpoints }: ViewChange): void => {
              if (listeners) named.add('listener');
              for (const name of routes) named.add(`route ${name}`);
              for (const name of clusters) named.add(`cluster ${name}`);
              for (const name of endpoints) named.add(`endpoints ${name}`);
            };
            compiler.view.changes.on('changed', note);
            compiler.update(snapshotOf(resources));
            compiler.view.changes.off('changed', note);
            const fresh = compilerFor(type);
            fresh.update(snapshotOf(resources));
            const keys = keysOf(fresh.configDump(), [...before.keys()]);
            const now = answersOf(compiler, keys);
            assert.deepEqual(plain(now), plain(answersOf(fresh, keys)));
            for (const [key, answer] of now) {
              if (before.has(key) && before.get(key) !== answer) {
                assert.ok(
                  named.has(key.startsWith('listener') ? 'listener' : key),
                  `${key} changed in silence`,
                );
              }
              before.set(key, answer);
            }
          }
        }),
        { numRuns: 50 },
      );
    }).timeout(60_000);
  }

  it('takes a change in steps of a few objects, whatever their number', () => {
    const services = (count: number, port: number): readonly Resource[] =>
      readResources(
        Array.from(
          { length: count },
          (_, i) => `
kind: ServiceEntry
metadata: {name: s${i}}
spec: {hosts: [s${i}.test], resolution: STATIC, ports: [{number: ${port}, name: http, protocol: HTTP}]}
---
kind: VirtualService
metadata: {name: s${i}}
spec: {hosts: [s${i}.test], http: [{route: [{destination: {host: s${i}.test}}]}]}
---
kind: DestinationRule
metadata: {name: s${i}}
spec: {host: s${i}.test}`,
        ).join('\n---'),
      );
    const stepsOf = (count: number): { readonly first: number; readonly second: number } => {
      const compiler = compilerFor('sidecar');
      const follow = (port: number): number => {
        let steps = 0;
        for (const _ of compiler.following(snapshotOf(services(count, port)))) steps++;
        return steps;
      };
      return { first: follow(80), second: follow(8080) };
    };
    const [few, many] = [stepsOf(100), stepsOf(300)];
    // Registry, rules, listeners and virtual hosts each look at every object, some more than once.
    assert.ok(few.first > 10 * (100 / turnsPerStep), `${few.first} steps`);
    assert.ok(many.first > 2.5 * few.first, `${many.first} steps`);
    assert.ok(many.second > 2.5 * few.second, `${many.second} steps`);
  }).timeout(60_000);

  it('takes no second look at routes and listeners when only endpoints change', () => {
    const entry = (address: string): string => `
kind: ServiceEntry
metadata: {name: a}
spec: {hosts: [a.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: ${address}}]}`;
    const { compiler, update } = mesh(entry('10.0.0.1'));
    const { view } = compiler;
    const old = [
      view.listener('0.0.0.0', 80),
      view.routeConfiguration('80'),
      view.cluster('outbound|80||a.test'),
    ];
    view.loadAssignment('outbound|80||a.test');
    const changes: unknown[] = [];
    view.changes.on('changed', (change) => changes.push(change));
    update(entry('10.0.0.2'));
    assert.deepEqual(changes, [
      {
        listeners: false,
        routes: new Set(),
        clusters: new Set(),
        endpoints: new Set(['outbound|80||a.test']),
      },
    ]);
    const now = [
      view.listener('0.0.0.0', 80),
      view.routeConfiguration('80'),
      view.cluster('outbound|80||a.test'),
    ];
    assert.ok(now.every((answer, i) => answer === old[i]));
  });

  it('says nothing when nothing that was asked for changes', () => {
    const entry = (host: string): string =>
      `kind: ServiceEntry\nmetadata: {name: ${host}}\nspec: {hosts: [${host}.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}]}\n---\n`;
    const { compiler, update } = mesh(entry('a'));
    compiler.view.cluster('outbound|80||a.test');
    let told = 0;
    compiler.view.changes.on('changed', () => told++);
    update(entry('a') + entry('b'));
    assert.equal(told, 0);
  });

  it('tells that a cluster which was asked for in vain is there now', () => {
    const { compiler, update } = mesh('');
    assert.equal(compiler.view.cluster('outbound|80||a.test'), undefined);
    const named: string[] = [];
    compiler.view.changes.on('changed', ({ clusters }) => named.push(...clusters));
    update(
      'kind: ServiceEntry\nmetadata: {name: a}\nspec: {hosts: [a.test], ports: [{number: 80, name: http}]}',
    );
    assert.deepEqual(named, ['outbound|80||a.test']);
  });

  it('remembers where a cluster has its rule from', () => {
    const { cluster } = mesh(`
kind: ServiceEntry
metadata: {name: a}
spec: {hosts: [a.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}]}
---
kind: DestinationRule
metadata: {name: rule}
spec: {host: a.test}`);
    assert.deepEqual(cluster('outbound|80||a.test').metadata?.filterMetadata?.inmesh, {
      rules: [{ resource: 'DestinationRule/app/rule', source: 'mesh.yaml', line: 1 }],
    });
  });

  it('keeps the first of two clusters of one name', () => {
    const { compiler } = mesh(`
kind: EnvoyFilter
metadata: {name: a}
spec: {configPatches: [{applyTo: CLUSTER, patch: {operation: ADD, value: {name: BlackHoleCluster, type: STRICT_DNS}}}]}`);
    const found = compiler.configDump().clusters.filter(({ name }) => name === 'BlackHoleCluster');
    assert.deepEqual(
      found.map(({ type }) => type),
      ['STATIC'],
    );
  });
});

/** All that exists now or was asked for before. */
function keysOf(dump: ConfigDump, known: readonly string[]): readonly string[] {
  return [
    ...new Set([
      ...known,
      ...dump.clusters.map(({ name }) => `cluster ${name}`),
      ...dump.endpoints.map(({ clusterName }) => `endpoints ${clusterName}`),
      ...dump.routes.map(({ name }) => `route ${name}`),
      ...dump.listeners.flatMap(({ address }) => {
        const { address: ip, portValue } = address?.socketAddress ?? {};
        return ip === undefined ? [] : [`listener ${ip} ${portValue}`];
      }),
    ]),
  ];
}

function answersOf({ view }: Compiler, keys: readonly string[]): ReadonlyMap<string, unknown> {
  const answers = new Map<string, unknown>();
  for (const key of keys) {
    const [what, name = '', port] = key.split(' ');
    if (what === 'cluster') answers.set(key, view.cluster(name));
    else if (what === 'endpoints') answers.set(key, view.loadAssignment(name));
    else if (what === 'listener') answers.set(key, view.listener(name, Number(port)));
    else answers.set(key, view.routeConfiguration(name));
  }
  return answers;
}

/** Route configurations with all their virtual hosts, so that contents can be compared. */
function plain(answers: ReadonlyMap<string, unknown>): unknown {
  return [...answers].map(([key, answer]) => {
    const index = answer as RouteConfigurationIndex | undefined;
    if (!key.startsWith('route') || index === undefined) return [key, answer];
    return [key, [...index.domains].map(([domain, host]) => [domain, index.virtualHost(host)])];
  });
}
