import { strict as assert } from 'node:assert';
import { HeaderMap } from '@inmesh/model';
import { compileFormat } from '../../src/route/format-string.js';
import { head } from '../match/request.js';
import { streamOf } from './stream.js';

describe('compileFormat', () => {
  const request = head('/a?q=1&r', ['x-a', 'one', 'x-a', 'two', 'x-long', 'abcdef']);
  const stream = streamOf(request, {
    responseHeaders: new HeaderMap(['x-r', 'back']),
    responseFlags: ['DI', 'FI'],
    responseStatus: 503,
    responseCode: 503,
    downstreamRemoteAddress: '::1',
  });
  const values: [format: string, value: string][] = [
    ['plain', 'plain'],
    ['', ''],
    ['100%%', '100%'],
    ['<%REQ(X-A)%>', '<one>'],
    ['%REQ(x-none?x-a)%', 'one'],
    ['%REQ(x-none)%', ''],
    ['%REQ(x-long):3%', 'abc'],
    ['%REQ(:METHOD)% %REQ(:PATH)% %REQ(:AUTHORITY)%', 'GET /a?q=1&r shop.test'],
    ['%RESP(X-R)%', 'back'],
    ['%RESPONSE_CODE% %RESPONSE_FLAGS%', '503 DI,FI'],
    ['%PROTOCOL%', 'HTTP/1.1'],
    ['%DOWNSTREAM_REMOTE_ADDRESS%', '[::1]:4711'],
    ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', '::1'],
    ['%DOWNSTREAM_REMOTE_PORT%', '4711'],
    ['%DOWNSTREAM_LOCAL_ADDRESS%', '10.0.0.1:8080'],
    ['%UPSTREAM_CLUSTER% %ROUTE_NAME%', 'c r'],
    ['%UPSTREAM_HOST%', ''],
    ['%RESP(:STATUS)%', '503'],
    ['%REQ(Host)%', 'shop.test'],
    ['%REQUEST_HEADER(X-A)% %RESPONSE_HEADER(X-R)%', 'one back'],
    ['%QUERY_PARAMS%', 'q=1&r'],
    ['%PATH(WQ:ORIG)%', ''],
    ['%PATH(NQ:ORIG_OR_PATH)%', '/a'],
    ['%REQUESTED_SERVER_NAME%', ''],
    ['%REQUESTED_SERVER_NAME(SNI_FIRST)%', 'shop.test'],
    ['%ENVIRONMENT(INMESH_IS_NOT_SET)%', '-'],
    ['%UPSTREAM_PROTOCOL%%GRPC_STATUS%', ''],
    ['%START_TIME%', '2026-02-03T04:05:06.789Z'],
    ['%START_TIME(%Y/%m/%d %H:%M:%S.%3f %b %e)%', '2026/02/03 04:05:06.789 Feb  3'],
    ['%START_TIME(%s)%', '1770091506'],
    ['%START_TIME(%j %y %p %I %a)%', '034 26 AM 04 Tue'],
    ['%PATH(NQ:PATH)% %PATH(WQ)%', '/a /a?q=1&r'],
    ['%QUERY_PARAM(q)%', '1'],
    ['%NO_SUCH_OPERATOR(x)%', '%NO_SUCH_OPERATOR(x)%'],
    ['50% of', '50% of'],
    ['%DYNAMIC_METADATA(a:b)%', ''],
  ];
  for (const [format, value] of values) {
    it(`${format} is ${value}`, () => assert.equal(compileFormat(format)(request, stream), value));
  }

  it('%RESPONSE_FLAGS% is a dash where there are none', () => {
    assert.equal(compileFormat('%RESPONSE_FLAGS%')(request, streamOf(request)), '-');
  });

  it('%RESP(:STATUS)% is nothing before there is a response', () => {
    assert.equal(compileFormat('%RESP(:STATUS)%')(request, streamOf(request)), '');
  });

  it('takes the upstream apart', () => {
    const carried = streamOf(request, { upstreamHost: '[::1]:8080', upstreamStatName: 'c;' });
    const format = compileFormat(
      '%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %UPSTREAM_REMOTE_PORT% %UPSTREAM_CLUSTER% %UPSTREAM_CLUSTER_RAW%',
    );
    assert.equal(format(request, carried), '::1 8080 c; c');
  });
});
