import { strict as assert } from 'node:assert';
import { errorsOf, ofKind, warningsOf } from '../support.js';

const to = 'route: [{destination: {host: a.test}}]';
const service = (spec: string) => ofKind('VirtualService', spec);
const errors = (spec: string): string[] => errorsOf(service(spec));
const rule = (http: string): string[] => errors(`{hosts: [a.test], http: [{${http}}]}`);
const accepts = (spec: string): void => assert.deepEqual(errors(spec), [], spec);
const refuses = (spec: string, ...paths: string[]): void => {
  assert.deepEqual(
    errors(spec).map((error) => error.split(': ')[0]),
    paths,
    spec,
  );
};

describe('VirtualService', () => {
  it('without hosts is a delegate: http rules only', () => {
    accepts(`{http: [{${to}}]}`);
    refuses(`{http: [{${to}}], gateways: [g], tcp: [{${to}}]}`, 'spec.gateways', 'spec.tcp');
    refuses(`{http: [{${to}, delegate: {name: d}}]}`, 'spec.http[0].delegate');
  });

  it('takes host names, wildcards and addresses', () => {
    for (const host of [
      'reviews',
      'a.test',
      'a.test.',
      '*.test',
      '*-a.test',
      '10.1.1.1',
      '2001:db8::1',
      'Reviews.App',
    ]) {
      accepts(`{hosts: ["${host}"], http: [{${to}}]}`);
    }
    for (const host of [
      'a_b',
      'a b',
      '-a',
      'a.*',
      'a..b',
      'a.123',
      `${'a'.repeat(64)}.test`,
      'http://a.test',
      '',
    ]) {
      refuses(`{hosts: ["${host}"], http: [{${to}}]}`, 'spec.hosts[0]');
    }
  });

  it('takes * for gateways only', () => {
    accepts(`{hosts: ["*"], gateways: [g], http: [{${to}}]}`);
    refuses(`{hosts: ["*"], http: [{${to}}]}`, 'spec.hosts[0]');
    refuses(`{hosts: ["*"], gateways: [g, mesh], http: [{${to}}]}`, 'spec.hosts[0]');
  });

  it('refuses hosts that overlap', () => {
    refuses(`{hosts: [a.test, a.test], http: [{${to}}]}`, 'spec.hosts[1]');
    refuses(`{hosts: ["*.test", "*.a.test"], http: [{${to}}]}`, 'spec.hosts[1]');
    accepts(`{hosts: [a.test, b.test], http: [{${to}}]}`);
  });

  it('needs at least one rule', () => refuses('{hosts: [a.test]}', 'spec'));

  it('names gateways with or without namespace, and warns of the old form', () => {
    accepts(`{hosts: [a.test], gateways: [ns/g, g, mesh], http: [{${to}}]}`);
    refuses(`{hosts: [a.test], gateways: [a/b/c], http: [{${to}}]}`, 'spec.gateways[0]');
    refuses(`{hosts: [a.test], gateways: [/g], http: [{${to}}]}`, 'spec.gateways[0]');
    assert.match(
      warningsOf(service(`{hosts: [a.test], gateways: [g.ns], http: [{${to}}]}`))[0] ?? '',
      /"ns\/g"/,
    );
  });

  it('lets claims of a JWT route at gateways only', () => {
    const claim = `http: [{match: [{headers: {"@request.auth.claims.group": {exact: a}}}], ${to}}]`;
    accepts(`{hosts: [a.test], gateways: [g], ${claim}}`);
    refuses(`{hosts: [a.test], ${claim}}`, 'spec.http[0].match[0].headers["@request.auth.claims.group"]');
    refuses(
      `{hosts: [a.test], gateways: [g, mesh], ${claim}}`,
      'spec.http[0].match[0].headers["@request.auth.claims.group"]',
    );
  });

  it('exports to namespaces, to all or to its own, each once', () => {
    const exportTo = (list: string): string => `{hosts: [a.test], exportTo: [${list}], http: [{${to}}]}`;
    for (const list of ['"."', '"*"', 'a, b', '., other']) accepts(exportTo(list));
    refuses(exportTo('., app'), 'spec.exportTo[1]');
    refuses(exportTo('"*", a'), 'spec.exportTo');
    refuses(exportTo('"~"'), 'spec.exportTo[0]');
    refuses(exportTo('a.b'), 'spec.exportTo[0]');
  });
});

