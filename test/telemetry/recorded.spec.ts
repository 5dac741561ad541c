import { strict as assert } from 'node:assert';
import type { Statistics } from 'inmesh';
import { type Behaviour, closeAll, get, meshOf, rules, service, upstream } from '../mesh/support.js';

/** What the upstream does by path; what is not here is answered with 200. */
const behaviours: Readonly<Record<string, Behaviour>> = {
  '/missing': (_req, res) => answer(res, 404),
  '/broken': (_req, res) => answer(res, 500),
  '/reset': (req) => {
    req.socket.destroy();
    return true;
  },
  '/slow': () => true,
  '/late': () => true,
  '/cut': (req, res) => {
    res.writeHead(200, { 'content-length': '100' });
    res.write('the first part');
    setImmediate(() => req.socket.destroy());
    return true;
  },
};

function answer(res: Parameters<Behaviour>[1], status: number): true {
  res.writeHead(status).end('x');
  return true;
}

const shop = `[${[
  '{match: [{uri: {prefix: /slow}}], timeout: 0.3s, retries: {attempts: 0}, route: [{destination: {host: shop.test}}]}',
  '{match: [{uri: {prefix: /late}}], retries: {attempts: 1, perTryTimeout: 0.2s, retryOn: "5xx,reset"}, route: [{destination: {host: shop.test}}]}',
  '{match: [{uri: {prefix: /direct}}], directResponse: {status: 418}}',
  '{match: [{uri: {prefix: /redirect}}], redirect: {uri: /}}',
  '{match: [{uri: {prefix: /fault}}], fault: {abort: {httpStatus: 503, percentage: {value: 100}}}, route: [{destination: {host: shop.test}}]}',
  '{match: [{uri: {prefix: /reset}}], retries: {attempts: 0}, route: [{destination: {host: shop.test}}]}',
  '{retries: {attempts: 2, retryOn: 5xx}, route: [{destination: {host: shop.test}}]}',
].join(', ')}]`;

const calls = [
  ...['/', '/', '/', '/missing', '/broken', '/flaky', '/slow', '/late', '/reset', '/cut'],
  ...['/direct', '/redirect', '/fault'],
].map((path) => `http://shop.test${path}`);

/** A real Envoy 1.40 with istiod's translation of these rules had counted this after these calls. */
const recorded: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'shop.test': {
    membership_change: 1,
    membership_healthy: 1,
    membership_total: 1,
    upstream_cx_total: 8,
    upstream_cx_destroy: 8,
    upstream_cx_http1_total: 8,
    upstream_cx_connect_fail: 0,
    upstream_rq_total: 14,
    upstream_rq_active: 0,
    upstream_rq_completed: 10,
    upstream_rq_2xx: 5,
    upstream_rq_200: 5,
    upstream_rq_4xx: 1,
    upstream_rq_404: 1,
    upstream_rq_5xx: 4,
    upstream_rq_500: 1,
    upstream_rq_503: 1,
    upstream_rq_504: 2,
    upstream_rq_timeout: 1,
    upstream_rq_per_try_timeout: 2,
    upstream_rq_retry: 4,
    upstream_rq_retry_success: 1,
    upstream_rq_retry_limit_exceeded: 2,
    upstream_rq_retry_backoff_exponential: 4,
    upstream_rq_rx_reset: 0,
    upstream_rq_tx_reset: 0,
    upstream_rq_pending_total: 8,
    'retry.upstream_rq_completed': 3,
    'retry.upstream_rq_5xx': 3,
    'retry.upstream_rq_500': 2,
    'retry.upstream_rq_503': 1,
  },
  'gone.test': {
    upstream_cx_total: 3,
    upstream_cx_destroy: 3,
    upstream_cx_http1_total: 3,
    upstream_cx_connect_fail: 3,
    upstream_rq_total: 0,
    upstream_rq_pending_total: 3,
    upstream_rq_pending_failure_eject: 3,
    upstream_rq_completed: 1,
    upstream_rq_503: 1,
    upstream_rq_retry: 2,
    upstream_rq_retry_limit_exceeded: 1,
  },
  'empty.test': {
    membership_change: 0,
    upstream_cx_none_healthy: 1,
    upstream_rq_total: 0,
    upstream_rq_503: 1,
  },
};

