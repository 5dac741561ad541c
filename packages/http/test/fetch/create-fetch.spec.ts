import { strict as assert } from 'node:assert';
import { gzipSync } from 'node:zlib';
import { HeaderMap } from '@inmesh/model';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { createFetch, type Fetch } from '../../src/fetch/create-fetch.js';
import { realClock } from '../support/clock.js';
import { endpoint, type Line, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, httpServer, rawServer, type TestServer } from '../support/servers.js';

describe('the fetch of a mesh', () => {
  let mesh: MeshDispatcher;
  let fetch: Fetch;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshOf = (...script: Line[]): void => {
    mesh = new MeshDispatcher({ engine: scriptedEngine(script).engine, clock: realClock });
    fetch = createFetch(mesh);
  };
  const meshTo = (server: TestServer): void => meshOf({ send: { to: endpoint(server.port) } });

  it('answers with what passes for a Response of the process', async () => {
    meshTo(await httpServer((_req, res) => res.setHeader('x-tag', ['a', 'b']).end('{"stars":5}')));
    const response = await fetch('http://reviews:9080/reviews/0?full#top');
    assert.ok(response instanceof Response);
    assert.equal(Object.prototype.toString.call(response), '[object Response]');
    assert.deepEqual(
      [response.status, response.statusText, response.ok, response.redirected, response.type, response.url],
      [200, 'OK', true, false, 'basic', 'http://reviews:9080/reviews/0?full'],
    );
    assert.ok(response.headers instanceof Headers);
    assert.equal(response.headers.get('X-Tag'), 'a, b');
    assert.throws(() => response.headers.append('a', 'b'), { name: 'TypeError', message: 'immutable' });
    assert.equal(new Headers(response.headers).get('x-tag'), 'a, b');
    assert.deepEqual(await response.json(), { stars: 5 });
    assert.equal(response.bodyUsed, true);
    await assert.rejects(response.text(), TypeError);
  });

  it('tells the server’s words for its status, and the usual ones for another that a rule has put in its place', async () => {
    const server = await httpServer((_req, res) => res.writeHead(200, 'Splendid').end());
    const to = endpoint(server.port);
    const respond = (head: { status: number }): 'deliver' => {
      head.status = 503;
      return 'deliver';
    };
    meshOf({ send: { to } });
    assert.equal((await fetch('http://reviews/')).statusText, 'Splendid');
    await mesh.destroy();
    meshOf({ send: { to, respond } });
    assert.equal((await fetch('http://reviews/')).statusText, 'Service Unavailable');
  });

  it('reads tidy URLs as the URL of the process does, and leaves the others to it', async () => {
    const seen: string[] = [];
    const server = await httpServer((req, res) => {
      seen.push(req.url ?? '');
      res.end();
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const paths = [
      '/',
      '/a/b?c=d',
      '/a/./b',
      '/a/../b',
      '/a/%2e%2E/b',
      '/ä',
      '/a b',
      "/a'b?c'd",
      '/a\\b',
      '//a',
      '/a?b#c',
      '/%20?%',
    ];
    for (const path of ['/first', ...paths]) {
      meshTo(server);
      const response = await fetch(`${origin}${path}`);
      const url = new URL(`${origin}${path}`);
      assert.equal(seen.pop(), url.pathname + url.search, path);
      url.hash = '';
      assert.equal(response.url, url.href, path);
      await mesh.destroy();
    }
  });

  it('says of itself what the built-in fetch says', async () => {
    const seen: string[][] = [];
    const server = await httpServer((req, res) => {
      seen.push(req.rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text)));
      res.end();
    });
    const calls: [RequestInit?][] = [
      [],
      [{ method: 'POST', body: 'hello', headers: { 'X-A': '1' } }],
      [{ method: 'POST' }],
      [{ method: 'PUT', body: new URLSearchParams({ a: 'b c' }) }],
      [{ method: 'DELETE', body: new Uint8Array(3), headers: [['accept', 'text/plain']] }],
      [{ headers: new Headers({ range: 'bytes=0-1' }) }],
    ];
    for (const [init] of calls) {
      meshTo(server);
      await (await fetch(`http://127.0.0.1:${server.port}/`, init)).text();
      await (await globalThis.fetch(`http://127.0.0.1:${server.port}/`, init)).text();
      const [ours, builtIn] = seen.splice(0).map((lines) => Object.fromEntries(pairs(lines)));
      assert.deepEqual(ours, builtIn);
    }
  });

  for (const read of ['text', 'json', 'arrayBuffer', 'blob', 'bytes'] as const) {
    it(`reads a compressed body as ${read}`, async () => {
      const body = JSON.stringify({ letters: 'a'.repeat(100_000) });
      meshTo(
        await httpServer((_req, res) => {
          res.setHeader('content-type', 'text/plain;charset=UTF-8');
          res.setHeader('content-encoding', 'gzip').end(gzipSync(body));
        }),
      );
      const response = await fetch('http://reviews/');
      const value: unknown = await readAs(response, read);
      const expected: unknown = await readAs(new Response(body), read);
      assert.deepEqual(value, expected);
    });
  }

  it('streams a body no faster than it is read', async () => {
    const total = 8 * 1024 * 1024;
    meshTo(await httpServer((_req, res) => res.end(Buffer.alloc(total, 'x'))));
    const { body } = await fetch('http://reviews/');
    let bytes = 0;
    for await (const chunk of body!) bytes += chunk.length;
    assert.equal(bytes, total);
  });

  it('clones', async () => {
    meshTo(await httpServer((_req, res) => res.end('twice')));
    const response = await fetch('http://reviews/');
    const other = response.clone();
    assert.deepEqual([await response.text(), await other.text()], ['twice', 'twice']);
    assert.throws(() => response.clone(), TypeError);
  });

  it('follows redirects, each hop a call of its own', async () => {
    const seen: string[] = [];
    const server = await httpServer((req, res) => {
      seen.push(`${req.method} ${req.headers.host}${req.url} ${req.headers.authorization ?? '-'}`);
      if (req.url === '/first') res.writeHead(302, { location: 'http://other:81/second' }).end('moved');
      else res.end('there');
    });
    meshOf({ send: { to: endpoint(server.port) } });
    const response = await fetch('http://reviews/first', {
      method: 'POST',
      body: 'x',
      headers: { authorization: 'secret' },
    });
    assert.deepEqual(
      [response.redirected, response.url, await response.text()],
      [true, 'http://other:81/second', 'there'],
    );
    assert.deepEqual(seen, ['POST reviews/first secret', 'GET other:81/second -']);
  });

  it('hands a redirect over where it is asked to', async () => {
    meshTo(await httpServer((_req, res) => res.writeHead(301, { location: '/b' }).end()));
    const response = await fetch('http://reviews/a', { redirect: 'manual' });
    assert.deepEqual([response.status, response.headers.get('location')], [301, '/b']);
  });

  it('fails as fetch does', async () => {
    meshTo(
      await rawServer((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')),
      ),
    );
    const response = await fetch('http://reviews/');
    await assert.rejects(response.text(), (error: Error & { cause: { code: string } }) => {
      assert.equal(error.message, 'terminated');
      assert.equal(error.cause.code, 'INMESH_RESPONSE_TRUNCATED');
      return true;
    });
    await mesh.close();
    await assert.rejects(fetch('http://reviews/'), (error: Error & { cause: { code: string } }) => {
      assert.ok(error instanceof TypeError);
      assert.equal(error.message, 'fetch failed');
      assert.equal(error.cause.code, 'INMESH_CLOSED');
      return true;
    });
  });

  it('gives the caller’s own reason back when he aborts, before and behind the head', async () => {
    for (const path of ['/', '/head']) {
      const aborting = new AbortController();
      const reason = new Error(`enough of ${path}`);
      const server = await httpServer((req, res) => {
        if (req.url === '/head') res.write('begun', () => setImmediate(() => aborting.abort(reason)));
        else aborting.abort(reason);
      });
      meshTo(server);
      const answer = fetch(`http://reviews${path}`, { signal: aborting.signal });
      const text = answer.then((response) => response.text());
      await assert.rejects(text, (error) => error === reason);
    }
  });

  it('takes a Request, a form and a stream of the process by the full way', async () => {
    const server = await httpServer(async (req, res) => {
      let text = '';
      for await (const chunk of req) text += chunk;
      res.end(
        `${req.method} ${req.headers['content-type']?.replace(/boundary.*/, '')} ${text.includes('value')}`,
      );
    });
    const form = new FormData();
    form.append('name', 'value');
    for (const [input, init] of [
      [new Request('http://reviews/', { method: 'POST', body: 'value' }), undefined],
      ['http://reviews/', { method: 'POST', body: form }],
      ['http://reviews/', { method: 'POST', body: new Blob(['value']).stream(), duplex: 'half' }],
    ] as [string | Request, RequestInit | undefined][]) {
      meshTo(server);
      const response = await fetch(input, init);
      assert.ok(response instanceof Response);
      assert.match(await response.text(), /^POST .*true$/);
    }
  });

  it('is a local reply’s carrier as well', async () => {
    meshOf({ reply: { status: 503, headers: new HeaderMap(), body: 'no healthy upstream', flags: ['UH'] } });
    const response = await fetch('http://reviews/');
    assert.deepEqual([response.status, response.headers.get('x-inmesh-flags')], [503, 'UH']);
  });
});

/** `bytes` is not in the types of Node 20. */
function readAs(response: Response, how: string): Promise<unknown> {
  return (response as unknown as Record<string, () => Promise<unknown>>)[how]!();
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) result.push([flat[i]!, flat[i + 1]!]);
  return result;
}