describe('an http rule', () => {
  it('does exactly one thing', () => {
    assert.deepEqual(rule('redirect: {uri: /x}'), []);
    assert.deepEqual(rule('directResponse: {status: 204}'), []);
    assert.deepEqual(rule('delegate: {name: d}'), []);
    assert.match(rule('name: x')[0] ?? '', /a rule needs a route/);
    assert.match(
      rule(`${to}, redirect: {uri: /x}`)[0] ?? '',
      /http\[0\]\.route: .*redirect cannot have a route/,
    );
    assert.match(rule(`redirect: {uri: /x}, rewrite: {uri: /}`)[0] ?? '', /redirect cannot have a rewrite/);
    assert.match(
      rule('directResponse: {status: 200}, fault: {delay: {fixedDelay: 1s}}')[0] ?? '',
      /directResponse cannot have a fault/,
    );
    assert.match(rule(`${to}, delegate: {name: d}`)[0] ?? '', /a rule that delegates cannot have a route/);
    assert.match(
      rule(`${to}, mirror: {host: b}, mirrors: [{destination: {host: c}}]`)[0] ?? '',
      /mirror and mirrors/,
    );
  });

  it('compares with patterns in RE2 syntax, of 1024 characters at most', () => {
    const uri = (regex: string): string[] => rule(`match: [{uri: {regex: ${JSON.stringify(regex)}}}], ${to}`);
    for (const regex of ['/a.*', '(?i)/a', '(?P<n>x)', '[[:alpha:]]', 'a{1000}', 'a'.repeat(1024)])
      assert.deepEqual(uri(regex), []);
    for (const regex of ['(', '*', '(?=a)', '(a)\\1', 'a{1001}', '\\C', '', 'a'.repeat(1025)])
      assert.equal(uri(regex).length, 1, regex);
  });

  it('takes the pattern * for presence in withoutHeaders only', () => {
    assert.deepEqual(rule(`match: [{withoutHeaders: {x: {regex: "*"}}}], ${to}`), []);
    assert.equal(rule(`match: [{headers: {x: {regex: "*"}}}], ${to}`).length, 1);
  });

  it('allows an empty prefix of paths only, and an empty exact value everywhere', () => {
    assert.deepEqual(rule(`match: [{uri: {prefix: ""}, headers: {x: {exact: ""}}}], ${to}`), []);
    for (const part of ['method', 'scheme', 'authority']) {
      assert.equal(rule(`match: [{${part}: {prefix: ""}}], ${to}`).length, 1, part);
    }
    assert.equal(rule(`match: [{headers: {x: {prefix: ""}}}], ${to}`).length, 1);
  });

  it('matches headers by names that headers can have', () => {
    for (const name of ['x-user', ':authority', "x!#$%&'*+.^_`|~"]) {
      assert.deepEqual(rule(`match: [{headers: {${JSON.stringify(name)}: {exact: a}}}], ${to}`), [], name);
    }
    for (const name of ['x user', ':foo', '', 'ä']) {
      assert.equal(rule(`match: [{headers: {${JSON.stringify(name)}: {exact: a}}}], ${to}`).length, 1, name);
    }
  });

  it('changes headers, but no pseudo headers and the authority once', () => {
    assert.deepEqual(
      rule(`${to}, headers: {request: {set: {host: b.test}, remove: [x]}, response: {add: {x: y}}}`),
      [],
    );
    for (const headers of [
      'request: {set: {":path": /}}',
      'request: {remove: [host]}',
      'response: {set: {Host: a}}',
      'request: {add: {"": a}}',
    ]) {
      assert.equal(rule(`${to}, headers: {${headers}}`).length, 1, headers);
    }
    assert.match(
      rule(`${to}, rewrite: {authority: c}, headers: {request: {set: {":authority": b}}}`)[0] ?? '',
      /already rewritten to "c"/,
    );
  });

  it('sets values whose variables are well formed', () => {
    const value = (text: string): string[] =>
      rule(`${to}, headers: {request: {set: {x: ${JSON.stringify(text)}}}}`);
    for (const text of [
      '',
      'plain',
      '100%%',
      '%REQ(x-user)%',
      '%PROTOCOL%',
      '%DYNAMIC_METADATA(["a", "b"])%',
      '%START_TIME(%s.%3f)%',
      '%a% b %c( x ) %',
    ]) {
      assert.deepEqual(value(text), [], text);
    }
    for (const text of [
      '100%',
      '%REQ(x',
      '%REQ(x)',
      'a%b',
      '%A([x])%',
      '%A(["a" "b"])%',
      '%A(["a"]x)%',
      '%A(x)b%',
      '%A("\\',
      'a\u0001b',
      'a\nb',
    ]) {
      assert.equal(value(text).length, 1, text);
    }
  });

  it('shares requests by weights that are not all zero', () => {
    const weights = (...list: number[]): string[] =>
      rule(
        `route: [${list.map((weight, i) => `{destination: {host: h${i}}, weight: ${weight}}`).join(', ')}]`,
      );
    assert.deepEqual(weights(0), [], 'a single destination needs no weight');
    assert.deepEqual(weights(1, 0), []);
    assert.deepEqual(weights(30, 50), [], 'they need not add up to 100');
    assert.equal(weights(0, 0).length, 1);
    assert.equal(weights(-1, 2).length, 1);
  });

  it('sends to hosts, subsets and ports that can exist', () => {
    const destination = (fields: string): string[] => rule(`route: [{destination: {${fields}}}]`);
    assert.deepEqual(destination('host: a, subset: v1, port: {number: 65535}'), []);
    assert.deepEqual(destination('host: a, subset: v1.0'), [
      'spec.http[0].route[0].destination.subset: subset name is invalid: v1.0',
    ]);
    for (const fields of [
      'host: "*"',
      'host: ""',
      'host: a, port: {number: 0}',
      'host: a, port: {number: 65536}',
      'subset: v1',
    ]) {
      assert.equal(destination(fields).length, 1, fields);
    }
  });

  it('retries on conditions that Envoy knows, without spaces', () => {
    const retry = (fields: string): string[] => rule(`${to}, retries: {${fields}}`);
    assert.deepEqual(retry('attempts: 3, retryOn: "5xx,reset,503,cancelled"'), []);
    assert.deepEqual(retry('backoff: 1s'), [], 'no attempts, no retries');
    assert.match(retry('attempts: 1, retryOn: "5xx, reset"')[0] ?? '', /" reset".*leave out the spaces/);
    for (const fields of [
      'attempts: -1',
      'retryOn: 5xx',
      'perTryTimeout: 1s',
      'attempts: 1, retryOn: "5xx,"',
      'attempts: 1, retryOn: "509"',
      'attempts: 1, retryOn: "299"',
    ]) {
      assert.equal(retry(fields).length, 1, fields);
    }
  });

  it('injects faults that Envoy can inject', () => {
    const fault = (fields: string): string[] => rule(`${to}, fault: {${fields}}`);
    for (const fields of [
      'abort: {httpStatus: 600}',
      'abort: {grpcStatus: NOT_FOUND, percentage: {value: 0.0001}}',
      'delay: {fixedDelay: 1ms, percentage: {value: 0}}',
      'delay: {percentage: {value: 1}}',
    ]) {
      assert.deepEqual(fault(fields), [], fields);
    }
    for (const fields of [
      '',
      'abort: {httpStatus: 199}',
      'abort: {httpStatus: 601}',
      'abort: {grpcStatus: LOST}',
      'abort: {http2Error: x}',
      'delay: {exponentialDelay: 1s}',
      'abort: {httpStatus: 500, percentage: {value: 100.1}}',
      'abort: {httpStatus: 500, percentage: {value: 0.00001}}',
    ]) {
      assert.equal(fault(fields).length, 1, fields);
    }
  });

  it('answers, rewrites and redirects within bounds', () => {
    for (const http of [
      'directResponse: {status: 200, body: {string: x}}',
      `${to}, rewrite: {uriRegexRewrite: {match: "^/a", rewrite: "/b"}}`,
      'redirect: {port: 8080}',
      'redirect: {derivePort: FROM_REQUEST_PORT}',
      'redirect: {uri: /x, redirectCode: 304}',
      'match: [{uri: {prefix: /a}}], redirect: {prefixRewrite: /b}',
    ]) {
      assert.deepEqual(rule(http), [], http);
    }
    for (const http of [
      'directResponse: {status: 0}',
      `directResponse: {status: 200, body: {string: ${'a'.repeat(1024 * 1024 + 1)}}}`,
      `${to}, rewrite: {}`,
      `${to}, rewrite: {uri: /, uriRegexRewrite: {match: a, rewrite: b}}`,
      `${to}, rewrite: {uriRegexRewrite: {match: a}}`,
      'redirect: {}',
      'redirect: {uri: /, redirectCode: 200}',
      'redirect: {scheme: ftp}',
      'redirect: {port: 65536}',
      'redirect: {uri: /a, prefixRewrite: /b}',
      'match: [{uri: {exact: /a}}], redirect: {prefixRewrite: /b}',
    ]) {
      assert.equal(rule(http).length, 1, http.slice(0, 80));
    }
  });

  it('mirrors a share of the requests', () => {
    assert.deepEqual(rule(`${to}, mirror: {host: b}, mirrorPercent: 100`), []);
    assert.deepEqual(rule(`${to}, mirrors: [{destination: {host: b}, percentage: {value: 0.00001}}]`), []);
    for (const http of [
      'mirror: {host: b}, mirrorPercent: 101',
      'mirror: {host: b}, mirrorPercentage: {value: 100.1}',
      'mirror: {host: "*"}',
      'mirrors: [{destination: {host: b}, percentage: {value: -1}}]',
      'mirrors: [{percentage: {value: 1}}]',
    ]) {
      assert.equal(rule(`${to}, ${http}`).length, 1, http);
    }
  });

  it('speaks CORS that browsers understand', () => {
    const cors = (fields: string): string[] => rule(`${to}, corsPolicy: {${fields}}`);
    assert.deepEqual(
      cors('allowOrigins: [{regex: ".*"}], allowMethods: [GET, "*"], allowHeaders: ["*", x-a], maxAge: 24h'),
      [],
    );
    for (const fields of [
      'allowOrigins: [{}]',
      'allowOrigins: [{exact: ""}]',
      'allowOrigins: [{regex: "("}]',
      'allowMethods: [get]',
      'allowHeaders: ["a b"]',
      'maxAge: 1500ms',
    ]) {
      assert.equal(cors(fields).length, 1, fields);
    }
  });

  it('warns of rules and matches that nothing reaches', () => {
    const warnings = (http: string): string[] => warningsOf(service(`{hosts: [a.test], http: [${http}]}`));
    assert.equal(warnings(`{${to}}, {match: [{uri: {prefix: /a}}], ${to}}`).length, 1);
    assert.equal(
      warnings(`{match: [{uri: {prefix: /a}}], ${to}}, {match: [{uri: {prefix: /a/b}}], ${to}}`).length,
      1,
    );
    assert.equal(
      warnings(`{match: [{uri: {exact: /a}}], ${to}}, {match: [{name: m, uri: {exact: /a}}], ${to}}`).length,
      2,
    );
    assert.deepEqual(
      warnings(`{match: [{uri: {prefix: /a/b}}], ${to}}, {match: [{uri: {prefix: /a}}], ${to}}, {${to}}`),
      [],
    );
    assert.deepEqual(
      warnings(`{match: [{uri: {prefix: /a}, port: 80}], ${to}}, {match: [{uri: {prefix: /a/b}}], ${to}}`),
      [],
    );
  });
});

