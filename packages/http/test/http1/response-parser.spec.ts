import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Http1Error } from '../../src/http1/http1-error.js';
import { type Question, ResponseParser, type ResponseSink } from '../../src/http1/response-parser.js';
import type { WireHead } from '../../src/http1/wire-head.js';

/** What a parser told, bodies put together. */
interface Told {
  readonly heads: { readonly status: number; readonly lines: string[]; readonly persists: boolean }[];
  body: string;
  trailers: string[] | undefined;
  switched: string | undefined;
}

const get: Question = { method: 'GET', upgrade: undefined };

describe('a parser of responses', () => {
  it('reads a body of a stated length', () => {
    const told = read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello');
    assert.deepEqual(told.heads, [
      { status: 200, lines: ['content-length', '5', 'x-a', 'b'], persists: true },
    ]);
    assert.deepEqual([told.body, told.trailers], ['hello', []]);
  });

  it('reads chunks, their extensions and trailers', () => {
    const told = read(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 6\r\n\r\n',
    );
    assert.deepEqual([told.body, told.trailers], ['hello!', ['x-sum', '6']]);
  });

  it('reads a body without a length until the connection closes', () => {
    const told = read('HTTP/1.1 200 OK\r\n\r\nhello', { closes: true });
    assert.deepEqual([told.body, told.trailers, told.heads[0]?.persists], ['hello', [], false]);
  });

  it('tells of heads in between', () => {
    const told = read(
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    );
    assert.deepEqual(
      told.heads.map(({ status }) => status),
      [103, 200],
    );
    assert.deepEqual(told.trailers, []);
  });

  for (const [what, head, question] of [
    ['HEAD', '200 OK\r\ncontent-length: 5', { method: 'HEAD', upgrade: undefined }],
    ['204', '204 No Content', get],
    ['304', '304 Not Modified\r\ncontent-length: 5', get],
  ] as const) {
    it(`knows that an answer to ${what} has no body`, () => {
      assert.deepEqual(read(`HTTP/1.1 ${head}\r\n\r\n`, { question }).trailers, []);
    });
  }

  it('hands over what comes behind a head that changes the protocol', () => {
    const question = { method: 'GET', upgrade: 'websocket' };
    assert.equal(read('HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\nhi', { question }).switched, 'hi');
    const connect = { method: 'CONNECT', upgrade: undefined };
    assert.equal(read('HTTP/1.1 200 OK\r\n\r\nhi', { question: connect }).switched, 'hi');
  });

  for (const [version, connection, persists] of [
    ['1.1', '', true],
    ['1.1', 'connection: Close\r\n', false],
    ['1.1', 'connection: x, close\r\n', false],
    ['1.1', 'connection: closely\r\n', true],
    ['1.0', '', false],
    ['1.0', 'connection: Keep-Alive\r\n', true],
  ] as const) {
    it(`${persists ? 'keeps' : 'gives up'} a connection after HTTP/${version} ${connection.trim()}`, () => {
      const told = read(`HTTP/${version} 200 OK\r\n${connection}content-length: 0\r\n\r\n`);
      assert.equal(told.heads[0]?.persists, persists);
    });
  }

  for (const [why, bytes] of Object.entries({
    'is no HTTP': 'SSH-2.0-OpenSSH_9.0',
    'is of another version': 'HTTP/2.0 200 OK\r\n\r\n',
    'has a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
    'has a status that is none': 'HTTP/1.1 2x0 OK\r\n\r\n',
    'ends its lines with LF alone': 'HTTP/1.1 200 OK\ncontent-length: 0\n\n',
    'has a bare LF within a line': 'HTTP/1.1 200 OK\r\na: b\nc: d\r\n\r\n',
    'has a bare CR within a line': 'HTTP/1.1 200 OK\r\na: b\rc: d\r\n\r\n',
    'has a NUL in a value': 'HTTP/1.1 200 OK\r\na: b\0c\r\n\r\n',
    'has a space before a colon': 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\nhello',
    'folds a line': 'HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n',
    'has a line without a colon': 'HTTP/1.1 200 OK\r\nabc\r\n\r\n',
    'has a line without a name': 'HTTP/1.1 200 OK\r\n: b\r\n\r\n',
    'states two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello',
    'states a list of lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n\r\nhello',
    'states a signed length': 'HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello',
    'states a length beyond counting': 'HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n',
    'states a length beside chunks':
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'has another transfer-encoding': 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
    'has a chunk without a size': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\nhello',
    'has a chunk of a negative size': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello',
    'has a chunk of a size beyond counting':
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n',
    'has a chunk extension with a bare LF':
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a\n=b\r\nhello\r\n0\r\n\r\n',
    'has a chunk extension with a NUL':
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a\0\r\nhello\r\n0\r\n\r\n',
    'has a chunk longer than its size':
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n',
    'changes the protocol unasked': 'HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\n',
    'has a head without an end': `HTTP/1.1 200 OK\r\na: ${'b'.repeat(61 * 1024)}`,
    'has trailers without an end': `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\na: ${'b'.repeat(61 * 1024)}`,
    'has a size line without an end': `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;${'a'.repeat(5000)}`,
  })) {
    it(`refuses what ${why}`, () => {
      assert.throws(() => read(bytes), Http1Error);
    });
  }

  it('refuses bytes that nobody has asked for', () => {
    const parser = new ResponseParser(sinkOf(told()));
    assert.throws(() => parser.read(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), Http1Error);
  });

  it('tells an end from a response that breaks off', () => {
    for (const bytes of ['', 'HTTP/1.1 200', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell']) {
      const parser = new ResponseParser(sinkOf(told()));
      parser.expect(get);
      parser.read(Buffer.from(bytes));
      assert.equal(parser.close(), false, bytes);
    }
  });

  it('tells nothing while it is paused, and everything afterwards', () => {
    const all = told();
    const steps: string[] = [];
    const sink: ResponseSink = {
      ...sinkOf(all),
      onHead: () => steps.push('head') > 1,
      onData: (chunk) => steps.push(chunk.toString()) > 10,
      onEnd: () => void steps.push('end'),
    };
    const parser = new ResponseParser(sink);
    parser.expect(get);
    parser.read(
      Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n'),
    );
    assert.deepEqual(steps, ['head']);
    parser.resume();
    assert.deepEqual(steps, ['head', 'a']);
    parser.resume();
    assert.deepEqual(steps, ['head', 'a', 'b']);
    parser.resume();
    assert.deepEqual(steps, ['head', 'a', 'b', 'end']);
  });

  it('reads the same however the bytes are cut', () => {
    const field = fc.tuple(fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/), fc.stringMatching(/^(?:[!-~]{1,9})?$/));
    fc.assert(
      fc.property(
        fc.array(
          field.filter(([name]) => !/^(?:content-length|transfer-encoding|connection)$/i.test(name)),
          { maxLength: 5 },
        ),
        fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 4 }),
        fc.constantFrom('length', 'chunks', 'close'),
        fc.array(fc.nat(300), { maxLength: 12 }),
        (fields, pieces, framing, cuts) => {
          const bytes = Buffer.from(respond(fields, pieces, framing));
          const whole = read(bytes, { closes: framing === 'close' });
          assert.equal(whole.body, pieces.join(''));
          assert.notEqual(whole.trailers, undefined);
          assert.deepEqual(read(bytes, { closes: framing === 'close', cuts }), whole);
        },
      ),
    );
  });
});

