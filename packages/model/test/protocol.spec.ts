import { strict as assert } from 'node:assert';
import { isHttp, isTcp, isTls, parseProtocol } from '@inmesh/model';

describe('a protocol', () => {
  it('is read whatever its case, and detected where it is not known', () => {
    assert.equal(parseProtocol('http2'), 'HTTP2');
    assert.equal(parseProtocol('gRPC-Web'), 'GRPC-Web');
    assert.equal(parseProtocol(undefined), 'Unsupported');
    assert.equal(parseProtocol('SCTP'), 'Unsupported');
  });

  it('is told apart by its requests or by its bytes, TLS among the latter', () => {
    const written = ['http', 'grpc', 'tls', 'https', 'mongo', 'udp', ''];
    const of = (is: (protocol: ReturnType<typeof parseProtocol>) => boolean): string[] =>
      written.filter((text) => is(parseProtocol(text)));
    assert.deepEqual(of(isHttp), ['http', 'grpc']);
    assert.deepEqual(of(isTls), ['tls', 'https']);
    assert.deepEqual(of(isTcp), ['tls', 'https', 'mongo']);
  });
});