describe('tls and tcp rules', () => {
  it('choose by names that the hosts cover', () => {
    accepts(`{hosts: ["*.test"], tls: [{match: [{sniHosts: [a.test]}], ${to}}]}`);
    refuses(
      `{hosts: [a.test], tls: [{match: [{sniHosts: ["*.test"]}], ${to}}]}`,
      'spec.tls[0].match[0].sniHosts[0]',
    );
    refuses(`{hosts: [a.test], tls: [{match: [{sniHosts: []}], ${to}}]}`, 'spec.tls[0].match[0].sniHosts');
    refuses(`{hosts: [a.test], tls: [{match: [{sniHosts: [a.test]}]}]}`, 'spec.tls[0].route');
    accepts(
      `{hosts: ["outbound_.80_._.a.test"], gateways: [g], tls: [{match: [{sniHosts: ["outbound_.80_._.a.test"]}], ${to}}]}`,
    );
  });

  it('match blocks of addresses', () => {
    accepts(
      `{hosts: [a.test], tcp: [{match: [{destinationSubnets: [10.0.0.0/8, 1.2.3.4, "::/0"], port: 1}], ${to}}]}`,
    );
    refuses(
      `{hosts: [a.test], tcp: [{match: [{destinationSubnets: [10.0.0.0/33]}], ${to}}]}`,
      'spec.tcp[0].match[0].destinationSubnets[0]',
    );
    refuses(
      '{hosts: [a.test], tcp: [{match: [{port: 99999}]}]}',
      'spec.tcp[0].match[0].port',
      'spec.tcp[0].route',
    );
  });
});
