import { strict as assert } from 'node:assert';
import { HeaderMap, type HealthCheck } from '@inmesh/model';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import type { Endpoint } from '../../src/cluster/endpoint.js';
import { compileUpstreamSettings } from '../../src/cluster/upstream-settings.js';
import { compileUpstreamTls, TlsInterner } from '../../src/cluster/upstream-tls.js';
import { type CheckResult, createEndpointCheck, type EndpointCheck } from '../../src/health/check.js';
import type { ProbeRequest, ProbeResponse } from '../../src/health/prober.js';

const definition = { name: 'outbound|80||shop' };
const state = new ClusterState({ random: () => 0 });
const endpoint = (healthCheckConfig?: Endpoint['healthCheckConfig']): Endpoint =>
  state.endpoint({ address: '10.0.0.1', port: 8080, healthCheckConfig });

function checkOf(config: HealthCheck, of: Endpoint = endpoint()): EndpointCheck {
  const cluster = {
    definition,
    settings: compileUpstreamSettings(definition),
    tls: compileUpstreamTls(definition, new TlsInterner()),
  };
  const check = createEndpointCheck(config, of, cluster);
  if (check === undefined) throw new Error('it is not checked');
  return check;
}

/** Asks once; the endpoint answers with this. */
async function ask(
  { check }: EndpointCheck,
  answer: Partial<ProbeResponse> = {},
): Promise<{ result: CheckResult; request: ProbeRequest }> {
  const requests: ProbeRequest[] = [];
  const prober = {
    request(request: ProbeRequest): Promise<ProbeResponse> {
      requests.push(request);
      const nothing = { headers: new HeaderMap([]), trailers: undefined, body: Buffer.alloc(0) };
      return Promise.resolve({ status: 200, ...nothing, ...answer });
    },
    converse: () => Promise.reject(new Error('not over HTTP')),
    close() {},
  };
  const result = await check(prober, new AbortController().signal);
  const [request] = requests;
  if (request === undefined) throw new Error('nothing was asked');
  return { result, request };
}

describe('an HTTP health check', () => {
  const http = { path: '/healthz' };

  it('asks for the path by the name of the endpoint, of the check, or of the cluster', async () => {
    const plain = await ask(checkOf({ httpHealthCheck: http }));
    assert.equal(plain.request.path, '/healthz');
    assert.equal(plain.request.authority, 'outbound|80||shop');
    const config = { httpHealthCheck: { ...http, host: 'check.test' } };
    assert.equal((await ask(checkOf(config))).request.authority, 'check.test');
    const named = checkOf(config, endpoint({ hostname: 'own.test' }));
    assert.equal((await ask(named)).request.authority, 'own.test');
  });

  it('adds and removes header lines', async () => {
    const { request } = await ask(
      checkOf({
        httpHealthCheck: {
          ...http,
          requestHeadersToAdd: [{ header: { key: 'x-of', value: '%UPSTREAM_HOST%' } }],
          requestHeadersToRemove: ['user-agent'],
        },
      }),
    );
    assert.deepEqual(request.headerLines, ['x-of', '10.0.0.1:8080']);
  });

  it('expects 200 alone, unless it says otherwise', async () => {
    const resultOf = async (status: number, config: object): Promise<CheckResult> =>
      (await ask(checkOf({ httpHealthCheck: { ...http, ...config } }), { status })).result;
    assert.equal(await resultOf(200, {}), true);
    assert.equal(await resultOf(204, {}), 'unhealthy');
    const ranges = {
      expectedStatuses: [{ start: '204', end: '206' }],
      retriableStatuses: [{ start: '500', end: '504' }],
    };
    assert.equal(await resultOf(205, ranges), true);
    assert.equal(await resultOf(206, ranges), 'unhealthy');
    assert.equal(await resultOf(200, ranges), 'unhealthy');
    assert.equal(await resultOf(503, ranges), false);
  });

  it('looks for blocks of bytes in order, and for the name of the service', async () => {
    const hex = (text: string): { text: string } => ({ text: Buffer.from(text).toString('hex') });
    const reading = checkOf({ httpHealthCheck: { ...http, receive: [hex('all'), hex('well')] } });
    assert.equal((await ask(reading, { body: Buffer.from('all is well') })).result, true);
    assert.equal((await ask(reading, { body: Buffer.from('well, all is') })).result, 'unhealthy');
    const naming = checkOf({ httpHealthCheck: { ...http, serviceNameMatcher: { prefix: 'shop' } } });
    const named = new HeaderMap(['x-envoy-upstream-healthchecked-cluster', 'shop-1']);
    assert.equal((await ask(naming, { headers: named })).result, true);
    assert.equal((await ask(naming)).result, 'unhealthy');
  });

  it('passes as degraded where the answer says so', async () => {
    const headers = new HeaderMap(['x-envoy-degraded', '']);
    assert.equal((await ask(checkOf({ httpHealthCheck: http }), { headers })).result, 'degraded');
  });
});

describe('a gRPC health check', () => {
  const served = (status: number): Buffer => Buffer.from([0, 0, 0, 0, 2, 0x08, status]);
  const ok = new HeaderMap(['grpc-status', '0']);

  it('asks for a service, and passes when it serves', async () => {
    const check = checkOf({ grpcHealthCheck: { serviceName: 'shop.Cart' } });
    assert.equal(check.target.protocol, 'http2');
    const { result, request } = await ask(check, { body: served(1), trailers: ok });
    assert.equal(result, true);
    assert.equal(request.path, '/grpc.health.v1.Health/Check');
    assert.equal(new HeaderMap([...request.headerLines]).get('grpc-timeout'), '1000m');
    assert.equal(request.body?.toString('latin1'), '\0\0\0\0\x0b\x0a\x09shop.Cart');
  });

  it('takes every other answer as a no', async () => {
    const check = checkOf({ grpcHealthCheck: {} });
    const answers: Partial<ProbeResponse>[] = [
      { body: served(2), trailers: ok },
      { trailers: ok },
      { body: served(1), trailers: new HeaderMap(['grpc-status', '13']) },
      { headers: new HeaderMap(['grpc-status', '12']) },
      { status: 404 },
    ];
    for (const answer of answers) assert.equal((await ask(check, answer)).result, 'unhealthy');
  });
});

describe('the place that is checked', () => {
  it('is the endpoint, unless the check or the endpoint names another', () => {
    const config = { tcpHealthCheck: {} };
    const at = ({ target }: EndpointCheck): string => `${target.address}:${target.port}`;
    assert.equal(at(checkOf(config)), '10.0.0.1:8080');
    assert.equal(at(checkOf(config, endpoint({ portValue: 9090 }))), '10.0.0.1:9090');
    const elsewhere = endpoint({ address: { socketAddress: { address: '10.0.0.9' } }, portValue: 9090 });
    assert.equal(at(checkOf(config, elsewhere)), '10.0.0.9:9090');
  });

  it('is none where the endpoint wants no checks', () => {
    const silent = endpoint({ disableActiveHealthCheck: true });
    assert.throws(() => checkOf({ tcpHealthCheck: {} }, silent), /not checked/);
  });
});
