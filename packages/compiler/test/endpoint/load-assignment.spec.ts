import { strict as assert } from 'node:assert';
import { type MeshOptions, mesh } from '../mesh.js';

/** Endpoints 10.0.0.1, 10.0.0.2, … in these localities, under this load balancer. */
const world = (
  localities: readonly string[],
  policy: string,
  options: MeshOptions & { readonly here?: string } = {},
): string[] => {
  const { here = 'r1/z1/s1', ...rest } = options;
  const endpoints = localities.map((given, i) => {
    const [locality, ...more] = given.split(' ');
    return `{address: 10.0.0.${i + 1}${locality === '-' ? '' : `, locality: ${locality}`}${more.length > 0 ? `, ${more.join(' ')}` : ''}}`;
  });
  return mesh(
    `
kind: ServiceEntry
metadata: {name: a}
spec: {hosts: [a.test], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [${endpoints}]}
---
kind: DestinationRule
metadata: {name: a}
spec: {host: a.test, trafficPolicy: {${policy}}}`,
    { ...rest, workload: { locality: here, ...rest.workload } },
  )
    .endpoints('outbound|80||a.test')
    .map((endpoint) => endpoint.replace('10.0.0.', '').replace(':80', ''));
};
const outlier = 'outlierDetection: {}';
const lb = (setting: string): string => `${outlier}, loadBalancer: {localityLbSetting: {${setting}}}`;

describe('the localities of an assignment', () => {
  it('do not count without outlier detection', () => {
    assert.deepEqual(world(['r1/z1/s1', 'r2/z1/s1'], ''), ['1', '2']);
  });

  it('order endpoints by nearness once failures are noticed', () => {
    assert.deepEqual(world(['r2/z1', 'r1/z2', 'r1/z1', 'r1/z1/s1'], outlier), ['3 @1', '4', '2 @2', '1 @3']);
  });

  it('leave no gap between priorities', () => {
    assert.deepEqual(world(['r1/z2', 'r3/z1'], outlier), ['1', '2 @1']);
  });

  it('may be switched off by rule or mesh', () => {
    assert.deepEqual(world(['r1/z1', 'r2/z1'], lb('enabled: false')), ['1', '2']);
    const off = { meshConfig: { localityLbSetting: { enabled: false } } };
    assert.deepEqual(world(['r1/z1', 'r2/z1'], outlier, off), ['1', '2']);
    assert.deepEqual(
      world(['r1/z1', 'r2/z1'], lb('enabled: true'), off),
      ['1', '2 @1'],
      'the rule replaces the mesh',
    );
  });

  it('do not count where zones are left alone', () => {
    assert.deepEqual(
      world(['r1/z1', 'r2/z1'], `${outlier}, loadBalancer: {zoneAwareLbSetting: {enabled: false}}`),
      ['1', '2'],
    );
  });

  it('send one region to the region that is named, before all others', () => {
    assert.deepEqual(world(['r2/z1', 'r3/z1'], lb('failover: [{from: r1, to: r3}]')), ['1 @1', '2']);
    assert.deepEqual(world(['r2/z1', 'r3/z1'], lb('failover: [{from: r9, to: r3}]')), ['1', '2']);
  });

  it('share by weight where a rule distributes, and lose endpoints where it does not name them', () => {
    const setting = 'distribute: [{from: "r1/*", to: {"r1/z1/*": 70, "r1/z2/*": 30}}]';
    assert.deepEqual(world(['r1/z1', 'r1/z2', 'r2/z1'], lb(setting)), ['1 ×70', '2 ×30']);
    assert.deepEqual(world(['r1/z1', 'r1/z2'], lb(setting), { here: 'r2/z1' }), ['1', '2']);
  });

  it('divide a share among all that one pattern covers, by their weights', () => {
    const setting = 'distribute: [{from: "*", to: {"r1/*": 90, "r2/*": 10}}]';
    assert.deepEqual(world(['r1/z1', 'r1/z2 weight: 2', 'r2/z1'], lb(setting)), ['1 ×30', '2 ×60', '3 ×10']);
  });

  it('give way to labels where a rule names them, in their order', () => {
    const priorities = (list: string): string => lb(`failoverPriority: [${list}]`);
    const labelled = (value: string): string => `- labels: {v: "${value}"}`;
    const workload = { labels: { v: '1' } };
    assert.deepEqual(world([labelled('1'), labelled('2')], priorities('v'), { workload }), ['1', '2 @1']);
    assert.deepEqual(world([labelled('1'), labelled('2')], priorities('v=2'), { workload }), ['2', '1 @1']);
    const twice = [labelled('1'), labelled('2'), labelled('3')];
    assert.deepEqual(
      world(twice, priorities('v, v=3'), { workload }),
      ['3', '1 @1', '2 @1'],
      'the last value counts',
    );
    assert.deepEqual(
      world(
        ['r1/z1', 'r1/z2', 'r2/z1'],
        priorities('topology.kubernetes.io/region, topology.kubernetes.io/zone'),
      ),
      ['1', '2 @1', '3 @2'],
    );
    assert.deepEqual(
      world(['-', '-'], priorities('nobody-has-it')),
      ['1', '2'],
      'missing on both sides is equal',
    );
  });

  it('refine the order of labels by region where a rule has both', () => {
    const setting = lb('failoverPriority: [v], failover: [{from: r1, to: r3}]');
    const workload = { labels: { v: '1' } };
    assert.deepEqual(
      world(['r2/z1 labels: {v: "1"}', 'r3/z1 labels: {v: "1"}', 'r1/z1 labels: {v: "2"}'], setting, {
        workload,
      }),
      ['3 @2', '1 @1', '2'],
    );
  });

  it('have the sum of the weights of their endpoints, of which none is 0', () => {
    const { assignment } = mesh(`
kind: ServiceEntry
metadata: {name: a}
spec: {hosts: [a.test], resolution: STATIC, ports: [{number: 80, name: http}], endpoints: [{address: 10.0.0.1, weight: 3}, {address: 10.0.0.2, weight: 0}]}`);
    assert.equal(assignment('outbound|80||a.test').endpoints?.[0]?.loadBalancingWeight, 4);
  });

  it('are read off a label that cannot hold slashes', () => {
    const { assignment } = mesh(`
kind: ServiceEntry
metadata: {name: a}
spec: {hosts: [a.test], resolution: STATIC, ports: [{number: 80, name: http}], endpoints: [{address: 10.0.0.1, labels: {topology.istio.io/locality: r1.z1.s1}}, {address: 10.0.0.2, locality: r2/z2/s2/more, labels: {istio-locality: r9}}]}`);
    assert.deepEqual(
      assignment('outbound|80||a.test').endpoints?.map(({ locality }) => locality),
      [
        { region: 'r1', zone: 'z1', subZone: 's1' },
        { region: 'r2', zone: 'z2', subZone: 's2' },
      ],
    );
  });
});
