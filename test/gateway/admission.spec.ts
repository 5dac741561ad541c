import { strict as assert } from 'node:assert';
import net from 'node:net';
import fc from 'fast-check';
import {
  closeAll,
  type Edge,
  listen,
  plainRules,
  RawClient,
  startEdge,
  startOrigin,
  statusesIn,
} from './support.js';

/** What a client writes, and what it may come to: refused with a status, or passed on as so many requests. */
interface Row {
  readonly what: string;
  readonly bytes: string;
  /** Of the answers, in order. */
  readonly statuses: readonly number[];
  /** How many requests the origin sees; the rest never reaches it. @defaultValue none */
  readonly passed?: number;
}

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');
/** A request that closes its connection, with these lines. */
const get = (...more: readonly string[]): string =>
  lines('GET / HTTP/1.1', 'Host: shop.test', ...more, 'Connection: close', '');
const post = (body: string, ...more: readonly string[]): string =>
  lines('POST / HTTP/1.1', 'Host: shop.test', ...more, 'Connection: close', '') + body;
/** What must never run: it stands behind a request that is refused. */
const smuggled = lines('GET /smuggled HTTP/1.1', 'Host: shop.test', '');

const framing: readonly Row[] = [
  {
    what: 'a length and chunks together',
    bytes: post(`0\r\n\r\n${smuggled}`, 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    statuses: [400],
  },
  {
    what: 'the same in the other order',
    bytes: post(`0\r\n\r\n${smuggled}`, 'Transfer-Encoding: chunked', 'Content-Length: 5'),
    statuses: [400],
  },
  {
    what: 'a misspelt coding beside a length',
    bytes: post(`hello world${smuggled}`, 'Transfer-Encoding: chunkd', 'Content-Length: 11'),
    statuses: [400],
  },
  {
    what: 'a misspelt coding alone',
    bytes: post(`0\r\n\r\n${smuggled}`, 'Transfer-Encoding: xchunked'),
    statuses: [501],
  },
  {
    what: 'a coding before chunked',
    bytes: post(`0\r\n\r\n${smuggled}`, 'Transfer-Encoding: gzip, chunked'),
    statuses: [501],
  },
  {
    what: 'a coding behind chunked',
    bytes: post(`0\r\n\r\n${smuggled}`, 'Transfer-Encoding: chunked, identity'),
    statuses: [400],
  },
  {
    what: 'chunked in two lines',
    bytes: post(`0\r\n\r\n${smuggled}`, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    statuses: [400, 501],
  },
  {
    what: 'chunked from an old client',
    bytes: lines('POST / HTTP/1.0', 'Host: shop.test', 'Transfer-Encoding: chunked', '', '0', '') + smuggled,
    statuses: [400],
  },
  { what: 'two lengths', bytes: post('hello', 'Content-Length: 5', 'Content-Length: 5'), statuses: [400] },
  {
    what: 'two lengths that differ',
    bytes: post('hello', 'Content-Length: 5', 'Content-Length: 6'),
    statuses: [400],
  },
  { what: 'a list of lengths', bytes: post('hello', 'Content-Length: 5, 5'), statuses: [400] },
  { what: 'a length with a sign', bytes: post('hello', 'Content-Length: +5'), statuses: [400] },
  { what: 'a negative length', bytes: post('hello', 'Content-Length: -1'), statuses: [400] },
  { what: 'a length in hexadecimal digits', bytes: post('hello', 'Content-Length: 0x5'), statuses: [400] },
  { what: 'an empty length', bytes: post('hello', 'Content-Length:'), statuses: [400] },
  {
    what: 'a length beyond all numbers',
    bytes: post('hello', `Content-Length: ${'9'.repeat(30)}`),
    statuses: [400],
  },
  { what: 'a folded line', bytes: get('X-Colour: red', ' blue'), statuses: [400] },
  { what: 'a space before the colon', bytes: get('X-Colour : red'), statuses: [400] },
  {
    what: 'a space before the first name',
    bytes: lines('GET / HTTP/1.1', ' Host: shop.test', ''),
    statuses: [400],
  },
  { what: 'a line without a name', bytes: get(': red'), statuses: [400] },
  { what: 'a line without a colon', bytes: get('red'), statuses: [400] },
  { what: 'a NUL in a value', bytes: get('X-Colour: r\0ed'), statuses: [400] },
  { what: 'a bare CR in a value', bytes: get('X-Colour: r\red'), statuses: [400] },
  { what: 'a bare LF at the end of a line', bytes: 'GET / HTTP/1.1\nHost: shop.test\n\n', statuses: [400] },
  {
    what: 'a chunk of no size',
    bytes: post('\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'),
    statuses: [400],
  },
  {
    what: 'a chunk with a sign in its size',
    bytes: post('+5\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'),
    statuses: [400],
  },
  {
    what: 'a chunk longer than it says',
    bytes: post('3\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'),
    statuses: [400],
  },
  {
    what: 'a chunk with an extension, which is dropped',
    bytes: post('5;shade=dark\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'),
    statuses: [200],
    passed: 1,
  },
  {
    what: 'a chunk with an endless extension',
    bytes: post(`5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked'),
    statuses: [413],
  },
];

const requestLines: readonly Row[] = [
  { what: 'two hosts', bytes: get('Host: other.test'), statuses: [400] },
  { what: 'no host', bytes: lines('GET / HTTP/1.1', 'Connection: close', ''), statuses: [400] },
  {
    what: 'an empty host',
    bytes: lines('GET / HTTP/1.1', 'Host:', 'Connection: close', ''),
    statuses: [400],
  },
  ...[
    'shop/eu',
    'a@shop.test',
    'shop test',
    'shop.test:80:80',
    '[::1',
    'shop.test:port',
    'shop.test\\x',
    'a#b',
  ].map(
    (host): Row => ({
      what: `the host ${host}`,
      bytes: lines('GET / HTTP/1.1', `Host: ${host}`, 'Connection: close', ''),
      statuses: [400],
    }),
  ),
  {
    what: 'an asterisk for another method than OPTIONS',
    bytes: lines('POST * HTTP/1.1', 'Host: shop.test', 'Connection: close', ''),
    statuses: [400],
  },
  {
    what: 'a target that is neither path nor URL',
    bytes: lines('GET shop HTTP/1.1', 'Host: shop.test', 'Connection: close', ''),
    statuses: [400],
  },
  {
    what: 'a URL of another scheme',
    bytes: lines('GET ftp://shop.test/ HTTP/1.1', 'Host: shop.test', 'Connection: close', ''),
    statuses: [400],
  },
  {
    what: 'a fragment',
    bytes: lines('GET /a#b HTTP/1.1', 'Host: shop.test', 'Connection: close', ''),
    statuses: [400],
  },
  { what: 'HTTP/0.9', bytes: lines('GET /', ''), statuses: [400] },
  { what: 'HTTP/0.9 with a version', bytes: lines('GET / HTTP/0.9', 'Host: shop.test', ''), statuses: [400] },
  { what: 'HTTP/1.2', bytes: lines('GET / HTTP/1.2', 'Host: shop.test', ''), statuses: [400] },
  {
    what: 'HTTP/2.0 in a request line',
    bytes: lines('GET / HTTP/2.0', 'Host: shop.test', ''),
    statuses: [400],
  },
  { what: 'an unknown method', bytes: lines('BREW / HTTP/1.1', 'Host: shop.test', ''), statuses: [400] },
  {
    what: 'more lines than are counted',
    bytes: get(...Array.from({ length: 120 }, (_, i) => `X-${i}: 1`)),
    statuses: [431],
  },
  {
    what: 'two thousand lines, of which none is left out',
    bytes: get(...Array.from({ length: 2_000 }, (_, i) => `X-${i}: 1`)),
    statuses: [431],
  },
  { what: 'a line without an end', bytes: get(`X-Long: ${'a'.repeat(70_000)}`), statuses: [431] },
  {
    what: 'connection names forwarding headers',
    bytes: lines('GET / HTTP/1.1', 'Host: shop.test', 'Connection: close, X-Forwarded-For', ''),
    statuses: [400],
  },
  {
    what: 'connection names ten headers',
    bytes: lines('GET / HTTP/1.1', 'Host: shop.test', `Connection: ${'abcdefghij'.split('').join(',')}`, ''),
    statuses: [400],
  },
  {
    what: 'an escaped NUL in the path',
    bytes: lines('GET /a%00b HTTP/1.1', 'Host: shop.test', 'Connection: close', ''),
    statuses: [400],
  },
];

describe('the admission of requests', () => {
  afterEach(closeAll);

  const start = async (): Promise<{ edge: Edge; paths: () => string[] }> => {
    const { port, requests } = await startOrigin((request, response) => {
      request.resume().once('end', () => response.end('shop'));
    });
    const edge = await startEdge(plainRules(port));
    return { edge, paths: () => requests.map(({ url }) => url ?? '') };
  };

  for (const { what, bytes, statuses, passed = 0 } of [...framing, ...requestLines]) {
    it(`${passed === 0 ? 'refuses' : 'copes with'} ${what}`, async () => {
      const { edge, paths } = await start();
      const client = new RawClient(edge.port()).write(Buffer.from(bytes, 'latin1'));
      const got = statusesIn(await client.closed());
      assert.equal(got.length, 1, `answered ${got}`);
      assert.ok(statuses.includes(got[0] ?? 0), `answered ${got}`);
      assert.equal(paths().length, passed);
      assert.equal(edge.log.length, 1, 'one line in the access log');
    });
  }

  it('routes by the authority of a target that names one, and sends the same', async () => {
    let host = '';
    const origin = await startOrigin((request, response) => {
      host = request.headers.host ?? '';
      response.end();
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port()).write(
      lines('GET http://one.test/a HTTP/1.1', 'Host: two.test', 'Connection: close', ''),
    );
    assert.deepEqual(statusesIn(await client.closed()), [200]);
    assert.equal(host, 'one.test');
    assert.equal(origin.requests[0]?.url, '/a');
  });

  it('runs nothing that stands behind a refused request', async () => {
    const { edge, paths } = await start();
    const client = new RawClient(edge.port()).write(
      lines('GET / HTTP/1.1', 'Host: a@b', '') + lines('GET /second HTTP/1.1', 'Host: shop.test', ''),
    );
    assert.deepEqual(statusesIn(await client.closed()), [400]);
    assert.deepEqual(paths(), []);
  });

  it('drops what belongs to one hop, and what the connection line names', async () => {
    const { edge } = await start();
    const origin = await startOrigin();
    await edge.update(plainRules(origin.port));
    await new RawClient(edge.port())
      .write(
        get('Keep-Alive: 5', 'Proxy-Connection: x', 'TE: gzip', 'X-Mine: 1', 'X-Other: 2').replace(
          'Connection: close',
          'Connection: close, X-Mine',
        ),
      )
      .closed();
    const { headers } = origin.requests[0] ?? {};
    for (const name of ['keep-alive', 'proxy-connection', 'te', 'x-mine'])
      assert.equal(headers?.[name], undefined, name);
    assert.equal(headers?.['x-other'], '2');
  });

  it('keeps GET with a body in step with the next request', async () => {
    const { edge, paths } = await start();
    const client = new RawClient(edge.port()).write(
      `${lines('GET /one HTTP/1.1', 'Host: a', 'Content-Length: 5', '')}hello${lines('GET /two HTTP/1.1', 'Host: a', 'Connection: close', '')}`,
    );
    assert.deepEqual(statusesIn(await client.closed()), [200, 200]);
    assert.deepEqual(paths(), ['/one', '/two']);
  });

  it('answers no more requests than the origin and the access log saw, whatever the bytes', async function () {
    this.timeout(60_000);
    const { edge, paths } = await start();
    const piece = fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'POST / HTTP/1.1\r\n',
      'Host: shop.test\r\n',
      'Content-Length: 3\r\n',
      'Content-Length: 0\r\n',
      'Transfer-Encoding: chunked\r\n',
      'transfer-encoding:\tchunked\r\n',
      'Transfer-Encoding: identity\r\n',
      'Connection: keep-alive\r\n',
      '\r\n',
      'abc',
      '0\r\n\r\n',
      '3\r\nabc\r\n',
      '\n',
      ' ',
      '\0',
      'X: y\r\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 14 }), async (pieces) => {
        const before = { log: edge.log.length, origin: paths().length };
        const client = new RawClient(edge.port()).write(Buffer.from(pieces.join(''), 'latin1'));
        client.socket.end();
        const answers = statusesIn(await client.closed());
        while (edge.gateway.connections > 0) await new Promise(setImmediate);
        const logged = edge.log.length - before.log;
        const seen = paths().length - before.origin;
        assert.ok(answers.length <= logged, `${answers.length} answers, ${logged} lines`);
        assert.ok(seen <= logged, `${seen} requests, ${logged} lines`);
      }),
      { numRuns: 200 },
    );
  });
});

describe('slow clients', () => {
  afterEach(closeAll);

  it('have only so long for a head', async function () {
    this.timeout(20_000);
    const edge = await startEdge(plainRules(1), { limits: { headTimeoutMs: 300, requestTimeoutMs: 5_000 } });
    const client = new RawClient(edge.port()).write('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    assert.deepEqual(statusesIn(await client.closed()), [408]);
  });

  it('have only so long for a whole request', async function () {
    this.timeout(20_000);
    const { port } = await startOrigin();
    const edge = await startEdge(plainRules(port), { limits: { headTimeoutMs: 300, requestTimeoutMs: 600 } });
    const client = new RawClient(edge.port()).write(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    );
    await client.closed();
    assert.ok(client.isClosed);
  });

  it('that say nothing at all are let go', async function () {
    this.timeout(20_000);
    for (const port of [80, 443]) {
      const edge = await startEdge(plainRules(1).replace('number: 80', `number: ${port}`), {
        limits: { headTimeoutMs: 300, idleTimeoutMs: 300 },
      });
      await new RawClient(edge.port(port)).closed();
      await closeAll();
    }
  });

  it('that have said all they wanted are let go', async function () {
    this.timeout(20_000);
    const { port } = await startOrigin();
    const edge = await startEdge(plainRules(port), { limits: { idleTimeoutMs: 200 } });
    const client = new RawClient(edge.port()).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.deepEqual(statusesIn(await client.closed()), [200]);
  });

  it('that begin TLS and do not go on are let go', async function () {
    this.timeout(20_000);
    const edge = await startEdge(
      plainRules(1).replace(
        '{number: 80, name: s0-80, protocol: HTTP}, hosts: ["*"]',
        '{number: 443, name: tls, protocol: TLS}, hosts: [a.test], tls: {mode: PASSTHROUGH}',
      ) +
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pass, namespace: default}
spec:
  hosts: [a.test]
  gateways: [edge]
  tls:
  - match: [{sniHosts: [a.test]}]
    route: [{destination: {host: shop.test}}]
`,
      { limits: { headTimeoutMs: 300 } },
    );
    await new RawClient(edge.port(443)).write(Buffer.from([22, 3, 1, 0, 200, 1])).closed();
  });

  it('do not hold up an origin that answers at once', async () => {
    const origin = await listen(
      net.createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')),
    );
    const edge = await startEdge(plainRules(origin));
    const client = new RawClient(edge.port()).write(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    );
    assert.match(await client.closed(), /200 OK/);
  });
});
