import { strict as assert } from 'node:assert';
import { errors } from 'undici';
import { requestHead, statedLength } from '../../src/http1/request-head.js';
import type { WireRequest } from '../../src/pool/pool-request.js';

const wire = (some: Partial<WireRequest> = {}): WireRequest => ({
  method: 'GET',
  scheme: 'http',
  authority: 'reviews:9080',
  path: '/reviews/0?full',
  headerLines: ['x-a', '1', 'x-a', '2'],
  body: null,
  upgrade: undefined,
  headersTimeoutMs: 0,
  bodyTimeoutMs: 0,
  ...some,
});

describe('the head of a request', () => {
  it('is written line by line, as it stands', () => {
    assert.equal(
      requestHead(wire(), { closes: false }),
      'GET /reviews/0?full HTTP/1.1\r\nhost: reviews:9080\r\nconnection: keep-alive\r\nx-a: 1\r\nx-a: 2\r\n',
    );
  });

  it('says so when the connection closes, and when it is to become another', () => {
    assert.match(requestHead(wire(), { closes: true }), /\r\nconnection: close\r\n/);
    const upgrade = requestHead(wire({ upgrade: 'websocket' }), { closes: false });
    assert.match(upgrade, /\r\nconnection: upgrade\r\nupgrade: websocket\r\n/);
  });

  it('frames the message itself, whatever the rules have set', () => {
    const framing = ['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect'];
    const head = requestHead(wire({ headerLines: framing.flatMap((name) => [name, 'x']) }), {
      closes: false,
    });
    assert.equal(head, 'GET /reviews/0?full HTTP/1.1\r\nhost: reviews:9080\r\nconnection: keep-alive\r\n');
  });

  for (const [what, some] of Object.entries<Partial<WireRequest>>({
    'a path': { path: '/a HTTP/1.1\r\nx-evil: 1' },
    'a path without a slash': { path: 'reviews' },
    'a path beyond latin1': { path: '/\u{1f600}' },
    'a method': { method: 'GET /evil' },
    'an authority': { authority: 'a\r\nx-evil: 1' },
    'a name': { headerLines: ['x-a\r\nx-evil', '1'] },
    'an empty name': { headerLines: ['', '1'] },
    'a value': { headerLines: ['x-a', '1\r\nx-evil: 1'] },
    'a value with a NUL': { headerLines: ['x-a', '\0'] },
    'a value beyond latin1': { headerLines: ['x-a', '\u0100'] },
    'an upgrade': { upgrade: 'websocket\r\nx-evil: 1' },
  })) {
    it(`refuses ${what} that would be another message`, () => {
      assert.throws(() => requestHead(wire(some), { closes: false }), errors.InvalidArgumentError);
    });
  }

  it('knows the length that a caller states, and when it is wrong', () => {
    const stated = (method: string, length: string): WireRequest =>
      wire({ method, headerLines: ['content-length', length] });
    assert.equal(statedLength(wire()), undefined);
    assert.equal(statedLength(stated('POST', '5')), 5);
    assert.equal(statedLength(stated('POST', '5'), 5), 5);
    assert.throws(() => statedLength(stated('POST', '5'), 6), errors.RequestContentLengthMismatchError);
    assert.throws(() => statedLength(stated('POST', '5x')), errors.InvalidArgumentError);
  });
});
