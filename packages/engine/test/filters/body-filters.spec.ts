import { strict as assert } from 'node:assert';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { head } from '../match/request.js';
import { begin, filter, kit, replyOf, typed } from './filter-kit.js';

describe('buffer filter', () => {
  const { chain } = kit([filter('buffer', 'buffer.v3.Buffer', { maxRequestBytes: 16 })]);
  const send = (bytes: number, configs = {}) =>
    begin(chain, head('/', ['content-length', String(bytes)], { method: 'POST' }), {
      hasBody: true,
      configs,
    }).next();

  it('refuses a body that is longer than allowed', () => {
    assert.equal(send(16), 'continue');
    const { status, body, details } = replyOf(send(17));
    assert.deepEqual([status, body, details], [413, 'Payload Too Large', 'request_payload_too_large']);
  });

  it('waits for a body whose length nobody tells', async () => {
    const stream = async (bytes: number) => {
      const call = begin(chain, head('/', [], { method: 'POST' }), { body: new Uint8Array(bytes) });
      const verdict = call.next();
      assert.ok(typeof verdict === 'object' && verdict.kind === 'wait');
      await verdict.until;
      return call.next();
    };
    assert.equal(await stream(16), 'continue');
    assert.equal(replyOf(await stream(17)).status, 413);
  });

  it('takes another limit or none from the route', () => {
    assert.equal(send(17, { buffer: typed('buffer.v3.BufferPerRoute', { disabled: true }) }), 'continue');
    const wider = { buffer: typed('buffer.v3.BufferPerRoute', { buffer: { maxRequestBytes: 20 } }) };
    assert.equal(send(20, wider), 'continue');
    assert.notEqual(send(21, wider), 'continue');
  });
});

describe('compressor filter', () => {
  const library = (name: string) => ({ name, typedConfig: { '@type': `type.googleapis.com/x.v3.${name}` } });
  const compressing = (config: Record<string, unknown> = {}, name = 'Gzip') =>
    kit([filter('compressor', 'compressor.v3.Compressor', { compressorLibrary: library(name), ...config })])
      .chain;
  const answer = (accept: string | undefined, lines: readonly string[], chain = compressing()) => {
    const call = begin(chain, head('/', accept === undefined ? [] : ['accept-encoding', accept]));
    call.next();
    const { headers } = call.respond(lines);
    return { headers, transforms: call.transforms };
  };
  const page = ['content-type', 'text/html; charset=utf-8', 'content-length', '4096'];

  it('compresses what the caller accepts, and says so', async () => {
    const { headers, transforms } = answer('gzip', [...page, 'etag', '"strong"']);
    assert.deepEqual(headers.lines, [
      'content-type',
      'text/html; charset=utf-8',
      'content-encoding',
      'gzip',
      'vary',
      'Accept-Encoding',
    ]);
    const stream = transforms[0]?.() ?? assert.fail('nothing to pass the body through');
    stream.end('a'.repeat(4096));
    assert.equal(gunzipSync(await buffer(stream)).toString(), 'a'.repeat(4096));
  });

  it('speaks brotli too', async () => {
    const { headers, transforms } = answer('br', page, compressing({}, 'Brotli'));
    assert.equal(headers.get('content-encoding'), 'br');
    const stream = transforms[0]?.() ?? assert.fail('nothing to pass the body through');
    stream.end('text');
    assert.equal(brotliDecompressSync(await buffer(stream)).toString(), 'text');
  });

  it('tells caches that the answer depends on the encoding, also when it is sent as it is', () => {
    const { headers, transforms } = answer('br', [...page, 'vary', 'Origin']);
    assert.equal(headers.get('vary'), 'Origin, Accept-Encoding');
    assert.deepEqual([headers.get('content-encoding'), transforms.length], [undefined, 0]);
  });

  it('weighs what the caller wants', () => {
    const accepts = (header: string | undefined) => answer(header, page).transforms.length === 1;
    assert.equal(accepts(undefined), false);
    assert.equal(accepts('gzip;q=0'), false);
    assert.equal(accepts('*'), true);
    assert.equal(accepts('gzip;q=0.5, identity'), false);
    assert.equal(accepts('identity;q=0.5, gzip'), true);
  });

  it('leaves the choice among several to the caller, for the whole chain', () => {
    const { chain } = kit([
      filter('a', 'compressor.v3.Compressor', { compressorLibrary: library('Gzip') }),
      filter('b', 'compressor.v3.Compressor', { compressorLibrary: library('Brotli') }),
    ]);
    const encoding = (accept: string) => answer(accept, page, chain).headers.get('content-encoding');
    assert.equal(encoding('gzip;q=0.5, br'), 'br');
    assert.equal(encoding('gzip, br;q=0.5'), 'gzip');
    assert.equal(encoding('*'), 'gzip');
    assert.equal(encoding('GZIP'), undefined);
  });

  it('is switched on, and told what to pass on, by a route', () => {
    const chain = compressing({
      responseDirectionConfig: { commonConfig: { enabled: { defaultValue: false } } },
    });
    const overrides = { responseDirectionConfig: { removeAcceptEncodingHeader: true } };
    const request = head('/', ['accept-encoding', 'gzip']);
    const configs = { compressor: typed('compressor.v3.CompressorPerRoute', { overrides }) };
    const call = begin(chain, request, { configs });
    call.next();
    assert.equal(request.headers.has('accept-encoding'), false);
    assert.equal(call.respond(page).headers.get('content-encoding'), 'gzip');
    assert.equal(answer('gzip', page, chain).headers.get('content-encoding'), undefined);
  });

  it('leaves alone what is short, of another kind, encoded, or not to be changed', () => {
    const untouched = (lines: readonly string[]) => {
      const { headers, transforms } = answer('gzip', lines);
      return transforms.length === 0 && !headers.has('vary');
    };
    assert.ok(untouched(['content-type', 'text/html', 'content-length', '29']));
    assert.ok(untouched(['content-type', 'image/png', 'content-length', '4096']));
    assert.ok(untouched([...page, 'content-encoding', 'br']));
    assert.ok(untouched([...page, 'cache-control', 'public, no-transform']));
  });

  it('does nothing with a library that it does not have', () => {
    assert.equal(answer('zstd', page, compressing({}, 'Zstd')).transforms.length, 0);
  });
});
