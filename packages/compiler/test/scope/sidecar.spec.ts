import { strict as assert } from 'node:assert';
import { type MeshOptions, mesh } from '../mesh.js';

const services = ['a.app', 'b.app', 'a.other', 'x.other.sub', 'c.third']
  .map(
    (name) => `
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${name.split('.')[1]}}
spec: {hosts: [${name}.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}, {number: 90, name: more, protocol: HTTP}]}
---`,
  )
  .join('');
const sidecar = (spec: string, metadata = 'name: default'): string => `
kind: Sidecar
metadata: {${metadata}}
spec: {${spec}}
---`;
/** The hosts and ports that have clusters. */
const imported = (rules: string, options?: MeshOptions): string[] =>
  mesh(services + rules, options)
    .clusterNames()
    .map((name) => name.replace(/outbound\|(\d+)\|\|(.*)\.test/, '$2:$1'))
    .filter((name) => name.endsWith(':80'))
    .map((name) => name.slice(0, -3))
    .sort();
const hosts = (...list: string[]): string[] =>
  imported(sidecar(`egress: [{hosts: [${list.map((one) => `"${one}"`)}]}]`));

describe('a Sidecar', () => {
  it('imports by namespace and name; a point stands for the namespace of the workload', () => {
    assert.deepEqual(hosts('*/*'), ['a.app', 'a.other', 'b.app', 'c.third', 'x.other.sub']);
    assert.deepEqual(hosts('./*'), ['a.app', 'b.app']);
    assert.deepEqual(hosts('other/*'), ['a.other', 'x.other.sub']);
    assert.deepEqual(hosts('other/a.other.test', 'third/*.test'), ['a.other', 'c.third']);
    assert.deepEqual(hosts('*/*.other.test'), ['a.other']);
    assert.deepEqual(hosts('app/a.other.test'), [], 'the name is of another namespace');
  });

  it('imports nothing with a lone tilde, and whatever stands beside it', () => {
    assert.deepEqual(hosts('~/*'), []);
    assert.deepEqual(hosts('~/*', './*'), []);
    assert.deepEqual(hosts('./*', '~/*'), []);
  });

  it('leaves out what it excludes, in whatever order it says so', () => {
    assert.deepEqual(hosts('*/*', '~other/*'), ['a.app', 'b.app', 'c.third']);
    assert.deepEqual(hosts('~./b.app.test', './*'), ['a.app']);
    assert.deepEqual(hosts('*/*', '~/*.sub.test', '~/c.third.test'), ['a.app', 'a.other', 'b.app']);
  });

  it('passes over hosts that are none', () => {
    assert.deepEqual(hosts('a', './*', 'a/b/c'), ['a.app', 'b.app']);
  });

  it('with a selector goes before one without, and only for workloads that it selects', () => {
    const both =
      sidecar('egress: [{hosts: ["third/*"]}]') +
      sidecar('workloadSelector: {labels: {app: web}}, egress: [{hosts: ["other/*"]}]', 'name: web');
    assert.deepEqual(imported(both, { workload: { labels: { app: 'web' } } }), ['a.other', 'x.other.sub']);
    assert.deepEqual(imported(both), ['c.third']);
  });

  it('of the root namespace counts where there is no other, with the namespace of the workload for the point', () => {
    const root = sidecar('egress: [{hosts: ["./*"]}]', 'name: root, namespace: istio-system');
    assert.deepEqual(imported(root), ['a.app', 'b.app']);
    assert.deepEqual(imported(root + sidecar('egress: [{hosts: ["third/*"]}]')), ['c.third']);
    const selective = sidecar(
      'workloadSelector: {labels: {}}, egress: [{hosts: ["./*"]}]',
      'name: root, namespace: istio-system',
    );
    assert.equal(imported(selective).length, 5, 'selectors of the root namespace are for its own workloads');
  });

  it('is nothing to a gateway', () => {
    assert.equal(imported(sidecar('egress: [{hosts: ["~/*"]}]'), { workload: { type: 'router' } }).length, 5);
  });

  it('with a port takes that port of services alone', () => {
    const { clusterNames } = mesh(
      services + sidecar('egress: [{port: {number: 90, protocol: HTTP, name: p}, hosts: ["app/*"]}]'),
    );
    assert.deepEqual(clusterNames(), ['outbound|90||a.app.test', 'outbound|90||b.app.test']);
  });

  it('unites the ports of a service that several listeners take', () => {
    const port = (number: number): string =>
      `{port: {number: ${number}, protocol: HTTP, name: p}, hosts: ["app/a.app.test"]}`;
    const { clusterNames } = mesh(services + sidecar(`egress: [${port(90)}, ${port(80)}]`));
    assert.deepEqual(clusterNames(), ['outbound|90||a.app.test', 'outbound|80||a.app.test']);
  });

  it('that has an empty outbound policy refuses strangers', () => {
    const routes = (spec: string): string | undefined => {
      const world = mesh(services + sidecar(spec));
      return world.compiler.view.routeConfiguration('80')?.domains.get('*');
    };
    assert.equal(routes('outboundTrafficPolicy: {}, egress: [{hosts: ["*/*"]}]'), 'block_all');
    assert.equal(routes('egress: [{hosts: ["*/*"]}]'), 'allow_any');
  });
});

