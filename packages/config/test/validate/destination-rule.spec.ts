import { strict as assert } from 'node:assert';
import { errorsOf, ofKind, unsupportedOf, warningsOf } from '../support.js';

const rule = (fields: string) => ofKind('DestinationRule', `{host: a.test, ${fields}}`);
const errors = (fields: string): string[] => errorsOf(rule(fields));
const policy = (fields: string): string[] => errors(`trafficPolicy: {${fields}}`);

const accepts = (check: (fields: string) => string[], ...all: string[]): void => {
  for (const fields of all) assert.deepEqual(check(fields), [], fields);
};
const refuses = (check: (fields: string) => string[], ...all: string[]): void => {
  for (const fields of all) assert.equal(check(fields).length, 1, fields);
};

describe('DestinationRule', () => {
  it('is for a host, for a wildcard or for all', () => {
    for (const host of ['reviews', '"*"', '"*.test"', 'a.test']) {
      assert.deepEqual(errorsOf(ofKind('DestinationRule', `{host: ${host}}`)), []);
    }
    for (const host of ['""', 'a_b', 'a.*']) {
      assert.equal(errorsOf(ofKind('DestinationRule', `{host: ${host}}`)).length, 1, host);
    }
  });

  it('has subsets with distinct names that can be part of a host', () => {
    accepts(errors, 'subsets: [{name: v1}, {name: v2, labels: {version: v2}}]');
    refuses(
      errors,
      'subsets: [{name: v1}, {name: v1}]',
      'subsets: [{name: v1.0}]',
      'subsets: [{name: ""}]',
      'subsets: [{labels: {version: v1}}]',
      'subsets: [{name: v1, labels: {"a b": x}}]',
      'subsets: [{name: v1, labels: {a: "x y"}}]',
      'subsets: [{name: v1, trafficPolicy: {}}]',
    );
  });

  it('says something in each policy', () => {
    accepts(policy, 'tls: {mode: DISABLE}', 'outlierDetection: {}', 'retryBudget: {percent: 20}');
    refuses(
      policy,
      '',
      'portLevelSettings: [{port: {number: 80}}]',
      'portLevelSettings: [{tls: {mode: SIMPLE}}]',
    );
    refuses(policy, 'tunnel: {targetHost: b, targetPort: 1}, proxyProtocol: {version: V2}');
  });

  it('stays in its namespace when it is for some workloads', () => {
    const selector = 'workloadSelector: {matchLabels: {app: a}}';
    accepts(errors, selector, `${selector}, exportTo: ["."]`, `${selector}, exportTo: [app]`);
    refuses(errors, `${selector}, exportTo: [other]`, `${selector}, exportTo: [., other]`);
    refuses(
      errors,
      'workloadSelector: {matchLabels: {app: "a*"}}',
      'workloadSelector: {matchLabels: {"": a}}',
    );
    assert.equal(warningsOf(rule('workloadSelector: {}')).length, 1);
  });

  it('ejects by counts and percentages in bounds', () => {
    accepts(
      policy,
      'outlierDetection: {consecutive5xxErrors: 0, maxEjectionPercent: 100, interval: 1ms, outlierDetectionHttpErrorCodes: [100, 599]}',
      'outlierDetection: {splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 5}',
    );
    refuses(
      policy,
      'outlierDetection: {maxEjectionPercent: 101}',
      'outlierDetection: {minHealthPercent: -1}',
      'outlierDetection: {consecutiveLocalOriginFailures: 5}',
      'outlierDetection: {interval: 0s}',
      'outlierDetection: {outlierDetectionHttpErrorCodes: [600]}',
    );
    assert.equal(unsupportedOf(rule('trafficPolicy: {outlierDetection: {consecutiveErrors: 5}}')).length, 1);
  });

  it('pools connections within limits that are not negative', () => {
    const pool = (fields: string): string[] => policy(`connectionPool: {${fields}}`);
    accepts(
      pool,
      'tcp: {maxConnections: 0, idleTimeout: 0s}',
      'http: {http2KeepAlive: {interval: 1s, timeout: 1s}}',
    );
    refuses(
      pool,
      '',
      'tcp: {maxConnections: -1}',
      'tcp: {connectTimeout: 0s}',
      'tcp: {idleTimeout: 10us}',
      'http: {maxRetries: -1}',
      'http: {idleTimeout: 0s}',
      'http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}',
      'http: {http2KeepAlive: {interval: 1s}}',
    );
  });

  it('balances by one policy, hashes by one key', () => {
    const balancer = (fields: string): string[] => policy(`loadBalancer: {${fields}}`);
    accepts(
      balancer,
      'simple: ROUND_ROBIN',
      'consistentHash: {httpHeaderName: x}',
      'consistentHash: {httpCookie: {name: a, ttl: 0s}, maglev: {tableSize: 65537}}',
      'warmup: {duration: 1s, minimumPercent: 100, aggression: 1}',
    );
    refuses(
      balancer,
      'simple: ROUND_ROBIN, consistentHash: {useSourceIp: true}',
      'simple: LEAST_REQUESTS',
      'consistentHash: {httpHeaderName: x, useSourceIp: true}',
      'consistentHash: {httpCookie: {name: ""}}',
      'consistentHash: {httpCookie: {name: a, attributes: [{name: b}, {name: b}]}}',
      'consistentHash: {maglev: {tableSize: 65536}}',
      'consistentHash: {maglev: {}}',
      'consistentHash: {maglev: {tableSize: 5000011}}',
      'consistentHash: {minimumRingSize: 10, ringHash: {}}',
      'warmup: {minimumPercent: 5}',
      'warmup: {duration: 1s, minimumPercent: 101}',
      'warmup: {duration: 1s, aggression: 0.3}',
      'warmup: {duration: 1s}, warmupDurationSecs: 1s',
      'localityLbSetting: {enabled: true}, zoneAwareLbSetting: {enabled: true}',
    );
  });

  it('distributes over localities that do not overlap, and fails over between regions', () => {
    const locality = (fields: string): string[] => policy(`loadBalancer: {localityLbSetting: {${fields}}}`);
    const from = (name: string, to = '{r1/*: 70, r2/*: 30}'): string => `{from: "${name}", to: ${to}}`;
    accepts(
      locality,
      `distribute: [${from('r1/z1/*')}, ${from('r1/z2/*')}, ${from('r2')}]`,
      `distribute: [${from('*', '{r1: 100}')}]`,
      `distribute: [${from('r1/z1/*', '{r1/z1/*: 80, r1/z2/*: 20}')}]`,
      'failover: [{from: r1, to: r2}]',
      'failoverPriority: [topology.istio.io/network, version]',
    );
    refuses(
      locality,
      `distribute: [${from('r1')}], failover: [{from: r1, to: r2}]`,
      `distribute: [${from('a/*/c')}]`,
      `distribute: [${from('r1//s')}]`,
      `distribute: [${from('r1')}, ${from('r1/z1')}]`,
      `distribute: [${from('r1/z1')}, ${from('r1')}]`,
      `distribute: [${from('*')}, ${from('r1')}]`,
      `distribute: [${from('r1', '{r1: 50}')}]`,
      'failover: [{from: r1, to: r1}]',
      'failover: [{from: r1, to: r2/z1}]',
      'failover: [{from: r1, to: "r*"}]',
      'failover: [{from: r1, to: r2}], failoverPriority: [topology.kubernetes.io/region]',
    );
    assert.equal(
      warningsOf(rule('trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: a, to: b}]}}}'))
        .length,
      1,
      'nothing fails over without outlier detection',
    );
  });

  it('takes certificates from files or from a credential', () => {
    const tls = (fields: string): string[] => policy(`tls: {${fields}}`);
    accepts(
      tls,
      'mode: SIMPLE, caCertificates: /ca.pem, sni: a.test',
      'mode: MUTUAL, clientCertificate: /a, privateKey: /b',
      'mode: MUTUAL, credentialName: c',
      'mode: SIMPLE, insecureSkipVerify: true',
      'mode: SIMPLE, credentialName: "configmap://app/ca"',
    );
    refuses(
      tls,
      'mode: MUTUAL, clientCertificate: /a',
      'mode: SIMPLE, credentialName: c, caCertificates: /ca.pem',
      'mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [a]',
      'mode: SIMPLE, insecureSkipVerify: true, credentialName: c',
      'mode: MUTUAL, clientCertificate: /a, privateKey: /b, insecureSkipVerify: true, caCertificates: /c',
      'mode: SIMPLE, credentialName: "configmap://other/ca"',
    );
  });

  it('tunnels to a host and a port', () => {
    const tunnel = (fields: string): string[] => policy(`tunnel: {${fields}}`);
    accepts(
      tunnel,
      'targetHost: a.test, targetPort: 443',
      'protocol: POST, targetHost: 10.1.1.1, targetPort: 1',
    );
    refuses(
      tunnel,
      'targetHost: a.test, targetPort: 443, protocol: GET',
      'targetHost: "*.test", targetPort: 443',
      'targetHost: a.test, targetPort: 0',
      'targetHost: a.test',
    );
  });
});