function respond(
  fields: readonly (readonly [string, string])[],
  pieces: readonly string[],
  framing: 'length' | 'chunks' | 'close',
): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  if (framing === 'close') return `HTTP/1.1 200 OK\r\n${lines}\r\n${pieces.join('')}`;
  if (framing === 'length')
    return `HTTP/1.1 200 OK\r\n${lines}content-length: ${Buffer.byteLength(pieces.join(''))}\r\n\r\n${pieces.join('')}`;
  const chunks = pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`).join('');
  return `HTTP/1.1 200 OK\r\n${lines}transfer-encoding: chunked\r\n\r\n${chunks}0\r\nx-end: yes\r\n\r\n`;
}

function read(
  bytes: string | Buffer,
  { question = get, closes = false, cuts = [] as readonly number[] } = {},
): Told {
  const all = told();
  const parser = new ResponseParser(sinkOf(all));
  parser.expect(question);
  const buffer = Buffer.from(bytes);
  const ends = [...cuts.filter((cut) => cut < buffer.length), buffer.length].sort((a, b) => a - b);
  let at = 0;
  for (const end of ends) {
    if (end > at) parser.read(buffer.subarray(at, end));
    at = Math.max(at, end);
  }
  if (closes) assert.equal(parser.close(), true);
  return { ...all, body: Buffer.from(all.body, 'latin1').toString() };
}

function told(): Told {
  return { heads: [], body: '', trailers: undefined, switched: undefined };
}

function sinkOf(all: Told): ResponseSink {
  return {
    onHead({ status, lines, persists }: WireHead) {
      all.heads.push({ status, lines, persists });
      return true;
    },
    onData(chunk) {
      all.body += chunk.toString('latin1');
      return true;
    },
    onEnd(trailers) {
      all.trailers = trailers;
    },
    onSwitch(_head, rest) {
      all.switched = rest.toString();
    },
  };
}
