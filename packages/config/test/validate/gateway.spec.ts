import { strict as assert } from 'node:assert';
import { errorsOf, ofKind, warningsOf } from '../support.js';

const http = '{number: 80, name: http, protocol: HTTP}';
const https = '{number: 443, name: https, protocol: HTTPS}';
const server = (fields: string) => ofKind('Gateway', `{servers: [{${fields}}]}`);
const accepts = (...all: string[]): void => {
  for (const fields of all) assert.deepEqual(errorsOf(server(fields)), [], fields);
};
const refuses = (...all: string[]): void => {
  for (const fields of all) assert.ok(errorsOf(server(fields)).length > 0, fields);
};

describe('Gateway', () => {
  it('has servers, and a name that rules can name', () => {
    assert.ok(errorsOf(ofKind('Gateway', '{servers: []}')).length > 0);
    assert.ok(
      errorsOf(ofKind('Gateway', `{servers: [{port: ${http}, hosts: ["*"]}]}`, 'name: a.b')).length > 0,
    );
  });

  it('serves hosts of any namespace, written in full', () => {
    const hosts = (...list: string[]): string => `port: ${http}, hosts: [${list.join(', ')}]`;
    accepts(hosts('"*"'), hosts('a.test', '"*.test"', 'ns/a.test', './a.test', '"*/*"', '10.1.1.1'));
    refuses(
      hosts(),
      hosts('short'),
      hosts('"*foo.test"'),
      hosts('a_b/c.test'),
      hosts('/a.test'),
      hosts('a.test/'),
      hosts('"~/a.test"'),
    );
  });

  it('listens on ports with distinct names and known protocols', () => {
    refuses(
      'port: {number: 0, name: a, protocol: HTTP}, hosts: ["*"]',
      'port: {number: 80, name: a, protocol: ""}, hosts: ["*"]',
      'port: {number: 80, name: "", protocol: HTTP}, hosts: ["*"]',
      'port: {number: 80, name: a, protocol: HTTP, targetPort: 8080}, hosts: ["*"]',
      'hosts: ["*"]',
    );
    const two = `{servers: [{port: ${http}, hosts: ["*"]}, {port: {number: 81, name: http, protocol: HTTP}, hosts: ["*"]}]}`;
    assert.deepEqual(errorsOf(ofKind('Gateway', two)), [
      'spec.servers[1].port.name: another port is called "http"',
    ]);
  });

  it('binds to an address or to a unix socket without a port', () => {
    accepts(
      `port: ${http}, hosts: ["*"], bind: 10.1.1.1`,
      'port: {number: 0, name: a, protocol: HTTP}, hosts: ["*"], bind: "unix:///a"',
    );
    refuses(`port: ${http}, hosts: ["*"], bind: localhost`, `port: ${http}, hosts: ["*"], bind: "unix:///a"`);
  });

  it('has TLS settings exactly where the protocol is encrypted', () => {
    accepts(
      `port: ${http}, hosts: ["*"], tls: {httpsRedirect: true}`,
      `port: ${https}, hosts: ["*"], tls: {mode: PASSTHROUGH}`,
    );
    refuses(
      `port: ${https}, hosts: ["*"]`,
      `port: ${http}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: c}`,
      `port: {number: 1, name: a, protocol: TCP}, hosts: ["*"], tls: {mode: PASSTHROUGH}`,
    );
  });

  it('takes each certificate from one source', () => {
    const tls = (fields: string): string => `port: ${https}, hosts: ["*"], tls: {${fields}}`;
    accepts(
      tls('mode: SIMPLE, credentialName: c'),
      tls('mode: SIMPLE, serverCertificate: /a, privateKey: /b'),
      tls('mode: MUTUAL, serverCertificate: /a, privateKey: /b, caCertificates: /c'),
      tls('mode: SIMPLE, tlsCertificates: [{serverCertificate: /a, privateKey: /b}]'),
      tls('mode: ISTIO_MUTUAL'),
    );
    refuses(
      tls('mode: SIMPLE'),
      tls('mode: MUTUAL, serverCertificate: /a, privateKey: /b'),
      tls('mode: SIMPLE, credentialName: c, credentialNames: [d]'),
      tls('mode: SIMPLE, credentialName: c, serverCertificate: /a, privateKey: /b'),
      tls('mode: ISTIO_MUTUAL, credentialName: c'),
      tls('mode: SIMPLE, serverCertificate: /a, privateKey: /b, caCrl: /c'),
    );
    assert.equal(warningsOf(server(tls('mode: PASSTHROUGH, credentialName: c'))).length, 1);
    assert.equal(warningsOf(server(tls('mode: SIMPLE, credentialName: c, cipherSuites: [NONE]'))).length, 1);
  });
});

