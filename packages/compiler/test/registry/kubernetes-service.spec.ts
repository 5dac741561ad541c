import { strict as assert } from 'node:assert';
import { mesh } from '../mesh.js';

const service = (spec: string, metadata = 'name: a'): string => `
kind: Service
metadata: {${metadata}}
spec: {${spec}}
---`;
const slice = (endpoints: string, labels = 'kubernetes.io/service-name: a'): string => `
kind: EndpointSlice
metadata: {name: a-x, labels: {${labels}}}
addressType: IPv4
ports: [{name: http, port: 8080}, {name: other, port: 9090}]
endpoints: [${endpoints}]
---`;
const http = 'clusterIP: 10.96.0.1, ports: [{name: http, port: 80, targetPort: 8080}]';
const cluster = 'outbound|80||a.app.svc.cluster.local';

describe('a Kubernetes Service', () => {
  it('has the endpoints of its slices that bear the name of its port', () => {
    assert.deepEqual(mesh(service(http) + slice('{addresses: [10.0.0.1]}')).endpoints(cluster), [
      '10.0.0.1:8080',
    ]);
  });

  it('keeps unready endpoints as unhealthy and drops those on their way out', () => {
    const { assignment } = mesh(
      service(http) +
        slice(
          '{addresses: [10.0.0.1], conditions: {ready: false}}, {addresses: [10.0.0.2], conditions: {ready: false, terminating: true}}, {addresses: [10.0.0.3], conditions: {}}',
        ),
    );
    const health = assignment(cluster).endpoints?.[0]?.lbEndpoints?.map(({ healthStatus }) => healthStatus);
    assert.deepEqual(health, ['UNHEALTHY', 'HEALTHY']);
  });

  it('drops unready endpoints where a rule may use them in panic', () => {
    const panic = `
kind: DestinationRule
metadata: {name: a}
spec: {host: a, trafficPolicy: {outlierDetection: {minHealthPercent: 50}}}
---`;
    const { endpoints, cluster: find } = mesh(
      service(http) +
        panic +
        slice('{addresses: [10.0.0.1], conditions: {ready: false}}, {addresses: [10.0.0.2]}'),
    );
    assert.deepEqual(endpoints(cluster), ['10.0.0.2:8080']);
    assert.deepEqual(find(cluster).commonLbConfig?.healthyPanicThreshold, { value: 50 });
  });

  it('names an endpoint once, in however many slices it stands', () => {
    const twice = slice('{addresses: [10.0.0.1]}').replace('a-x', 'a-y');
    assert.deepEqual(mesh(service(http) + slice('{addresses: [10.0.0.1]}') + twice).endpoints(cluster), [
      '10.0.0.1:8080',
    ]);
  });

  it('reads Endpoints where there are no slices', () => {
    const legacy = `
kind: Endpoints
metadata: {name: a}
subsets: [{addresses: [{ip: 10.0.0.1}], notReadyAddresses: [{ip: 10.0.0.2}], ports: [{name: http, port: 8080}]}]
---`;
    assert.deepEqual(mesh(service(http) + legacy).endpoints(cluster), ['10.0.0.1:8080', '10.0.0.2:8080']);
    assert.deepEqual(mesh(service(http) + legacy + slice('{addresses: [10.0.0.3]}')).endpoints(cluster), [
      '10.0.0.3:8080',
    ]);
  });

  it('without address is reached where the caller dialled; gateways need endpoints', () => {
    const headless = service('clusterIP: None, ports: [{name: http, port: 8080}]');
    const name = 'outbound|8080||a.app.svc.cluster.local';
    assert.equal(mesh(headless).cluster(name).type, 'ORIGINAL_DST');
    assert.equal(mesh(headless, { workload: { type: 'router' } }).cluster(name).type, 'EDS');
  });

  it('of type ExternalName has no cluster', () => {
    const { clusterNames } = mesh(service('type: ExternalName, externalName: b.test, ports: [{port: 80}]'));
    assert.deepEqual(clusterNames(), []);
  });

  it('has no cluster for UDP', () => {
    const { clusterNames } = mesh(
      service('clusterIP: 10.96.0.1, ports: [{name: dns, port: 53, protocol: UDP}]'),
    );
    assert.deepEqual(clusterNames(), []);
  });

  it('is seen by the namespaces of its annotation alone', () => {
    const seen = (exportTo: string): string[] =>
      mesh(
        service(
          http,
          `name: a, namespace: other, annotations: {networking.istio.io/exportTo: "${exportTo}"}`,
        ),
      ).clusterNames();
    assert.deepEqual(seen('.'), []);
    assert.deepEqual(seen('~'), []);
    assert.equal(seen('app').length, 1);
    assert.equal(seen('., app').length, 1);
    assert.equal(seen('~,*').length, 1, 'a star makes the rest void');
  });

  it('takes endpoints of its node alone where its traffic policy is local', () => {
    const local = service(`${http}, internalTrafficPolicy: Local`);
    const endpoints = slice('{addresses: [10.0.0.1], nodeName: n1}, {addresses: [10.0.0.2], nodeName: n2}');
    assert.deepEqual(
      mesh(local + endpoints, { workload: { metadata: { NODE_NAME: 'n2' } } }).endpoints(cluster),
      ['10.0.0.2:8080'],
    );
  });

  it('prefers its zone where it says so, without any outlier detection', () => {
    const close = service(`${http}, trafficDistribution: PreferClose`);
    const pods = ['r1.z1', 'r1.z2'].map(
      (locality, i) => `
kind: Pod
metadata: {name: p${i}, labels: {topology.istio.io/locality: ${locality}}}
spec: {}
---`,
    );
    const endpoints = slice(
      '{addresses: [10.0.0.1], targetRef: {kind: Pod, name: p0}}, {addresses: [10.0.0.2], targetRef: {kind: Pod, name: p1}}',
    );
    assert.deepEqual(
      mesh(close + pods.join('') + endpoints, { workload: { locality: 'r1/z2/s1' } }).endpoints(cluster),
      ['10.0.0.1:8080 @1', '10.0.0.2:8080'],
    );
  });
});

