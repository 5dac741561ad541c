import { strict as assert } from 'node:assert';
import type { HttpConnectionManager, RequestHead } from '@inmesh/model';
import type { CallRequest, Downstream } from '../../src/call.js';
import { compilePreparation, type PreparationOptions } from '../../src/listener/prepare-request.js';
import { compileResponsePreparation } from '../../src/listener/prepare-response.js';
import { head } from '../match/request.js';
import { managerConfig } from './view.js';

function prepare(
  request: RequestHead,
  config: Partial<HttpConnectionManager> = {},
  { localAddress = '10.1.1.1', internalOnlyHeaders, ...rest }: Partial<CallRequest & PreparationOptions> = {},
) {
  return compilePreparation(managerConfig(config))(
    { head: request, host: 'shop', port: 8080, body: 'none', ...rest },
    { localAddress, internalOnlyHeaders, random: () => 0.5 },
  );
}

const visitor: Downstream = {
  listener: { address: '0.0.0.0', port: 8080 },
  remoteAddress: '192.0.2.7',
  remotePort: 4711,
  protocol: 'HTTP/1.1',
};
const edge = { useRemoteAddress: true };

describe('compilePreparation', () => {
  it('refuses what Envoy refuses before any rule', () => {
    const refused: [Partial<RequestHead>, number, string][] = [
      [{ authority: 'shop/eu' }, 400, 'http.invalid_authority'],
      [{ authority: 'shop eu' }, 400, 'http.invalid_authority'],
      [{ method: '' }, 400, 'http1.codec_error'],
      [{ method: 'get' }, 400, 'http1.codec_error'],
      [{ path: '/a b' }, 400, 'http1.codec_error'],
      [{ path: '%2fa' }, 400, 'http1.codec_error'],
      [{ path: 'http://' }, 400, 'http1.invalid_url'],
      [{ path: 'ftp://shop/a' }, 400, 'http1.invalid_scheme'],
      [{ path: 'http://shop?q' }, 404, 'absolute_path_rejected'],
      [{ path: '' }, 404, 'missing_path_rejected'],
      [{ path: '*', method: 'OPTIONS' }, 404, 'absolute_path_rejected'],
      [{ path: 'a/b' }, 400, 'http1.codec_error'],
      [{ path: '/a#b' }, 400, 'path_normalization_failed'],
    ];
    for (const [rest, status, details] of refused) {
      const reply = prepare(head('/', [], rest));
      assert.deepEqual([reply?.status, reply?.details], [status, details]);
    }
    assert.equal(prepare(head('', [], { method: 'CONNECT' })), undefined);
    assert.equal(prepare(head('/', [], { authority: '[::1]:80' })), undefined);
  });

  it('lets names with an underscore pass, drops them or refuses the request, as the listener says', () => {
    const asked = (headersWithUnderscoresAction?: string): [RequestHead, string | undefined] => {
      const request = head('/', ['x_a', '1', 'x-b', 'c_d', 'y_', '2', 'x_a', '3']);
      const options = headersWithUnderscoresAction === undefined ? {} : { headersWithUnderscoresAction };
      return [request, prepare(request, { commonHttpProtocolOptions: options })?.details];
    };
    for (const action of [undefined, 'ALLOW']) {
      const [{ headers }, details] = asked(action);
      assert.deepEqual([headers.has('x_a'), headers.has('y_'), details], [true, true, undefined]);
    }
    const [{ headers }, details] = asked('DROP_HEADER');
    assert.deepEqual(
      [headers.has('x_a'), headers.has('y_'), headers.get('x-b'), details],
      [false, false, 'c_d', undefined],
    );
    assert.equal(asked('REJECT_REQUEST')[1], 'http1.unexpected_underscore');
  });

  it('takes headers off that only internal callers may send', () => {
    const internalOnlyHeaders = ['x-inside'];
    const withHeader = (): RequestHead => head('/', ['x-inside', '1']);
    const outside = withHeader();
    prepare(outside, edge, { downstream: visitor, internalOnlyHeaders });
    assert.equal(outside.headers.has('x-inside'), false);
    const inside = withHeader();
    const internalAddressConfig = { cidrRanges: [{ addressPrefix: '192.0.2.0', prefixLen: 24 }] };
    prepare(inside, { ...edge, internalAddressConfig }, { downstream: visitor, internalOnlyHeaders });
    assert.equal(inside.headers.has('x-inside'), true);
  });

  it('refuses over HTTP/2 what is a matter of rules there', () => {
    const stream = { downstream: { ...visitor, protocol: 'HTTP/2' } } as const;
    const refused: [Partial<RequestHead>, number, string][] = [
      [{ authority: '' }, 400, 'missing_host_header'],
      [{ authority: 'shop eu' }, 400, 'http.invalid_authority'],
      [{ method: 'GE T' }, 400, 'http.invalid_method'],
      [{ path: 'a/b' }, 404, 'absolute_path_rejected'],
    ];
    for (const [rest, status, details] of refused) {
      const reply = prepare(head('/', [], rest), {}, stream);
      assert.deepEqual([reply?.status, reply?.details], [status, details]);
    }
    assert.equal(prepare(head('/', [], { method: 'CUSTOM' }), {}, stream), undefined);
  });

  it('takes authority and path of a target that names its server', () => {
    const targets = [
      ['http://cart:8080/a?b', 'cart:8080', '/a?b'],
      ['HTTPS://cart', 'cart', '/'],
    ] as const;
    for (const [path, authority, rest] of targets) {
      const request = head(path);
      assert.equal(prepare(request), undefined);
      assert.deepEqual([request.authority, request.path], [authority, rest]);
    }
  });

  it("lets an application's call have no host, as only rules for every host then apply", () => {
    assert.equal(prepare(head('/', [], { authority: '' })), undefined);
  });

  it('refuses headers that are longer than allowed', () => {
    const long = head('/', ['x-long', 'v'.repeat(61_440)]);
    assert.equal(prepare(long)?.details, 'http1.headers_too_large');
    assert.equal(prepare(long, { maxRequestHeadersKb: 61 }), undefined);
  });

  it('refuses more header lines than allowed, the authority among them', () => {
    const lines = (count: number): string[] =>
      Array.from({ length: count }, (_, i) => [`x-${i}`, 'v']).flat();
    assert.equal(prepare(head('/', lines(99))), undefined);
    const { status, flag, details } = prepare(head('/', lines(100))) ?? assert.fail('not refused');
    assert.deepEqual([status, flag, details], [431, 'DPE', 'http1.too_many_headers']);
    assert.equal(
      prepare(head('/', lines(100)), { commonHttpProtocolOptions: { maxHeadersCount: 200 } }),
      undefined,
    );
  });

  it('drops headers of an application that would steer Envoy, and keeps the others', () => {
    const request = head('/', [
      'x-envoy-retry-on',
      '5xx',
      'x-envoy-max-retries',
      '3',
      'x-envoy-upstream-rq-timeout-ms',
      '5',
      'x-envoy-internal',
      'true',
      'x-envoy-original-path',
      '/was',
      'x-envoy-other',
      'kept',
    ]);
    prepare(request);
    assert.deepEqual(
      request.headers.lines.filter((_, i) => i % 2 === 0),
      ['x-envoy-original-path', 'x-envoy-other', 'x-forwarded-proto', 'x-request-id'],
    );
  });

  it('drops at an edge what only Envoy itself may say', () => {
    const request = head('/', ['x-envoy-original-path', '/was', 'x-envoy-decorator-operation', 'o']);
    prepare(request, edge, { downstream: visitor });
    assert.equal(request.headers.get('x-envoy-original-path'), undefined);
    assert.equal(request.headers.get('x-envoy-decorator-operation'), undefined);
  });

  it('makes a request id of version 4 unless there is one, and replaces a foreign one at an edge', () => {
    const bare = head('/');
    prepare(bare);
    assert.match(
      bare.headers.get('x-request-id') ?? '',
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    const named = head('/', ['x-request-id', 'order-42']);
    prepare(named);
    assert.equal(named.headers.get('x-request-id'), 'order-42');
    prepare(named, { ...edge, preserveExternalRequestId: true }, { downstream: visitor });
    assert.equal(named.headers.get('x-request-id'), 'order-42');
    prepare(named, edge, { downstream: visitor });
    assert.notEqual(named.headers.get('x-request-id'), 'order-42');
  });

  it('leaves x-forwarded-for of an application alone, and appends the visitor at an edge', () => {
    const inside = head('/', ['x-forwarded-for', '10.1.2.3']);
    prepare(inside);
    assert.equal(inside.headers.get('x-forwarded-for'), '10.1.2.3');
    const outside = head('/', ['x-forwarded-for', '10.1.2.3', 'x-forwarded-proto', 'https']);
    prepare(outside, edge, { downstream: visitor });
    assert.equal(outside.headers.get('x-forwarded-for'), '10.1.2.3,192.0.2.7');
    assert.equal(outside.headers.get('x-envoy-external-address'), '192.0.2.7');
    assert.equal(outside.headers.get('x-forwarded-proto'), 'http');
  });

  it('writes its own address for a visitor on the loopback', () => {
    const request = head('/');
    prepare(request, edge, { downstream: { ...visitor, remoteAddress: '127.0.0.1' } });
    assert.equal(request.headers.get('x-forwarded-for'), '10.1.1.1');
    assert.equal(request.headers.get('x-envoy-external-address'), '127.0.0.1');
  });

  it('tells the certificate that a caller presented, and drops what callers say themselves', () => {
    const peer = { hash: 'abc1', pem: '', subject: '', uris: [], dnsNames: [], ownUris: [] };
    const tls = { presented: true, validated: true, peer };
    const config = { ...edge, forwardClientCertDetails: 'SANITIZE_SET' };
    const request = head('/', ['x-forwarded-client-cert', 'forged']);
    prepare(request, config, { downstream: { ...visitor, tls } });
    assert.equal(request.headers.get('x-forwarded-client-cert'), 'Hash=abc1');
    prepare(request);
    assert.equal(request.headers.get('x-forwarded-client-cert'), undefined);
  });

  it('believes as many proxies before it as it is told', () => {
    const request = head('/', ['x-forwarded-for', '198.51.100.1, 203.0.113.2', 'x-forwarded-proto', 'https']);
    prepare(request, { ...edge, xffNumTrustedHops: 1 }, { downstream: visitor });
    assert.equal(request.headers.get('x-envoy-external-address'), '203.0.113.2');
    assert.equal(request.headers.get('x-forwarded-proto'), 'https');
  });

  it('takes a single hop from a configured range for internal, and lets it steer', () => {
    const internal = { internalAddressConfig: { cidrRanges: [{ addressPrefix: '10.0.0.0', prefixLen: 8 }] } };
    const lines = ['x-envoy-retry-on', '5xx', 'x-forwarded-for'];
    const one = head('/', [...lines, '10.1.2.3']);
    prepare(one, internal);
    assert.equal(one.headers.get('x-envoy-retry-on'), '5xx');
    assert.equal(one.headers.get('x-envoy-internal'), 'true');
    const two = head('/', [...lines, '10.1.2.3,10.1.2.4']);
    prepare(two, internal);
    assert.equal(two.headers.get('x-envoy-retry-on'), undefined);
  });

  it('takes private networks for internal where a distinction is asked for without ranges', () => {
    const isInternal = (address: string, manager: object): boolean => {
      const request = head('/', ['x-forwarded-for', address]);
      prepare(request, manager);
      return request.headers.has('x-envoy-internal');
    };
    const asked = { internalAddressConfig: {} };
    assert.ok(
      ['10.0.0.1', '172.16.0.1', '127.0.0.1', 'fd00::1', '::1'].every((one) => isInternal(one, asked)),
    );
    assert.equal(isInternal('8.8.8.8', asked), false);
    assert.equal(isInternal('10.0.0.1', {}), false);
    const own = head('/');
    prepare(own, { ...asked, useRemoteAddress: true });
    assert.ok(own.headers.has('x-envoy-internal'));
  });

  it('takes the forwarded protocol for the scheme of an HTTP/1 request', () => {
    const request = head('/', ['x-forwarded-proto', 'https']);
    prepare(request);
    assert.equal(request.scheme, 'https');
    const plain = head('/');
    prepare(plain);
    assert.equal(plain.headers.get('x-forwarded-proto'), 'http');
  });

  it('strips ports and dots from the authority where it is told to', () => {
    const authority = (config: Partial<HttpConnectionManager>, from: string): string => {
      const request = head('/', [], { authority: from });
      prepare(request, config);
      return request.authority;
    };
    assert.equal(authority({ stripAnyHostPort: true }, 'a.test:9'), 'a.test');
    assert.equal(authority({ stripMatchingHostPort: true }, 'a.test:8080'), 'a.test');
    assert.equal(authority({ stripMatchingHostPort: true }, 'a.test:9'), 'a.test:9');
    assert.equal(authority({ stripTrailingHostDot: true }, 'a.test.:80'), 'a.test:80');
    assert.equal(authority({ stripAnyHostPort: true }, '[::1]'), '[::1]');
    assert.equal(authority({}, 'a.test:9'), 'a.test:9');
  });

  it('joins lines of headers that have but one, and trims what no parser hands on', () => {
    const request = head('/', ['accept', 'a', 'x-a', '1', 'accept', 'b', 'x-a', ' 2 ']);
    prepare(request, { generateRequestId: false });
    assert.deepEqual(request.headers.all('accept'), ['a,b']);
    assert.deepEqual(request.headers.all('x-a'), ['1', '2']);
  });

  it('keeps of te only trailers, and drops a referer that is no URL', () => {
    const keeps = (name: string, value: string): string | undefined => {
      const request = head('/', [name, value]);
      prepare(request);
      return request.headers.get(name);
    };
    assert.equal(keeps('te', 'gzip, trailers'), 'trailers');
    assert.equal(keeps('te', 'gzip'), undefined);
    assert.equal(keeps('referer', 'https://a.test/x?y'), 'https://a.test/x?y');
    assert.equal(keeps('referer', '/x'), '/x');
    assert.equal(keeps('referer', 'https://me@a.test/'), undefined);
    assert.equal(keeps('referer', 'https://a.test/#x'), undefined);
  });

  it('shows an upgrade to the rules', () => {
    const request = head('/');
    prepare(request, {}, { upgrade: 'websocket' });
    assert.equal(request.headers.get('upgrade'), 'websocket');
  });

  it('redirects escaped slashes, and tells gRPC that something is wrong', () => {
    const config = { pathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT' } as const;
    const reply = prepare(head('/a%2Fb'), config);
    assert.deepEqual([reply?.status, reply?.headers], [307, ['location', '/a/b']]);
    assert.notEqual(prepare(head('/a%2Fb', ['content-type', 'application/grpc']), config)?.status, 307);
  });
});

describe('compileResponsePreparation', () => {
  const answer = (config: Partial<HttpConnectionManager>, isHop: boolean, lines: string[] = []) => {
    const response = {
      status: 200,
      headers: head('/', ['server', 'upstream', 'connection', 'close']).headers,
    };
    compileResponsePreparation(managerConfig(config))(response, {
      isHop,
      requestHeaders: head('/', ['x-request-id', 'r', ...lines]).headers,
    });
    return response.headers;
  };

  it('leaves the server of an upstream to an application, and names itself at a gateway', () => {
    assert.equal(answer({}, false).get('server'), 'upstream');
    assert.equal(answer({}, true).get('server'), 'envoy');
    assert.equal(answer({ serverName: 'edge' }, true).get('server'), 'edge');
    assert.equal(answer({ serverHeaderTransformation: 'PASS_THROUGH' }, true).get('server'), 'upstream');
    assert.equal(answer({ serverHeaderTransformation: 'APPEND_IF_ABSENT' }, true).get('server'), 'upstream');
  });

  it('drops lines of the connection, and echoes the request id where it is told to', () => {
    assert.equal(answer({}, false).get('connection'), undefined);
    assert.equal(answer({}, false).get('x-request-id'), undefined);
    assert.equal(answer({ alwaysSetRequestIdInResponse: true }, false).get('x-request-id'), 'r');
    const forced = answer({ internalAddressConfig: {} }, false, ['x-envoy-force-trace', 'true']);
    assert.equal(forced.get('x-request-id'), 'r');
  });
});
