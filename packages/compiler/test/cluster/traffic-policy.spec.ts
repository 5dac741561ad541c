import { strict as assert } from 'node:assert';
import { type Mesh, type MeshOptions, mesh } from '../mesh.js';

const rules = (rule: string, options?: MeshOptions): Mesh =>
  mesh(
    `
kind: ServiceEntry
metadata: {name: a}
spec:
  hosts: [a.test]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}, {number: 81, name: more, protocol: HTTP}]
  endpoints: [{address: 10.0.0.1, labels: {version: v1}}, {address: 10.0.0.2, labels: {version: v2}}]
---
kind: DestinationRule
metadata: {name: a}
spec: {host: a.test, ${rule}}`,
    options,
  );
const whole = 'outbound|80||a.test';
const v1 = 'outbound|80|v1|a.test';
const thresholds = (mesh: Mesh, name: string) => mesh.cluster(name).circuitBreakers?.thresholds?.[0];

describe('the policy of a cluster', () => {
  it('has no limits, ten seconds to connect and the least loaded endpoint where nothing is said', () => {
    const { circuitBreakers, connectTimeout, lbPolicy, outlierDetection, commonLbConfig } =
      rules('').cluster(whole);
    const none = 4_294_967_295;
    assert.deepEqual(circuitBreakers, {
      thresholds: [{ maxConnections: none, maxPendingRequests: none, maxRequests: none, maxRetries: none }],
    });
    assert.deepEqual([connectTimeout, lbPolicy, outlierDetection], ['10s', 'LEAST_REQUEST', undefined]);
    assert.deepEqual(commonLbConfig, { healthyPanicThreshold: {} }, 'no panic');
  });

  it('of a port inherits nothing of the rule', () => {
    const mesh = rules(
      'trafficPolicy: {connectionPool: {tcp: {maxConnections: 5}}, tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}]}',
    );
    assert.equal(mesh.cluster(whole).lbPolicy, 'RANDOM');
    assert.equal(thresholds(mesh, whole)?.maxConnections, 4_294_967_295);
    assert.equal(mesh.cluster(whole).transportSocket, undefined);
    assert.equal(thresholds(mesh, 'outbound|81||a.test')?.maxConnections, 5);
  });

  it('of a subset replaces whole blocks and inherits the others', () => {
    const mesh = rules(
      'trafficPolicy: {loadBalancer: {simple: RANDOM}, connectionPool: {tcp: {connectTimeout: 1s}, http: {http2MaxRequests: 9}}}, subsets: [{name: v1, labels: {version: v1}, trafficPolicy: {connectionPool: {tcp: {maxConnections: 3}}}}]',
    );
    assert.deepEqual([mesh.cluster(v1).lbPolicy, mesh.cluster(v1).connectTimeout], ['RANDOM', '10s']);
    assert.equal(thresholds(mesh, v1)?.maxConnections, 3);
    assert.equal(thresholds(mesh, v1)?.maxRequests, 4_294_967_295);
    assert.deepEqual(mesh.endpoints(v1), ['10.0.0.1:80']);
  });

  it('of a port of a subset takes away what the rule has, even where it says nothing', () => {
    const mesh = rules(
      'trafficPolicy: {outlierDetection: {}, connectionPool: {tcp: {maxConnections: 5}}}, subsets: [{name: v1, trafficPolicy: {loadBalancer: {simple: RANDOM}, portLevelSettings: [{port: {number: 80}, connectionPool: {tcp: {maxConnections: 7}}}]}}]',
    );
    const { lbPolicy, outlierDetection } = mesh.cluster(v1);
    assert.deepEqual([lbPolicy, outlierDetection], ['LEAST_REQUEST', undefined]);
    assert.equal(thresholds(mesh, v1)?.maxConnections, 7);
    assert.equal(mesh.cluster('outbound|81|v1|a.test').lbPolicy, 'RANDOM');
  });

  it('is filled by the mesh where the rule has no such block', () => {
    const meshConfig = {
      defaultTrafficPolicy: { connectionPool: { tcp: { maxConnections: 50 } }, outlierDetection: {} },
    };
    const filled = rules('trafficPolicy: {outlierDetection: {consecutive5xxErrors: 1}}', { meshConfig });
    assert.equal(thresholds(filled, whole)?.maxConnections, 50);
    assert.equal(filled.cluster(whole).outlierDetection?.consecutive5xx, 1);
  });

  it('of a subset that is not declared does not exist', () => {
    assert.equal(rules('').compiler.view.cluster(v1), undefined);
  });

  it('loses the budget for retries to an entry for the port', () => {
    const mesh = rules(
      'trafficPolicy: {retryBudget: {}, portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}]}',
    );
    assert.equal(thresholds(mesh, whole)?.retryBudget, undefined);
    assert.deepEqual(thresholds(mesh, 'outbound|81||a.test')?.retryBudget, {
      budgetPercent: { value: 20 },
      minRetryConcurrency: 3,
    });
  });
});