describe('Sidecar', () => {
  const sidecar = (spec: string) => ofKind('Sidecar', spec);
  const takes = (...all: string[]): void => {
    for (const spec of all) assert.deepEqual(errorsOf(sidecar(spec)), [], spec);
  };
  const rejects = (...all: string[]): void => {
    for (const spec of all) assert.ok(errorsOf(sidecar(spec)).length > 0, spec);
  };
  const egress = (...hosts: string[]): string => `{egress: [{hosts: [${hosts.join(', ')}]}]}`;

  it('says something', () => {
    takes('{outboundTrafficPolicy: {}}', egress('"*/*"'));
    rejects('{}', '{workloadSelector: {labels: {a: b}}}', '{egress: []}');
  });

  it('imports hosts of namespaces, and excludes them with ~', () => {
    takes(egress('"*/*"'), egress('./a.test', 'ns/*', '"~/*"', '"~ns/a.test"', '"~./b.test"', '"*/*.test"'));
    rejects(
      egress(),
      egress('a.test'),
      egress('./short'),
      egress('"./*foo.test"'),
      egress('a_b/*'),
      egress('./'),
    );
    assert.equal(warningsOf(sidecar(egress('./a.test', './a.test'))).length, 1);
    assert.equal(warningsOf(sidecar(egress('app/a.test', './a.test'))).length, 1, '. is its own namespace');
    assert.equal(warningsOf(sidecar(egress('"*/*"', './*'))).length, 1);
  });

  it('has the listener without a port last, and each port once', () => {
    const port = (number: number): string =>
      `{port: {number: ${number}, protocol: HTTP, name: a}, hosts: ["*/*"]}`;
    takes(`{egress: [${port(80)}, ${port(81)}, {hosts: ["*/*"]}]}`);
    rejects(
      `{egress: [{hosts: ["*/*"]}, ${port(80)}]}`,
      `{egress: [${port(80)}, ${port(80)}]}`,
      `{egress: [${port(0)}]}`,
    );
    takes(
      '{egress: [{port: {number: 0, protocol: HTTP}, bind: "unix:///a", captureMode: NONE, hosts: ["*/*"]}]}',
    );
    rejects(
      '{egress: [{port: {number: 0, protocol: HTTP}, bind: "unix:///a", captureMode: IPTABLES, hosts: ["*/*"]}]}',
    );
  });

  it('binds its listeners to ports, addresses and sockets that exist', () => {
    const listener = (port: number, bind: string): string =>
      `{egress: [{port: {number: ${port}, protocol: HTTP}, bind: "${bind}", hosts: ["*/*"]}]}`;
    takes(listener(80, '127.0.0.1'), listener(0, 'unix://@abstract'));
    rejects(listener(70_000, ''), listener(80, 'localhost'), listener(0, 'unix://relative'), listener(0, ''));
  });

  it('terminates TLS for the application with certificates of its own', () => {
    const tls = (fields: string): string =>
      `{ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {serverCertificate: /a, privateKey: /b, ${fields}}}]}`;
    takes(tls('mode: SIMPLE'), tls('mode: MUTUAL, caCertificates: /c'));
    rejects(
      tls('mode: AUTO_PASSTHROUGH'),
      tls('mode: SIMPLE, subjectAltNames: [a]'),
      tls('mode: SIMPLE, httpsRedirect: true'),
    );
    rejects('{ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: ISTIO_MUTUAL}}]}');
    rejects(
      '{ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: SIMPLE, credentialName: c}}]}',
    );
  });

  it('receives for the application on this host', () => {
    const ingress = (endpoint: string, more = ''): string =>
      `{ingress: [{port: {number: 80, protocol: HTTP, name: a}, defaultEndpoint: "${endpoint}"${more}}]}`;
    takes(
      ingress('127.0.0.1:8080'),
      ingress('[::1]:8080'),
      ingress(':8080'),
      ingress('0.0.0.0:1'),
      ingress('unix:///a'),
      ingress(''),
    );
    rejects(
      ingress('10.1.1.1:80'),
      ingress('127.0.0.1'),
      ingress('127.0.0.1:http'),
      ingress('127.0.0.1:0'),
      ingress('::1:80'),
    );
    rejects(ingress('', ', tls: {mode: SIMPLE, serverCertificate: /a, privateKey: /b}'));
    rejects('{ingress: [{defaultEndpoint: ":80"}]}');
  });

  it('sends strangers through a proxy only where strangers are allowed', () => {
    const policy = (fields: string): string => `{outboundTrafficPolicy: {${fields}}}`;
    takes(policy('mode: ALLOW_ANY, egressProxy: {host: p.test, port: {number: 80}}'));
    rejects(
      policy('egressProxy: {host: p.test, port: {number: 80}}'),
      policy('mode: ALLOW_ANY, egressProxy: {host: p.test}'),
      policy('mode: ALLOW_ANY, egressProxy: {host: "*.test", port: {number: 80}}'),
      policy('mode: ALLOW_ANY_DYNAMIC_DNS'),
    );
  });
});