/** By the path of the call: how it ended, as the same Envoy wrote it. */
const written: Readonly<Record<string, string>> = {
  '/missing': '404 1 - - via_upstream - 1 outbound|80||shop.test HTTP/1.1',
  '/broken': '500 3 URX UpstreamRetryLimitExceeded via_upstream - 1 outbound|80||shop.test HTTP/1.1',
  '/slow': '504 1 UT UpstreamRequestTimeout response_timeout - 24 outbound|80||shop.test HTTP/1.1',
  '/late':
    '504 2 URX,UT UpstreamRetryLimitExceeded,UpstreamRequestTimeout upstream_per_try_timeout - 24 outbound|80||shop.test HTTP/1.1',
  '/reset':
    '503 1 UC UpstreamConnectionTermination upstream_reset_before_response_started{connection_termination} - 95 outbound|80||shop.test HTTP/1.1',
  '/cut':
    '200 1 UPE UpstreamProtocolError upstream_reset_after_response_started{protocol_error} - 14 outbound|80||shop.test HTTP/1.1',
  '/direct': '418 0 - - direct_response - 0 - -',
  '/redirect': '301 0 - - direct_response - 0 - -',
  '/fault': '503 0 FI FaultInjected fault_filter_abort - 18 outbound|80||shop.test -',
  '/gone':
    '503 3 URX,UF UpstreamRetryLimitExceeded,UpstreamConnectionFailure upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} delayed_connect_error:_Connection_refused 121 outbound|80||gone.test -',
  '/empty': '503 1 UH NoHealthyUpstream no_healthy_upstream - 19 outbound|80||empty.test -',
};
const format =
  '%REQ(:PATH)% %RESPONSE_CODE% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG% %RESPONSE_CODE_DETAILS% %UPSTREAM_TRANSPORT_FAILURE_REASON% %BYTES_SENT% %UPSTREAM_CLUSTER_RAW% %UPSTREAM_PROTOCOL%';

describe('what a real Envoy told of the same calls', () => {
  const lines: string[] = [];
  let stats: Statistics;

  before(async () => {
    let flaky = 0;
    const [alive, gone] = [
      await upstream('v1', {
        behave(req, res, seen) {
          if (seen.path === '/flaky') return flaky++ === 0 ? answer(res, 503) : false;
          return behaviours[seen.path]?.(req, res, seen);
        },
      }),
      await upstream('v2'),
    ];
    await gone.close();
    const services = [service('shop.test', [alive]), service('gone.test', [gone]), service('empty.test', [])];
    const mesh = await meshOf(services.join('') + rules('shop.test', shop), {
      retrySafety: 'istio',
      accessLog: { format, sink: (line) => void lines.push(line) },
    });
    for (const url of [...calls, 'http://gone.test/gone', 'http://empty.test/empty'])
      await get(mesh, url, { redirect: 'manual' }).catch(() => {});
    const closed = (): boolean =>
      mesh.stats().value('cluster.outbound|80||shop.test.upstream_cx_active') === 0;
    await mesh.dispatcher.close();
    for (let i = 0; !closed() && i < 500; i++) await new Promise((resolve) => setImmediate(resolve));
    stats = mesh.stats();
    await mesh.close();
  });

  after(closeAll);

  for (const [host, expected] of Object.entries(recorded))
    it(`is what the statistics of the cluster of ${host} tell`, () => {
      const told = Object.keys(expected).map((name) => [
        name,
        stats.value(`cluster.outbound|80||${host}.${name}`),
      ]);
      assert.deepEqual(Object.fromEntries(told), expected);
    });

  it('is what the lines of the access log say', () => {
    const told = lines.map((line): [string, string] => {
      const [path = '', ...rest] = line.split(' ');
      return [path, rest.join(' ')];
    });
    assert.deepEqual(Object.fromEntries(told.filter(([path]) => path in written)), written);
  });
});