describe('load balancing', () => {
  it('may have another default than that of Istio today', () => {
    assert.equal(rules('', { defaultLoadBalancer: 'ROUND_ROBIN' }).cluster(whole).lbPolicy, undefined);
    assert.equal(rules('', { defaultLoadBalancer: 'RANDOM' }).cluster(whole).lbPolicy, 'RANDOM');
  });

  it('warms endpoints up only where it counts', () => {
    const policy = (lb: string) =>
      rules(`trafficPolicy: {loadBalancer: {${lb}, warmup: {duration: 1m}}}`).cluster(whole);
    assert.deepEqual(policy('simple: ROUND_ROBIN').roundRobinLbConfig?.slowStartConfig, {
      slowStartWindow: '60s',
      aggression: { defaultValue: 1, runtimeKey: '(' },
      minWeightPercent: { value: 10 },
    });
    assert.ok(policy('simple: LEAST_CONN').leastRequestLbConfig?.slowStartConfig);
    const hashed = policy('consistentHash: {useSourceIp: true}');
    assert.deepEqual([hashed.lbPolicy, hashed.leastRequestLbConfig], ['RING_HASH', undefined]);
  });

  it('by hash has a ring of 1024, another size or none, or a table', () => {
    const hash = (more: string) => {
      const { lbPolicy, ringHashLbConfig, maglevLbConfig } = rules(
        `trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true${more}}}}`,
      ).cluster(whole);
      return [lbPolicy, ringHashLbConfig?.minimumRingSize ?? maglevLbConfig?.tableSize];
    };
    assert.deepEqual(hash(''), ['RING_HASH', '1024']);
    assert.deepEqual(hash(', minimumRingSize: 8'), ['RING_HASH', '8']);
    assert.deepEqual(hash(', ringHash: {minimumRingSize: 16}'), ['RING_HASH', '16']);
    assert.deepEqual(hash(', ringHash: {}'), ['RING_HASH', undefined]);
    assert.deepEqual(hash(', maglev: {tableSize: 101}'), ['MAGLEV', '101']);
    assert.deepEqual(hash(', maglev: {}'), ['MAGLEV', undefined]);
  });

  it('is left to the caller by PASSTHROUGH, for subsets too', () => {
    const mesh = rules(
      'trafficPolicy: {loadBalancer: {simple: PASSTHROUGH}}, subsets: [{name: v1, trafficPolicy: {loadBalancer: {simple: RANDOM}}}]',
    );
    for (const name of [whole, v1]) {
      const { type, lbPolicy, edsClusterConfig } = mesh.cluster(name);
      assert.deepEqual([type, lbPolicy, edsClusterConfig], ['ORIGINAL_DST', 'CLUSTER_PROVIDED', undefined]);
    }
  });
});

describe('outlier detection', () => {
  const detection = (block: string) =>
    rules(`trafficPolicy: {outlierDetection: {${block}}}`).cluster(whole).outlierDetection;

  it('that says nothing leaves Envoy to eject after five 5xx', () => {
    assert.deepEqual(detection(''), { enforcingSuccessRate: 0 });
  });

  it('is switched off by 0, for each kind of failure by itself', () => {
    assert.deepEqual(detection('consecutive5xxErrors: 0, consecutiveGatewayErrors: 3'), {
      enforcingSuccessRate: 0,
      consecutive5xx: 0,
      enforcingConsecutive5xx: 0,
      consecutiveGatewayFailure: 3,
      enforcingConsecutiveGatewayFailure: 100,
    });
  });

  it('counts failures of our own apart only where it is asked to', () => {
    assert.equal(detection('consecutiveLocalOriginFailures: 3')?.consecutiveLocalOriginFailure, undefined);
    assert.deepEqual(detection('splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 3'), {
      enforcingSuccessRate: 0,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailure: 3,
      enforcingConsecutiveLocalOriginFailure: 100,
      enforcingLocalOriginSuccessRate: 0,
    });
  });
});

describe('the protocol towards an upstream', () => {
  const protocolOf = (mesh: Mesh, name = whole): unknown => {
    const options = mesh.cluster(name).typedExtensionProtocolOptions ?? {};
    const { '@type': _, ...rest } = Object.values(options)[0] ?? { '@type': '' };
    return rest;
  };

  it('is HTTP/1.1 without any word about it', () => {
    assert.deepEqual(protocolOf(rules('')), {});
  });

  it('is HTTP/2 where rule or mesh upgrade, unless the caller decides', () => {
    const http2 = { explicitHttpConfig: { http2ProtocolOptions: {} } };
    const asCaller = { useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} } };
    const upgrade = { meshConfig: { h2UpgradePolicy: 'UPGRADE' as const } };
    assert.deepEqual(
      protocolOf(rules('trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: UPGRADE}}}')),
      http2,
    );
    assert.deepEqual(protocolOf(rules('', upgrade)), http2);
    const pool = (http: string): string => `trafficPolicy: {connectionPool: {http: {${http}}}}`;
    assert.deepEqual(protocolOf(rules(pool('h2UpgradePolicy: DO_NOT_UPGRADE'), upgrade)), {});
    assert.deepEqual(protocolOf(rules(pool('h2UpgradePolicy: UPGRADE, useClientProtocol: true'))), asCaller);
  });

  it('counts streams of HTTP/2 alone', () => {
    const pool = 'trafficPolicy: {connectionPool: {http: {maxConcurrentStreams: 4, idleTimeout: 1m}}}';
    assert.deepEqual(protocolOf(rules(pool)), {
      explicitHttpConfig: { httpProtocolOptions: {} },
      commonHttpProtocolOptions: { idleTimeout: '60s' },
    });
  });
});
