import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { isAuthority } from '../src/admit/authority.js';
import { nominatedBy } from '../src/admit/connection-header.js';
import { lowerName } from '../src/admit/header-name.js';
import { readHttp1 } from '../src/admit/read-http1.js';
import { readHttp2 } from '../src/admit/read-http2.js';

const read = (rawHeaders: string[], httpVersion = '1.1', method = 'GET') =>
  readHttp1({ httpVersion, rawHeaders, method } as never, { acceptsHttp10: false });
const detailsOf = (result: ReturnType<typeof read>): string | undefined =>
  'details' in result ? result.details : undefined;

describe('admission', () => {
  it('takes names and addresses for authorities, with and without a port, and nothing else', () => {
    for (const good of [
      'a',
      'shop.test',
      'shop.test:80',
      '10.0.0.1:8080',
      '[::1]',
      '[::1]:443',
      'a_b.test',
      'x:',
    ])
      assert.equal(isAuthority(good), true, good);
    for (const bad of [
      '',
      'a b',
      'a/b',
      'u@a',
      'a:b',
      'a:1:2',
      '[::1',
      '::1',
      'a?b',
      'a#b',
      'a:123456',
      '[zz]',
      'a\\b',
    ])
      assert.equal(isAuthority(bad), false, bad);
  });

  it('lets a connection line name what is of this hop, and nothing that others rely on', () => {
    assert.deepEqual(nominatedBy(['close, X-Mine', 'keep-alive']), new Set(['x-mine']));
    for (const value of [':path', 'x-forwarded-for', 'X-Forwarded-Proto', 'a,b,c,d,e,f,g,h,i,j'])
      assert.equal(nominatedBy([value]), 'rejected', value);
  });

  it('keeps lines in their order, names in lower case, and what is of one hop apart', () => {
    const result = read([
      'Host',
      'a',
      'X-B',
      '2',
      'X-A',
      '1',
      'x-b',
      '3',
      'TE',
      'trailers',
      'Upgrade',
      'h2c',
    ]);
    assert.ok(!('details' in result));
    assert.equal(result.authority, 'a');
    assert.deepEqual(result.headers.lines, ['x-b', '2', 'x-a', '1', 'x-b', '3', 'te', 'trailers']);
    assert.equal(result.hasBody, false);
  });

  it('knows a body by its length or its coding', () => {
    const hasBody = (...lines: string[]): boolean | undefined => {
      const result = read(['Host', 'a', ...lines]);
      return 'details' in result ? undefined : result.hasBody;
    };
    assert.equal(hasBody('Content-Length', '0'), false);
    assert.equal(hasBody('Content-Length', '1'), true);
    assert.equal(hasBody('Transfer-Encoding', 'Chunked'), true);
    assert.equal(hasBody(), false);
  });

  it('refuses what frames a request in two ways', () => {
    assert.equal(
      detailsOf(read(['Host', 'a', 'Transfer-Encoding', 'chunked', 'Content-Length', '1'])),
      'http1.codec_error',
    );
    assert.equal(
      detailsOf(read(['Host', 'a', 'Transfer-Encoding', 'gzip'])),
      'http1.invalid_transfer_encoding',
    );
    assert.equal(detailsOf(read(['Host', 'a'], '1.0')), 'low_version');
    assert.equal(detailsOf(read(['Host', 'a'], '0.9')), 'http1.codec_error');
  });

  it('treats names of every object’s prototype as any others', () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
      const result = read(['Host', 'a', name, 'x']);
      assert.ok(!('details' in result));
      assert.equal(result.headers.get(name.toLowerCase()), 'x');
    }
  });

  it('writes every name in lower case, however often it comes', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (name) => lowerName(name) === name.toLowerCase() && lowerName(name) === name.toLowerCase(),
      ),
    );
  });

  it('takes the authority of HTTP/2 before a host line, and joins cookies', () => {
    const { authority, headers, refusal } = readHttp2([
      ...[':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'a'],
      ...['host', 'b', 'cookie', 'x=1', 'z', '1', 'cookie', 'y=2'],
    ]);
    assert.equal(authority, 'a');
    assert.equal(refusal, undefined);
    assert.deepEqual(headers.lines, ['z', '1', 'cookie', 'x=1; y=2']);
    assert.notEqual(readHttp2([':method', 'GET', ':authority', 'a@b']).refusal, undefined);
  });
});
