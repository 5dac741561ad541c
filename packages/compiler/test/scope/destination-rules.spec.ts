import { strict as assert } from 'node:assert';
import { type MeshOptions, mesh } from '../mesh.js';

const service = `
kind: ServiceEntry
metadata: {name: a, namespace: shop}
spec: {hosts: [a.shop.svc.cluster.local], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}]}
---`;
/** A rule with a subset of its own name. */
const rule = (name: string, namespace: string, spec = '', created = 1): string => `
kind: DestinationRule
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: "2025-01-0${created}T00:00:00Z"}
spec: {host: a.shop.svc.cluster.local, subsets: [{name: ${name}}]${spec === '' ? '' : `, ${spec}`}}
---`;
const wide = (name: string, namespace: string, host: string): string =>
  rule(name, namespace).replace('host: a.shop.svc.cluster.local', `host: "${host}"`);
/** The subsets in force. */
const subsets = (rules: string, options?: MeshOptions): string[] =>
  mesh(service + rules, options)
    .clusterNames()
    .map((name) => name.split('|')[2] ?? '')
    .filter((subset) => subset !== '');

describe('the DestinationRule of a service', () => {
  it('is looked for with the client, then with the service, then in the root namespace', () => {
    const root = rule('root', 'istio-system');
    const shop = rule('shop', 'shop');
    assert.deepEqual(subsets(root + shop + rule('app', 'app')), ['app']);
    assert.deepEqual(subsets(root + shop + rule('else', 'elsewhere')), ['shop']);
    assert.deepEqual(subsets(root), ['root']);
  });

  it('of the client hides all others, however wide it is', () => {
    assert.deepEqual(subsets(rule('shop', 'shop') + wide('app', 'app', '*.local')), ['app']);
  });

  it('is the one with the most specific host of its namespace', () => {
    const rules =
      wide('all', 'shop', '*') +
      wide('svc', 'shop', '*.svc.cluster.local') +
      wide('near', 'shop', '*.shop.svc.cluster.local');
    assert.deepEqual(subsets(rules), ['near']);
    assert.deepEqual(subsets(rules + rule('exact', 'shop')), ['exact']);
  });

  it('that is kept to its namespace hides nothing, but one that is exported elsewhere does', () => {
    const near = wide('near', 'shop', '*.shop.svc.cluster.local');
    assert.deepEqual(subsets(near + rule('own', 'shop', 'exportTo: ["."]')), ['near']);
    assert.deepEqual(subsets(near + rule('theirs', 'shop', 'exportTo: [elsewhere]')), []);
    assert.deepEqual(subsets(near + rule('ours', 'shop', 'exportTo: [app]')), ['ours']);
  });

  it('that is exported does not count at home unless it says so', () => {
    assert.deepEqual(subsets(rule('app', 'app', 'exportTo: [elsewhere]') + rule('shop', 'shop')), ['shop']);
  });

  it('of the root namespace counts for the root namespace only as private', () => {
    const root = { workload: { namespace: 'istio-system' } };
    assert.deepEqual(subsets(rule('shop', 'shop') + rule('root', 'istio-system'), root), ['shop']);
    assert.deepEqual(subsets(rule('shop', 'shop') + rule('root', 'istio-system', 'exportTo: ["."]'), root), [
      'root',
    ]);
  });

  it('is private by default where the mesh says so', () => {
    const options = { meshConfig: { defaultDestinationRuleExportTo: ['.'] } };
    assert.deepEqual(subsets(rule('shop', 'shop'), options), []);
    assert.deepEqual(subsets(rule('app', 'app'), options), ['app']);
  });

  it('has its short host completed with its own namespace', () => {
    assert.deepEqual(subsets(wide('shop', 'shop', 'a')), ['shop']);
    assert.deepEqual(subsets(wide('app', 'app', 'a')), []);
  });
});

describe('several DestinationRules of one host and namespace', () => {
  it('unite their subsets, the oldest first; of one name the first counts', () => {
    assert.deepEqual(subsets(rule('b', 'shop', '', 1) + rule('a', 'shop', '', 2)), ['b', 'a']);
    const twice = (weight: string, created: number): string =>
      rule('same', 'shop', '', created)
        .replace('{name: same}]', `{name: same, labels: {v: "${weight}"}}]`)
        .replace('name: same,', `name: r${created},`);
    assert.deepEqual(subsets(twice('1', 1) + twice('2', 2)), ['same']);
  });

  it('take the first policy that there is, and none of the fields of a second', () => {
    const policy = (rules: string): unknown =>
      mesh(service + rules).cluster('outbound|80||a.shop.svc.cluster.local').lbPolicy;
    const random = 'trafficPolicy: {loadBalancer: {simple: RANDOM}}';
    assert.equal(policy(rule('a', 'shop', '', 1) + rule('b', 'shop', random, 2)), 'RANDOM');
    assert.equal(
      policy(rule('a', 'shop', 'trafficPolicy: {outlierDetection: {}}', 1) + rule('b', 'shop', random, 2)),
      'LEAST_REQUEST',
    );
  });

  it('that are seen by others are not merged', () => {
    assert.deepEqual(
      subsets(rule('a', 'shop', 'exportTo: [app]', 1) + rule('b', 'shop', 'exportTo: [other]', 2)),
      ['a'],
    );
  });

  it('merge where the later is seen by more, which the others then do not see', () => {
    const rules = rule('a', 'shop', 'exportTo: [other]', 1) + rule('b', 'shop', 'exportTo: [app, other]', 2);
    assert.deepEqual(subsets(rules), []);
    assert.deepEqual(subsets(rules, { workload: { namespace: 'other' } }), ['a', 'b']);
  });

  it('merge, and stand by themselves where the last of the others is seen elsewhere', () => {
    const rules = rule('a', 'app', '', 1) + rule('b', 'app', 'exportTo: ["."]', 2) + rule('c', 'app', '', 3);
    assert.deepEqual(subsets(rules), ['c']);
  });

  it('with selectors are for the workloads that they select', () => {
    const rules =
      rule('web', 'app', 'workloadSelector: {matchLabels: {app: web}}') +
      rule('db', 'app', 'workloadSelector: {matchLabels: {app: db}}') +
      rule('all', 'app');
    assert.deepEqual(subsets(rules, { workload: { labels: { app: 'web' } } }), ['web']);
    assert.deepEqual(subsets(rules, { workload: { labels: { app: 'db' } } }), ['db']);
    assert.deepEqual(subsets(rules), ['all']);
  });

  it('with a selector take in one that is kept to the namespace as they are, and leave others without', () => {
    const rules =
      rule('web', 'app', 'workloadSelector: {matchLabels: {app: web}}') +
      rule('all', 'app', 'exportTo: ["."]');
    assert.deepEqual(subsets(rules, { workload: { labels: { app: 'web' } } }), ['web', 'all']);
    assert.deepEqual(subsets(rules, { workload: { labels: { app: 'db' } } }), []);
  });
});