describe('the distribution of traffic', () => {
  const distribution = 'networking.istio.io/traffic-distribution';
  const annotated = (value: string | undefined): string =>
    value === undefined ? '' : `annotations: {${distribution}: ${value}}`;
  const world = (own: string | undefined, ofNamespace: string | undefined): string => `
kind: Namespace
metadata: {name: app, ${annotated(ofNamespace)}}
---
kind: ServiceEntry
metadata: {name: a, ${annotated(own)}}
spec:
  hosts: [a.app.svc.cluster.local]
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [{address: 10.0.0.1, locality: r1/z1}, {address: 10.0.0.2, locality: r1/z2}]`;
  const flat = ['10.0.0.1:80', '10.0.0.2:80'];
  const near = ['10.0.0.1:80 @1', '10.0.0.2:80'];
  const here = { workload: { locality: 'r1/z2/s1' } };

  it('may be said by an annotation, in any case', () => {
    assert.deepEqual(mesh(world('preferclose', undefined), here).endpoints(cluster), near);
    assert.deepEqual(mesh(world('PreferSameZone', undefined), here).endpoints(cluster), near);
    assert.deepEqual(mesh(world('Whatever', undefined), here).endpoints(cluster), flat);
  });

  it('is that of the namespace where the service has none', () => {
    const { endpoints, update } = mesh(world(undefined, undefined), here);
    assert.deepEqual(endpoints(cluster), flat);
    update(world(undefined, 'PreferClose'));
    assert.deepEqual(endpoints(cluster), near);
    update(world(undefined, undefined));
    assert.deepEqual(endpoints(cluster), flat);
  });
});

describe('the address of a host', () => {
  const addressOf = (yaml: string, name: string): string | undefined =>
    mesh(yaml).compiler.view.hostAddress(name);

  it('is that of its service, by its full name or a short one', () => {
    for (const name of ['a', 'a.app', 'a.app.svc', 'a.app.svc.cluster.local', 'a.app.svc.cluster.local.']) {
      assert.equal(addressOf(service(http), name), '10.96.0.1', name);
    }
    assert.equal(addressOf(service(http), 'b'), undefined);
  });

  it('is that of a ready endpoint where the service has none', () => {
    const headless = service('clusterIP: None, ports: [{name: http, port: 80}]');
    const endpoints = slice('{addresses: [10.0.0.1], conditions: {ready: false}}, {addresses: [10.0.0.2]}');
    assert.equal(addressOf(headless + endpoints, 'a'), '10.0.0.2');
  });

  it('is no range of addresses, and none for services outside without one', () => {
    const entry = (more: string): string =>
      `kind: ServiceEntry\nmetadata: {name: a}\nspec: {hosts: [a.test], ports: [{number: 80, name: http, protocol: TCP}]${more}}`;
    assert.equal(addressOf(entry(', addresses: [10.8.0.0/24]'), 'a.test'), undefined);
    assert.equal(addressOf(entry(', addresses: [10.8.0.1/32]'), 'a.test'), '10.8.0.1');
    assert.equal(addressOf(entry(''), 'a.test'), undefined);
  });
});
