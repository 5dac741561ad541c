import { strict as assert } from 'node:assert';
import type { Endpoint, ObservedCall } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import { textLine } from '../../src/access-log/line-format.js';
import { observedCall } from '../support/observed-call.js';

const grpc = { headers: { 'content-type': 'application/grpc+proto' } };
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Format, what the call was, what is written. */
const table: readonly (readonly [format: string, call: Parameters<typeof observedCall>[0], text: string])[] =
  [
    [
      '%DURATION% %REQUEST_DURATION% %RESPONSE_DURATION%',
      { elapsedMs: 12.9, requestMs: 1.2, responseMs: 9.9 },
      '12 1 9',
    ],
    ['%RESPONSE_TX_DURATION%', { elapsedMs: 12, responseMs: 9 }, '3'],
    ['%RESPONSE_DURATION%', {}, '-'],
    ['%COMMON_DURATION(DS_RX_BEG:US_RX_BEG:us)%', { responseMs: 1.5 }, '1500'],
    ['%COMMON_DURATION(DS_RX_BEG:NO_SUCH:ms)%', {}, '-'],
    ['%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%', { requestMs: 1, responseMs: 8.7 }, '7'],
    ['%RESP(CONTENT-TYPE?SERVER)%', { responseHeaders: new HeaderMap(['server', 'x']) }, 'x'],
    ['%RESP(:STATUS)%', { responseStatus: 204 }, '204'],
    ['%TRAILER(GRPC-MESSAGE)%', { responseTrailers: new HeaderMap(['grpc-message', 'no']) }, 'no'],
    ['%REQ(X?:PATH):3%', { headers: { x: 'abcdef' } }, 'abc'],
    ['%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%', { headers: { 'x-envoy-original-path': '/before' } }, '/before'],
    ['%BYTES_RECEIVED% %BYTES_SENT%', { headers: { 'content-length': '7' }, responseBytes: 9 }, '7 9'],
    ['%BYTES_RECEIVED%', { requestBytes: 3, headers: { 'content-length': '7' } }, '3'],
    [
      '%GRPC_STATUS% %GRPC_STATUS_NUMBER%',
      { ...grpc, responseTrailers: new HeaderMap(['grpc-status', '5']) },
      'NotFound 5',
    ],
    [
      '%GRPC_STATUS(SNAKE_STRING)%',
      { ...grpc, responseHeaders: new HeaderMap(['grpc-status', '14']) },
      'UNAVAILABLE',
    ],
    [
      '%GRPC_STATUS(CAMEL_STRING)%',
      { ...grpc, responseHeaders: new HeaderMap(['grpc-status', '1']) },
      'Canceled',
    ],
    ['%GRPC_STATUS%', { responseHeaders: new HeaderMap(['grpc-status', '5']) }, '-'],
    [
      '%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%',
      { responseFlags: ['UF', 'URX'] },
      'UF,URX UpstreamConnectionFailure,UpstreamRetryLimitExceeded',
    ],
    ['%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%', {}, '- -'],
    [
      '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
      {
        responseCodeDetails:
          'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
      },
      'delayed_connect_error:_Connection_refused',
    ],
    [
      '%TRACE_ID% %SPAN_ID%',
      { headers: { traceparent: trace } },
      '0af7651916cd43dd8448eb211c80319c b7ad6b7169203331',
    ],
    [
      '%CLUSTER_METADATA(istio:subset)%',
      { cluster: { name: 'c', metadata: { filterMetadata: { istio: { subset: 'v1' } } } } },
      'v1',
    ],
    [
      '%UPSTREAM_METADATA(istio:workload)%',
      { endpoint: { metadata: { filterMetadata: { istio: { workload: 'w;ns' } } } } as unknown as Endpoint },
      'w;ns',
    ],
    ['%CLUSTER_METADATA(__proto__:x)%', { cluster: { name: 'c', metadata: { filterMetadata: {} } } }, '-'],
    [
      '%ACCESS_LOG_TYPE% %PROTOCOL% %REQ(:METHOD)% %RESPONSE_CODE%',
      { isTcp: true, responseCode: 0 },
      'TcpConnectionEnd - - 0',
    ],
    [
      '%UPSTREAM_CLUSTER% %UPSTREAM_HOST%',
      { upstreamCluster: 'c', upstreamHost: '10.0.0.1:80' },
      'c 10.0.0.1:80',
    ],
    ['%START_TIME(%Y-%m-%d)%', {}, '2026-02-02'],
  ];

describe('operators of an access log', () => {
  for (const [format, facts, text] of table)
    it(`${format} is ${text}`, () => {
      const call: ObservedCall = observedCall(facts);
      assert.equal(textLine(format)(call), `${text}\n`);
    });
});