describe('what a VirtualService sends to', () => {
  const rule = (destination: string, more = ''): string => `
kind: VirtualService
metadata: {name: v}
spec: {hosts: [a.app.test]${more}, http: [{route: [{destination: {${destination}}}]}]}
---`;
  const own = sidecar('egress: [{hosts: ["./*"]}]');

  it('has clusters even where the Sidecar does not import it', () => {
    assert.deepEqual(imported(own + rule('host: c.third.test')), ['a.app', 'b.app', 'c.third']);
  });

  it('has them for the port that is named', () => {
    const { clusterNames } = mesh(services + own + rule('host: c.third.test, port: {number: 90}'));
    assert.deepEqual(
      clusterNames().filter((name) => name.includes('third')),
      ['outbound|90||c.third.test'],
    );
  });

  it('has none where the rule is not imported, or nothing is there', () => {
    assert.deepEqual(imported(own + rule('host: c.third.test', ', gateways: [gw]')), ['a.app', 'b.app']);
    assert.deepEqual(imported(own + rule('host: nobody.test')), ['a.app', 'b.app']);
  });

  it('loses them with the rule', () => {
    const world = mesh(services + own + rule('host: c.third.test'));
    assert.ok(world.compiler.view.cluster('outbound|80||c.third.test'));
    world.update(services + own);
    assert.equal(world.compiler.view.cluster('outbound|80||c.third.test'), undefined);
  });
});

describe('a host of several namespaces', () => {
  const named = (namespace: string, created: number, more = ''): string => `
kind: ServiceEntry
metadata: {name: s, namespace: ${namespace}, creationTimestamp: "202${created}-01-01T00:00:00Z"}
spec: {hosts: [s.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: 10.0.0.${created}}]${more}}
---`;
  const chosen = (yaml: string): string[] => mesh(yaml).endpoints('outbound|80||s.test');

  it('is that of the workload, else the oldest', () => {
    assert.deepEqual(chosen(named('x', 1) + named('app', 2)), ['10.0.0.2:80']);
    assert.deepEqual(chosen(named('x', 2) + named('y', 1)), ['10.0.0.1:80']);
  });

  it('is one that is exported by name before one that is public', () => {
    assert.deepEqual(chosen(named('x', 1) + named('y', 2, ', exportTo: [app]')), ['10.0.0.2:80']);
  });

  it('is that of a Kubernetes Service before all but the own namespace', () => {
    const kubernetes = `
kind: Service
metadata: {name: s, namespace: x}
spec: {clusterIP: 10.96.0.1, ports: [{name: http, port: 80}]}
---`;
    const squatter = (namespace: string): string =>
      named(namespace, 1).replace('hosts: [s.test]', 'hosts: [s.x.svc.cluster.local]');
    const registryOf = (yaml: string): number =>
      mesh(yaml).endpoints('outbound|80||s.x.svc.cluster.local').length;
    assert.equal(registryOf(kubernetes + squatter('y')), 0);
    assert.equal(registryOf(kubernetes + squatter('app')), 1);
  });
});
