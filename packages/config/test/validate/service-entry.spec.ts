import { strict as assert } from 'node:assert';
import { errorsOf, ofKind, warningsOf } from '../support.js';

const entry = (fields: string) => ofKind('ServiceEntry', `{${fields}}`);
const http = 'ports: [{number: 80, name: http, protocol: HTTP}]';
const accepts = (...all: string[]): void => {
  for (const fields of all) assert.deepEqual(errorsOf(entry(fields)), [], fields);
};
const refuses = (...all: string[]): void => {
  for (const fields of all) assert.ok(errorsOf(entry(fields)).length > 0, fields);
};

describe('ServiceEntry', () => {
  it('has hosts, none of which is everything', () => {
    accepts('hosts: [a.test]', 'hosts: ["*.test"]', 'hosts: ["*x"]');
    refuses('hosts: []', 'hosts: ["*"]', 'hosts: [a_b]', 'ports: []');
    assert.equal(warningsOf(entry('hosts: ["*foo.test"]')).length, 1);
  });

  it('has addresses, and blocks of them where nothing is looked up', () => {
    accepts(
      'hosts: [a.test], addresses: [10.1.1.1, 10.0.0.0/8, "::1"]',
      'hosts: [a.test], resolution: STATIC, addresses: [10.0.0.0/8]',
    );
    refuses(
      'hosts: [a.test], addresses: [a.test]',
      'hosts: [a.test], addresses: [10.0.0.0/33]',
      'hosts: [a.test], resolution: DNS, addresses: [10.0.0.0/8]',
    );
  });

  it('has ports with distinct names and numbers, and known protocols', () => {
    const ports = (list: string): string => `hosts: [a.test], ports: [${list}]`;
    accepts(ports('{number: 1, name: a}, {number: 65535, name: b, protocol: grpc-web, targetPort: 80}'));
    refuses(
      ports('{number: 80, name: a}, {number: 80, name: b}'),
      ports('{number: 80, name: a}, {number: 81, name: a}'),
      ports('{number: 0, name: a}'),
      ports('{number: 65536, name: a}'),
      ports('{number: 80}'),
      ports('{name: a}'),
      ports('{number: 80, name: a_b}'),
      ports('{number: 80, name: a, protocol: SCTP}'),
      ports('{number: 80, name: a, targetPort: 65536}'),
    );
  });

  it('lists endpoints or selects workloads', () => {
    accepts('hosts: [a.test], resolution: STATIC, workloadSelector: {labels: {app: a}}');
    refuses(
      'hosts: [a.test], resolution: STATIC, workloadSelector: {labels: {app: a}}, endpoints: [{address: 1.1.1.1}]',
    );
    refuses('hosts: [a.test], resolution: STATIC, workloadSelector: {labels: {app: "*"}}');
  });

  it('without resolution goes where the caller connects to', () => {
    refuses('hosts: [a.test], endpoints: [{address: 1.1.1.1}]');
  });

  it('STATIC has addresses and unix sockets', () => {
    const endpoints = (list: string, ports = http): string =>
      `hosts: [a.test], ${ports}, resolution: STATIC, endpoints: [${list}]`;
    accepts(
      endpoints('{address: 1.1.1.1, ports: {http: 8080}, labels: {a: b}}'),
      endpoints('{address: "unix:///var/run/a.sock"}'),
      endpoints('{address: "unix://@abstract"}'),
      endpoints('{network: n1}'),
    );
    refuses(
      endpoints('{address: a.test}'),
      endpoints('{}'),
      endpoints('{address: 1.1.1.1, ports: {other: 8080}}'),
      endpoints('{address: 1.1.1.1, ports: {http: 0}}'),
      endpoints('{address: 1.1.1.1, labels: {a: "b c"}}'),
      endpoints('{address: "unix:///dir/"}'),
      endpoints('{address: "unix://relative"}'),
      endpoints('{address: "unix:///a", ports: {http: 1}}'),
      endpoints(
        '{address: "unix:///a"}',
        'ports: [{number: 1, name: a, protocol: HTTP}, {number: 2, name: b, protocol: HTTP}]',
      ),
    );
    assert.equal(warningsOf(entry(endpoints('{network: n1}'))).length, 1);
  });

  it('DNS looks up endpoints, or its own hosts', () => {
    const dns = (fields: string, resolution = 'DNS'): string =>
      `${http}, resolution: ${resolution}, ${fields}`;
    accepts(
      dns('hosts: [a.test]'),
      dns('hosts: ["*.test"], endpoints: [{address: a.test}]'),
      dns('hosts: [a.test], endpoints: [{address: a.test}]', 'DNS_ROUND_ROBIN'),
    );
    refuses(
      dns('hosts: ["*.test"]'),
      dns('hosts: [a.test], endpoints: [{address: "*.test"}]'),
      dns('hosts: [a.test], endpoints: [{address: a.test}, {address: b.test}]', 'DNS_ROUND_ROBIN'),
      dns('hosts: [a.test], endpoints: [{address: a.test, ports: {tls: 1}}]'),
    );
  });

  it('DYNAMIC_DNS is for wildcards whose host can be seen', () => {
    const dynamic = (fields: string): string => `resolution: DYNAMIC_DNS, ${fields}`;
    accepts(
      dynamic(`hosts: ["*.test"], ${http}`),
      dynamic('hosts: ["*.test"], ports: [{number: 443, name: a, protocol: TLS}]'),
    );
    refuses(
      dynamic(`hosts: [a.test], ${http}`),
      dynamic(`hosts: ["*.test"], addresses: [1.1.1.1], ${http}`),
      dynamic(`hosts: ["*.test"], endpoints: [{address: 1.1.1.1}], ${http}`),
      dynamic('hosts: ["*.test"], ports: [{number: 443, name: a, protocol: TCP}]'),
    );
  });

  it('DYNAMIC_DNS stands behind no waypoint of the mesh', () => {
    const spec = `{hosts: ["*.test"], resolution: DYNAMIC_DNS, location: MESH_INTERNAL, ${http}}`;
    const labelled = (waypoint: string): string[] =>
      errorsOf(ofKind('ServiceEntry', spec, `name: a, labels: {istio.io/use-waypoint: ${waypoint}}`));
    assert.equal(labelled('w').length, 1);
    assert.deepEqual(labelled('none'), []);
  });

  it('shares a port between hosts only where the host can be seen', () => {
    const ports = (protocol: string, resolution = 'DNS'): string =>
      `hosts: [a.test, b.test], resolution: ${resolution}, ports: [{number: 80, name: a, protocol: ${protocol}}]`;
    accepts(ports('HTTP'), ports('TLS'), ports('TCP', 'NONE'));
    refuses(ports('TCP'), ports('""'));
  });

  it('may be visible to nobody, and then to nobody else', () => {
    accepts('hosts: [a.test], exportTo: ["~"]');
    refuses('hosts: [a.test], exportTo: ["~", a]');
  });
});

