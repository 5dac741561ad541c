import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { HeaderMap } from '@inmesh/model';
import { fetch, request } from 'undici';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { realClock } from '../support/clock.js';
import { endpoint, type Line, type ScriptedCall, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, httpServer, rawServer } from '../support/servers.js';

describe('MeshDispatcher', () => {
  let mesh: MeshDispatcher;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshOf = (...script: Line[]): ScriptedCall[] => {
    const { engine, calls } = scriptedEngine(script);
    mesh = new MeshDispatcher({ engine, clock: realClock });
    return calls;
  };
  const only = (calls: readonly ScriptedCall[]): ScriptedCall => {
    assert.equal(calls.length, 1);
    return calls[0]!;
  };

  it('sends the head as the engine rewrote it to the endpoint that the engine chose', async () => {
    const server = await httpServer((req, res) => {
      res.setHeader('x-seen', `${req.method} ${req.url} ${req.headers.host} ${req.headers['x-added']}`);
      res.end('hello');
    });
    const head = {
      path: '/v2/a?b=%2F',
      authority: 'reviews.shop',
      headers: new HeaderMap(['x-added', 'yes']),
    };
    const calls = meshOf({ send: { to: endpoint(server.port), head } });

    const { statusCode, headers, body } = await request('http://reviews:9080/a?b=%2F', { dispatcher: mesh });

    assert.equal(statusCode, 200);
    assert.equal(headers['x-seen'], 'GET /v2/a?b=%2F reviews.shop yes');
    assert.equal(await body.text(), 'hello');
    const { request: asked, reports } = only(calls);
    assert.deepEqual([asked.host, asked.port, asked.head.authority], ['reviews', 9080, 'reviews:9080']);
    assert.deepEqual(reports, [
      { attached: true },
      { requestSent: true },
      { responded: 200 },
      { ended: 'complete', trailers: undefined },
    ]);
  });

  it('answers with the local reply of the engine, and says its flags', async () => {
    meshOf({
      reply: {
        status: 503,
        headers: new HeaderMap(['content-type', 'text/plain']),
        body: 'no healthy upstream',
        flags: ['UH'],
      },
    });
    const { statusCode, headers, body } = await request('http://reviews/', { dispatcher: mesh });
    assert.equal(statusCode, 503);
    assert.equal(headers['x-inmesh-flags'], 'UH');
    assert.equal(await body.text(), 'no healthy upstream');
  });

  it('sends the body again when the engine tries again', async () => {
    const bodies: string[] = [];
    const server = await httpServer(async (req, res) => {
      let text = '';
      for await (const chunk of req) text += chunk;
      bodies.push(text);
      res.statusCode = bodies.length === 1 ? 503 : 200;
      res.end(`answer ${bodies.length}`);
    });
    const to = endpoint(server.port);
    meshOf({ send: { to, respond: () => 'again' } }, { send: { to } });
    const chunks = Readable.from(['one ', 'two']);
    const { body } = await request('http://reviews/', { method: 'POST', body: chunks, dispatcher: mesh });
    assert.equal(await body.text(), 'answer 2');
    assert.deepEqual(bodies, ['one two', 'one two']);
  });

  it('reports a refused connection as unsent and tries elsewhere', async () => {
    const server = await httpServer((_req, res) => res.end('here'));
    const calls = meshOf({ send: { to: endpoint(1) } }, { send: { to: endpoint(server.port) } });
    const { body } = await request('http://reviews/', { dispatcher: mesh });
    assert.equal(await body.text(), 'here');
    assert.deepEqual(only(calls).reports[0], {
      failed: 'remoteConnectionFailure',
      sent: 'nothing',
      cause: 'delayed connect error: Connection refused',
    });
  });

  it('reports a connection that breaks before the head as unknown', async () => {
    const breaks = await rawServer((socket) => socket.once('data', () => socket.destroy()));
    const calls = meshOf(
      { send: { to: endpoint(breaks.port) } },
      { reply: { status: 503, headers: new HeaderMap() } },
    );
    const { statusCode } = await request('http://reviews/', { dispatcher: mesh });
    assert.equal(statusCode, 503);
    assert.deepEqual(only(calls).reports.at(-1), {
      failed: 'connectionTermination',
      sent: 'unknown',
      cause: 'other side closed',
    });
  });

  it('is a dispatcher for undici’s fetch', async () => {
    const server = await httpServer((_req, res) => res.end('fetched'));
    meshOf({ send: { to: endpoint(server.port) } });
    const response = await fetch('http://reviews/', { dispatcher: mesh });
    assert.equal(await response.text(), 'fetched');
  });

  it('is a dispatcher for the built-in fetch, with a length that the caller states himself', async () => {
    const server = await httpServer((req, res) => res.end(req.headers['content-length']));
    meshOf({ send: { to: endpoint(server.port) } });
    const init = { method: 'POST', body: 'hello', headers: { 'content-length': '5' }, dispatcher: mesh };
    const response = await globalThis.fetch('http://reviews/', init as unknown as RequestInit);
    assert.equal(await response.text(), '5');
  });
});
