import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Clock } from '@inmesh/engine';
import { errors, upgrade } from 'undici';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { ask, deferred } from '../support/caller.js';
import { realClock } from '../support/clock.js';
import { endpoint, type ScriptedCall, type SendScript, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, httpServer, rawServer, type TestServer } from '../support/servers.js';

describe('an HTTP/1.1 upstream', () => {
  let mesh: MeshDispatcher;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshTo = (server: TestServer, clock = realClock, send: Partial<SendScript> = {}): ScriptedCall[] => {
    const { engine, calls } = scriptedEngine([
      { send: { to: endpoint(server.port), ...send } },
      { reply: {} },
    ]);
    mesh = new MeshDispatcher({ engine, clock });
    return calls;
  };

  /** Answers each request of a connection with the next of these, and ends the connection after the last. */
  const answering = (...answers: string[]): Promise<TestServer> => {
    const left = [...answers];
    return rawServer((socket) => socket.on('data', () => socket.write(left.shift() ?? '')));
  };

  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

  it('keeps its connection over answers without a body', async () => {
    const server = await answering('HTTP/1.1 204 No Content\r\n\r\n', ok);
    meshTo(server);
    assert.deepEqual(await ask(mesh), { status: 204, text: '' });
    assert.deepEqual(await ask(mesh), { status: 200, text: 'ok' });
    assert.equal(server.connections(), 1);
  });

  it('takes an answer that ends with its connection', async () => {
    const server = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall')),
    );
    meshTo(server);
    for (let i = 0; i < 2; i++) assert.equal((await ask(mesh)).text, 'all');
    assert.equal(server.connections(), 2);
  });

  it('uses no connection again on which more came than was asked for', async () => {
    const server = await answering(`${ok}${ok}`, ok);
    meshTo(server);
    await ask(mesh);
    assert.equal((await ask(mesh)).text, 'ok');
    assert.equal(server.connections(), 2);
  });

  it('closes an idle connection on which something comes', async () => {
    const accepted = deferred<Socket>();
    const server = await rawServer((socket) => {
      accepted.resolve(socket);
      socket.once('data', () => socket.write(ok));
    });
    meshTo(server);
    await ask(mesh);
    const socket = await accepted.promise;
    socket.write(ok);
    await once(socket, 'close');
  });

  it('takes what is no answer for a break of the protocol', async () => {
    const calls = meshTo(
      await answering('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nok'),
    );
    assert.equal((await ask(mesh)).status, 503);
    assert.deepEqual(calls[0]?.reports.at(-1), {
      failed: 'protocolError',
      sent: 'unknown',
      cause: 'more than one content-length',
    });
  });

  it('says nothing of an unasked 100, and tells of other heads in between', async () => {
    const server = await answering(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: </a>\r\n\r\n${ok}`,
    );
    meshTo(server);
    const seen: number[] = [];
    const onInfo = ({ statusCode }: { statusCode: number }): void => void seen.push(statusCode);
    assert.equal((await ask(mesh, '/', { onInfo })).text, 'ok');
    assert.deepEqual(seen, [103]);
  });

  it('closes a connection whose answer came before the request was whole', async () => {
    const closed = deferred();
    const server = await rawServer((socket) => {
      socket.once('data', () => socket.write(ok)).once('close', () => closed.resolve());
    });
    meshTo(server);
    const body = (async function* () {
      yield Buffer.from('beginning');
      await closed.promise;
    })();
    assert.equal((await ask(mesh, '/', { method: 'POST', body: body as never })).text, 'ok');
    await closed.promise;
  });

  it('sends a body of a stated length as it is, and others in chunks', async () => {
    const heads: (string | undefined)[] = [];
    const server = await httpServer(async (req, res) => {
      heads.push(req.headers['content-length'], req.headers['transfer-encoding']);
      let text = '';
      for await (const chunk of req) text += chunk;
      res.end(text);
    });
    meshTo(server);
    const body = (): never =>
      (async function* () {
        yield Buffer.from('he');
        yield Buffer.alloc(0);
        yield Buffer.from('llo');
      })() as never;
    const headers = { 'content-length': '5' };
    assert.equal((await ask(mesh, '/', { method: 'POST', body: body(), headers })).text, 'hello');
    assert.equal((await ask(mesh, '/', { method: 'POST', body: body() })).text, 'hello');
    assert.deepEqual(heads, ['5', undefined, undefined, 'chunked']);
  });

  it('fails the caller whose body is not as long as he says, and sends no other in its place', async () => {
    const server = await httpServer((_req, res) => res.end());
    meshTo(server);
    for (const length of ['4', '6']) {
      const body = (async function* () {
        yield Buffer.from('hello');
      })() as never;
      const headers = { 'content-length': length };
      await assert.rejects(
        ask(mesh, '/', { method: 'POST', body, headers }),
        errors.RequestContentLengthMismatchError,
      );
    }
  });

  it('leaves its connection as it was where a request cannot be written', async () => {
    const server = await httpServer((_req, res) => res.end('ok'));
    meshTo(server);
    await ask(mesh);
    await assert.rejects(ask(mesh, '/a b'), errors.InvalidArgumentError);
    assert.equal((await ask(mesh)).text, 'ok');
    assert.equal(server.connections(), 1);
  });

  it('reads no faster than the caller does', async () => {
    const total = 64 * 1024 * 1024;
    let written = 0;
    const server = await httpServer((_req, res) => {
      const write = (): void => {
        while (written < total) {
          written += 65_536;
          if (!res.write(Buffer.alloc(65_536))) {
            res.once('drain', write);
            return;
          }
        }
        res.end();
      };
      write();
    });
    meshTo(server);
    const { body } = await mesh.request({ origin: 'http://reviews', path: '/', method: 'GET' });
    await new Promise((resolve) => setImmediate(resolve));
    const before = written;
    let bytes = 0;
    for await (const chunk of body) bytes += (chunk as Buffer).length;
    assert.ok(before < total, 'the connection waits for its reader');
    assert.equal(bytes, total);
  });

  it('hands over a connection that has become another, with what has come of it', async () => {
    const server = await rawServer((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhi ');
        socket.pipe(socket);
      }),
    );
    meshTo(server);
    const { socket } = await upgrade('http://reviews/', { dispatcher: mesh, protocol: 'echo' });
    await new Promise((resolve) => setImmediate(resolve));
    socket.write('there');
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      if (text === 'hi there') break;
    }
  });

  it('keeps the caller’s own timeouts for head and body', async () => {
    const clock = movedClock();
    meshTo(await rawServer((socket) => socket.once('data', () => clock.move(50))), clock);
    await assert.rejects(ask(mesh, '/', { headersTimeout: 50 }), errors.HeadersTimeoutError);
    await mesh.destroy();

    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell';
    meshTo(await rawServer((socket) => socket.once('data', () => socket.write(half))), clock);
    const { body } = await mesh.request({
      origin: 'http://reviews',
      path: '/',
      method: 'GET',
      bodyTimeout: 70,
    });
    const text = body.text();
    await new Promise((resolve) => setImmediate(resolve));
    clock.move(70);
    await assert.rejects(text, (error: Error) => error instanceof errors.BodyTimeoutError);
  });

  it('closes itself when it has been idle for its time, however often it was used before', async () => {
    const clock = movedClock();
    const server = await httpServer((_req, res) => res.end());
    meshTo(server, clock, { upstream: { idleTimeoutMs: 1_000 } });
    await ask(mesh);
    clock.move(900);
    await ask(mesh);
    clock.move(900);
    await ask(mesh);
    assert.equal(server.connections(), 1);
    const [socket] = server.sockets;
    const closed = once(socket as Socket, 'close');
    clock.move(1_000);
    await closed;
  });
});

/** A clock that stands still until it is moved. */
function movedClock(): Clock & { move(ms: number): void } {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    setTimeout(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => void timers.delete(timer as never),
    move(ms) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now || !timers.delete(timer)) continue;
        timer.callback();
      }
    },
  };
}
