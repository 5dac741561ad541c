import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http2, { type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import type { Clock } from '@inmesh/engine';
import type { Dispatcher } from 'undici';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { ask, deferred } from '../support/caller.js';
import { realClock } from '../support/clock.js';
import { endpoint, type ScriptedCall, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, http2Server, listen, rawServer, type TestServer } from '../support/servers.js';

describe('an HTTP/2 upstream', () => {
  let mesh: MeshDispatcher;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshTo = (server: TestServer, tries = 1): ScriptedCall[] => {
    const to = endpoint(server.port);
    const send = { send: { to, upstream: { protocol: 'http2' } as const } };
    const { engine, calls } = scriptedEngine([...Array.from({ length: tries }, () => send), { reply: {} }]);
    mesh = new MeshDispatcher({ engine, clock: realClock });
    return calls;
  };
  const streams = async (
    listener: (stream: ServerHttp2Stream, path: string) => void,
  ): Promise<TestServer> => {
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      listener(stream, String(headers[':path']));
    });
    return listen(server);
  };

  it('carries many calls over one connection', async () => {
    const waiting: ServerHttp2Stream[] = [];
    const all = deferred();
    const server = await streams((stream) => {
      if (waiting.push(stream) === 5) all.resolve();
    });
    meshTo(server);
    const answers = Array.from({ length: 5 }, (_, i) => ask(mesh, `/${i}`));
    await all.promise;
    for (const stream of waiting) {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    }
    for (const { text } of await Promise.all(answers)) assert.equal(text, 'ok');
    assert.equal(server.connections(), 1);
  });

  it('changes the protocol of a stream where an upgrade is asked for, and only there', async () => {
    const asked: string[] = [];
    const server = await listen(http2.createServer({ settings: { enableConnectProtocol: true } }));
    (server.server as Http2Server).on('stream', (stream, headers) => {
      asked.push([headers[':method'], headers[':protocol'], headers[':path'], headers.upgrade].join(' '));
      if (headers[':path'] === '/no') {
        stream.respond({ ':status': 403 });
        stream.end('no');
        return;
      }
      stream.respond({ ':status': 200, 'x-a': 'b' });
      stream.pipe(stream);
    });
    meshTo(server, 2);
    const options = { origin: 'http://reviews', path: '/chat', protocol: 'websocket' };
    const { headers, socket } = await new Promise<Dispatcher.UpgradeData>((resolve, reject) => {
      mesh.upgrade(options, (error, data) => (error === null ? resolve(data) : reject(error)));
    });
    assert.deepEqual([headers['x-a'], headers.upgrade, headers.connection], ['b', 'websocket', 'Upgrade']);
    socket.write('hello');
    assert.equal(String((await once(socket, 'data'))[0]), 'hello');
    socket.destroy();
    const { status, text } = await ask(mesh, '/no', { upgrade: 'websocket' });
    assert.deepEqual([status, text], [403, 'no']);
    assert.deepEqual(asked, ['CONNECT websocket /chat ', 'CONNECT websocket /no ']);
    assert.equal(server.connections(), 1);
  });

  it('sends pseudo headers, repeated lines and a streamed body', async () => {
    const server = await http2Server(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      res.end(JSON.stringify([req.method, req.url, req.headers[':authority'], req.headers['x-tag'], body]));
    });
    meshTo(server);
    const { text } = await ask(mesh, '/a?b', {
      method: 'POST',
      headers: ['x-tag', 'one', 'x-tag', 'two'],
      body: Readable.from(['hel', 'lo']),
    });
    assert.deepEqual(JSON.parse(text), ['POST', '/a?b', 'reviews', 'one, two', 'hello']);
  });

  it('delivers trailers', async () => {
    const server = await streams((stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
      stream.end('body');
    });
    const calls = meshTo(server);
    const { body, trailers } = await mesh.request({ origin: 'http://reviews', path: '/', method: 'GET' });
    await body.text();
    assert.equal(trailers['x-sum'], '42');
    assert.deepEqual(calls[0]?.reports.at(-1), { ended: 'complete', trailers: ['x-sum', '42'] });
  });

  const resets: [code: number, failed: string, sent: string][] = [
    [http2.constants.NGHTTP2_REFUSED_STREAM, 'remoteRefusedStreamReset', 'refused'],
    [http2.constants.NGHTTP2_HTTP_1_1_REQUIRED, 'remoteReset', 'refused'],
    [http2.constants.NGHTTP2_INTERNAL_ERROR, 'remoteReset', 'unknown'],
    [http2.constants.NGHTTP2_CANCEL, 'remoteReset', 'unknown'],
    [http2.constants.NGHTTP2_NO_ERROR, 'remoteReset', 'unknown'],
  ];
  for (const [code, failed, sent] of resets) {
    it(`takes a reset with code ${code} for ${failed}, sent ${sent}`, async () => {
      const calls = meshTo(await streams((stream) => stream.close(code)));
      await ask(mesh);
      const report = calls[0]!.reports.find((one) => 'failed' in one);
      assert.deepEqual(report && { ...report, cause: undefined }, { failed, sent, cause: undefined });
    });
  }

  it('takes a lost connection for a termination', async () => {
    const calls = meshTo(await streams((stream) => stream.session?.destroy()));
    await ask(mesh);
    const report = calls[0]!.reports.find((one) => 'failed' in one);
    assert.ok(report && 'failed' in report);
    assert.deepEqual([report.failed, report.sent], ['connectionTermination', 'unknown']);
  });

  it('lets calls under way finish after GOAWAY, and sends the next over another connection', async () => {
    const held = deferred<ServerHttp2Stream>();
    const sessions: ServerHttp2Session[] = [];
    const server = await streams((stream, path) => {
      if (path === '/hold') {
        sessions.push(stream.session as ServerHttp2Session);
        held.resolve(stream);
        return;
      }
      stream.respond({ ':status': 200 });
      stream.end('next');
    });
    meshTo(server);
    const first = ask(mesh, '/hold');
    const stream = await held.promise;
    sessions[0]?.goaway();
    // The frame is on its way before the answer that this ping waits for.
    await new Promise((resolve) => sessions[0]?.ping(resolve));
    assert.equal((await ask(mesh)).text, 'next');
    assert.equal(server.connections(), 2);
    stream.respond({ ':status': 200 });
    stream.end('held');
    assert.equal((await first).text, 'held');
  });

  it('reports a response that breaks off behind its head as truncated', async () => {
    const server = await streams((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half', () => stream.destroy(new Error('cut')));
    });
    const calls = meshTo(server);
    await assert.rejects(ask(mesh), { code: 'INMESH_RESPONSE_TRUNCATED' });
    assert.deepEqual(calls[0]?.reports.at(-1), { ended: 'truncated', trailers: undefined });
  });

  it('is lost when it leaves a PING unanswered for its time', async () => {
    const timers = new Map<number, () => void>();
    const clock: Clock = {
      now: () => 0,
      setTimeout: (callback, delayMs) => void timers.set(delayMs, callback),
      clearTimeout() {},
    };
    const arrived = [deferred(), deferred()];
    // Greets, and never says a word again: neither to the request nor to the PING.
    const greeting = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const server = await rawServer((socket) => {
      socket.write(greeting);
      let bytes = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        const types = frameTypes(bytes);
        if (types.includes(headersFrame)) arrived[0]?.resolve();
        if (types.includes(pingFrame)) arrived[1]?.resolve();
      });
    });
    const upstream = { protocol: 'http2', http2KeepAlive: { intervalMs: 7, timeoutMs: 3 } } as const;
    const { engine, calls } = scriptedEngine([
      { send: { to: endpoint(server.port), upstream } },
      { reply: {} },
    ]);
    mesh = new MeshDispatcher({ engine, clock });
    const answer = ask(mesh);
    await arrived[0]?.promise;
    timers.get(7)?.();
    await arrived[1]?.promise;
    assert.ok(!calls[0]?.reports.some((one) => 'failed' in one), 'not before its time');
    timers.get(3)?.();
    await answer;
    const report = calls[0]!.reports.find((one) => 'failed' in one);
    assert.equal(report && 'failed' in report && report.failed, 'connectionTermination');
  });

  it('resets the stream, and not the connection, when the caller aborts', async () => {
    const closed = deferred<number>();
    const aborting = new AbortController();
    const server = await streams((stream, path) => {
      if (path === '/ok') {
        stream.respond({ ':status': 200 });
        stream.end('ok');
        return;
      }
      stream.once('close', () => closed.resolve(stream.rstCode));
      aborting.abort();
    });
    meshTo(server);
    await assert.rejects(ask(mesh, '/', { signal: aborting.signal }));
    assert.equal(await closed.promise, http2.constants.NGHTTP2_CANCEL);
    assert.equal((await ask(mesh, '/ok')).text, 'ok');
    assert.equal(server.connections(), 1);
  });
});

const headersFrame = 1;
const pingFrame = 6;

/** The types of the frames behind the client's preface. */
function frameTypes(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 24; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    types.push(bytes[at + 3] ?? -1);
  return types;
}
