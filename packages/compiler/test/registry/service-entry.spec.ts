import { strict as assert } from 'node:assert';
import { mesh } from '../mesh.js';

/** A ServiceEntry with one port 80; `more` is the rest of its spec in flow style. */
const entry = (more: string, name = 'ext', metadata = ''): string => `
kind: ServiceEntry
metadata: {name: ${name}${metadata}}
spec: {hosts: [ext.test], ports: [{number: 80, name: http, protocol: HTTP}], ${more}}
---`;
const cluster = 'outbound|80||ext.test';

describe('a ServiceEntry', () => {
  it('goes where the caller dialled unless it says how to resolve', () => {
    const { type, lbPolicy } = mesh(entry('')).cluster(cluster);
    assert.deepEqual([type, lbPolicy], ['ORIGINAL_DST', 'CLUSTER_PROVIDED']);
  });

  it('changes the port of what it lets through only where it names a target port', () => {
    const { originalDstLbConfig } = mesh(
      'kind: ServiceEntry\nmetadata: {name: a}\nspec: {hosts: [ext.test], ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]}',
    ).cluster(cluster);
    assert.deepEqual(originalDstLbConfig, { upstreamPortOverride: 8080 });
  });

  it('of STATIC resolution has its endpoints, and none without', () => {
    assert.deepEqual(mesh(entry('resolution: STATIC, endpoints: [{address: 10.0.0.1}]')).endpoints(cluster), [
      '10.0.0.1:80',
    ]);
    const { cluster: find, assignment } = mesh(entry('resolution: STATIC'));
    assert.equal(find(cluster).type, 'EDS');
    assert.deepEqual(assignment(cluster), { clusterName: cluster });
  });

  it('of DNS resolution without endpoints resolves its own host', () => {
    const { cluster: find, endpoints } = mesh(entry('resolution: DNS'));
    assert.equal(find(cluster).type, 'STRICT_DNS');
    assert.deepEqual(endpoints(cluster), ['ext.test:80']);
  });

  it('of DNS resolution with a selector that nothing answers to has no cluster at all', () => {
    const { compiler } = mesh(entry('resolution: DNS, workloadSelector: {labels: {app: none}}'));
    assert.equal(compiler.view.cluster(cluster), undefined);
  });

  it('of DNS_ROUND_ROBIN resolution takes the first endpoint alone', () => {
    const { cluster: find, endpoints } = mesh(
      entry('resolution: DNS_ROUND_ROBIN, endpoints: [{address: a.test}, {address: b.test}]'),
    );
    assert.equal(find(cluster).type, 'LOGICAL_DNS');
    assert.deepEqual(endpoints(cluster), ['a.test:80']);
  });

  it('of DNS_ROUND_ROBIN resolution adds nothing to what an older object gives the same port', () => {
    const { endpoints } = mesh(
      entry('resolution: STATIC, endpoints: [{address: 10.0.0.1}]', 'a') +
        entry('resolution: DNS_ROUND_ROBIN, endpoints: [{address: 10.0.0.2}]', 'b') +
        entry('resolution: STATIC, endpoints: [{address: 10.0.0.3}]', 'c'),
    );
    assert.deepEqual(endpoints(cluster), ['10.0.0.1:80', '10.0.0.3:80']);
  });

  it('has its endpoints in the order of the names that Istio gives them', () => {
    const addresses = Array.from({ length: 12 }, (_, i) => `{address: 10.0.0.${i}}`);
    assert.deepEqual(
      mesh(entry(`resolution: STATIC, endpoints: [${addresses}]`))
        .endpoints(cluster)
        .slice(0, 5),
      ['10.0.0.0:80', '10.0.0.1:80', '10.0.0.10:80', '10.0.0.11:80', '10.0.0.2:80'],
    );
  });

  it('is passed over at addresses that are none', () => {
    const { compiler } = mesh(entry('addresses: [a.test, 10.0.0.1/33, 10.0.0.300, 10.0.0.7]'));
    assert.equal(compiler.view.hostAddress('ext.test'), '10.0.0.7');
  });

  it('sends to the port of the endpoint, else to the target port, else to the port itself', () => {
    const { endpoints } = mesh(`
kind: ServiceEntry
metadata: {name: ext}
spec:
  hosts: [ext.test]
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}, {number: 81, name: other, protocol: HTTP}]
  endpoints: [{address: 10.0.0.1, ports: {http: 9080}}, {address: 10.0.0.2}]`);
    assert.deepEqual(endpoints(cluster), ['10.0.0.1:9080', '10.0.0.2:8080']);
    assert.deepEqual(endpoints('outbound|81||ext.test'), ['10.0.0.1:81', '10.0.0.2:81']);
  });

  it('reaches sockets of the file system, which have no port', () => {
    assert.deepEqual(
      mesh(entry('resolution: STATIC, endpoints: [{address: "unix:///run/a.sock"}]')).endpoints(cluster),
      ['/run/a.sock'],
    );
  });

  it('drops names among the endpoints of a cluster that is not resolved', () => {
    assert.deepEqual(
      mesh(entry('resolution: STATIC, endpoints: [{address: a.test}, {address: 10.0.0.1}]')).endpoints(
        cluster,
      ),
      ['10.0.0.1:80'],
    );
  });

  it('selects WorkloadEntries and ready pods of its namespace, by name', () => {
    const { endpoints } = mesh(`${entry('resolution: STATIC, workloadSelector: {labels: {app: a}}')}
kind: WorkloadEntry
metadata: {name: vm}
spec: {address: 10.0.0.2, labels: {app: a}, ports: {http: 9080}}
---
kind: WorkloadEntry
metadata: {name: metal}
spec: {address: 10.0.0.4, labels: {app: a}}
---
kind: WorkloadEntry
metadata: {name: elsewhere, namespace: other}
spec: {address: 10.0.0.3, labels: {app: a}}
---
kind: Pod
metadata: {name: pod, labels: {app: a}}
spec: {}
status: {podIP: 10.0.0.1, conditions: [{type: Ready, status: "True"}]}
---
kind: Pod
metadata: {name: unready, labels: {app: a}}
spec: {}
status: {podIP: 10.0.0.9, conditions: [{type: Ready, status: "False"}]}`);
    assert.deepEqual(endpoints(cluster), ['10.0.0.4:80', '10.0.0.1:80', '10.0.0.2:9080']);
  });

  it('selects nothing by no labels', () => {
    const { endpoints } = mesh(`${entry('resolution: STATIC, workloadSelector: {labels: {}}')}
kind: WorkloadEntry
metadata: {name: vm}
spec: {address: 10.0.0.2, labels: {app: a}}`);
    assert.deepEqual(endpoints(cluster), []);
  });

  it('takes a WorkloadEntry that asked for health checks only while it is healthy', () => {
    const entryWith = (
      status: string,
    ): string => `${entry('resolution: STATIC, workloadSelector: {labels: {app: a}}')}
kind: WorkloadEntry
metadata: {name: vm, annotations: {proxy.istio.io/health-checks-enabled: "true"}}
spec: {address: 10.0.0.2, labels: {app: a}}
status: {conditions: [{type: Healthy, status: "${status}"}]}`;
    const { endpoints, update } = mesh(entryWith('False'));
    assert.deepEqual(endpoints(cluster), []);
    update(entryWith('True'));
    assert.deepEqual(endpoints(cluster), ['10.0.0.2:80']);
  });

  it('shares a host with others of its namespace: endpoints are united, the oldest says what the service is', () => {
    const { cluster: find, endpoints } = mesh(
      entry(
        'resolution: DNS, endpoints: [{address: b.test}]',
        'b',
        ', creationTimestamp: "2025-02-01T00:00:00Z"',
      ) +
        entry(
          'resolution: STATIC, endpoints: [{address: 10.0.0.1}]',
          'a',
          ', creationTimestamp: "2025-01-01T00:00:00Z"',
        ),
    );
    assert.equal(find(cluster).type, 'EDS');
    assert.deepEqual(endpoints(cluster), ['10.0.0.1:80']);
  });

  it('is left out where a Kubernetes Service of the same name is seen', () => {
    const { cluster: find } = mesh(`
kind: ServiceEntry
metadata: {name: squatter, creationTimestamp: "2020-01-01T00:00:00Z"}
spec: {hosts: [a.app.svc.cluster.local], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}
---
kind: Service
metadata: {name: a}
spec: {clusterIP: 10.96.0.1, ports: [{name: http, port: 80}]}`);
    assert.equal(find('outbound|80||a.app.svc.cluster.local').type, 'EDS');
  });

  it('with several addresses has its endpoints once', () => {
    assert.deepEqual(
      mesh(
        entry('addresses: [10.8.0.1, 10.8.0.2], resolution: STATIC, endpoints: [{address: 10.0.0.1}]'),
      ).endpoints(cluster),
      ['10.0.0.1:80'],
    );
  });

  it('may be named as properties that every object has', () => {
    const { clusterNames, endpoints } = mesh(`
kind: ServiceEntry
metadata: {name: constructor}
spec:
  hosts: [__proto__, constructor]
  resolution: STATIC
  ports: [{number: 80, name: constructor, protocol: HTTP}]
  endpoints: [{address: 10.0.0.1, labels: {constructor: a}}]
---
kind: DestinationRule
metadata: {name: a}
spec: {host: __proto__.app.svc.cluster.local, subsets: [{name: toString, labels: {constructor: a}}]}`);
    assert.deepEqual(clusterNames(), ['outbound|80||__proto__', 'outbound|80||constructor']);
    assert.deepEqual(endpoints('outbound|80||__proto__'), ['10.0.0.1:80']);
  });
});