describe('WorkloadEntry', () => {
  const errors = (spec: string): string[] => errorsOf(ofKind('WorkloadEntry', spec));

  it('has an address, a name or a socket', () => {
    for (const spec of [
      '{address: 1.1.1.1}',
      '{address: vm.test}',
      '{address: "unix:///a"}',
      '{network: n}',
    ]) {
      assert.deepEqual(errors(spec), [], spec);
    }
    for (const spec of [
      '{}',
      '{address: "*.test"}',
      '{address: 1.1.1.1, ports: {"@": 80}}',
      '{address: 1.1.1.1, ports: {http: 99999}}',
      '{address: 1.1.1.1, weight: -1}',
    ]) {
      assert.ok(errors(spec).length > 0, spec);
    }
  });
});

describe('WorkloadGroup', () => {
  const errors = (spec: string): string[] => errorsOf(ofKind('WorkloadGroup', spec));

  it('has a template and a probe that can run', () => {
    assert.deepEqual(errors('{template: {serviceAccount: a}, probe: {httpGet: {port: 80, path: /}}}'), []);
    for (const spec of [
      '{}',
      '{template: {}, probe: {}}',
      '{template: {}, probe: {httpGet: {port: 80, scheme: ftp}}}',
      '{template: {}, probe: {tcpSocket: {port: 65536}}}',
      '{template: {}, probe: {httpGet: {port: 80, httpHeaders: [{name: "**"}]}}}',
      '{template: {}, metadata: {labels: {"a b": c}}}',
    ]) {
      assert.ok(errors(spec).length > 0, spec);
    }
  });
});