describe('EnvoyFilter', () => {
  const filter = (patch: string) => ofKind('EnvoyFilter', `{configPatches: [${patch}]}`);
  const value = 'patch: {operation: MERGE, value: {connect_timeout: 1s}}';

  it('patches a class of objects with a message of that class', () => {
    assert.deepEqual(errorsOf(filter(`{applyTo: CLUSTER, match: {cluster: {name: a}}, ${value}}`)), []);
    for (const patch of [
      `{${value}}`,
      '{applyTo: CLUSTER}',
      '{applyTo: CLUSTER, patch: {value: {}}}',
      '{applyTo: CLUSTER, patch: {operation: MERGE}}',
      `{applyTo: CLUSTER, match: {listener: {}}, ${value}}`,
      '{applyTo: CLUSTER, patch: {operation: MERGE, value: {connect_timeout: soon}}}',
      `{applyTo: CLUSTER, match: {proxy: {proxyVersion: "("}}, ${value}}`,
      '{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {}}}}, patch: {operation: REMOVE}}',
      '{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: a}}}}}, patch: {operation: REMOVE}}',
      `{applyTo: CLUSTER, match: {context: GATEWAY, waypoint: {}}, ${value}}`,
    ]) {
      assert.ok(errorsOf(filter(patch)).length > 0, patch);
    }
  });

  it('finds a filter inside the connection manager by its name', () => {
    const inside = (name: string): string =>
      `{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {${name}}}}}}, patch: {operation: REMOVE}}`;
    assert.deepEqual(errorsOf(filter(inside('name: envoy.filters.http.cors'))), []);
    assert.equal(errorsOf(filter(inside(''))).length, 1);
  });

  it('warns of fields that Envoy does not have, and of filters by their old names', () => {
    const unknown = filter('{applyTo: CLUSTER, patch: {operation: MERGE, value: {connectTimout: 1s}}}');
    assert.deepEqual(errorsOf(unknown), []);
    assert.match(warningsOf(unknown).at(-1) ?? '', /value\.connectTimout: Envoy has no such field here/);
    const old =
      '{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.router}}}}}, patch: {operation: REMOVE}}';
    assert.match(warningsOf(filter(old)).at(-1) ?? '', /it is called "envoy\.filters\.http\.router" now/);
  });

  it('takes an extension that we do not have for ours to report, an unknown one for a mistake', () => {
    const typed = (type: string) =>
      filter(
        `{applyTo: HTTP_FILTER, patch: {operation: INSERT_FIRST, value: {name: a, typed_config: {"@type": type.googleapis.com/${type}}}}}`,
      );
    assert.deepEqual(errorsOf(typed('envoy.extensions.filters.http.unheard_of.v3.UnheardOf')), []);
    assert.ok(errorsOf(typed('envoy.config.filter.http.lua.v2.Lua')).length > 0);
  });
});
