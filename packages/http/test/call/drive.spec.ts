import { strict as assert } from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { HeaderMap } from '@inmesh/model';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { ask, callRequest, deferred } from '../support/caller.js';
import { realClock } from '../support/clock.js';
import {
  endpoint,
  type Line,
  type ScriptedCall,
  scriptedCall,
  scriptedEngine,
} from '../support/scripted-engine.js';
import { closeServers, httpServer, rawServer } from '../support/servers.js';

describe('driving a call', () => {
  let mesh: MeshDispatcher;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshOf = (script: Line[], options?: Parameters<typeof scriptedEngine>[1]): ScriptedCall[] => {
    const { engine, calls } = scriptedEngine(script, options);
    mesh = new MeshDispatcher({ engine, clock: realClock });
    return calls;
  };
  const echo = async (req: IncomingMessage): Promise<string> => {
    let body = '';
    for await (const chunk of req) body += chunk;
    return body;
  };

  it('waits until the engine wakes it', async () => {
    const server = await httpServer((_req, res) => res.end('late'));
    const waiting = deferred<() => void>();
    meshOf([{ wait: (wake) => waiting.resolve(wake) }, { send: { to: endpoint(server.port) } }]);
    const answer = ask(mesh);
    const wake = await waiting.promise;
    assert.equal(server.connections(), 0);
    wake();
    assert.equal((await answer).text, 'late');
  });

  it('drops the answer that the engine does not want, and keeps the connection if that had no body', async () => {
    const server = await httpServer((req, res) => {
      res.statusCode = req.headers['x-try'] === '1' ? 503 : 200;
      if (res.statusCode === 503) res.setHeader('content-length', '0').end();
      else res.end('fine');
    });
    const to = endpoint(server.port);
    const tried = (n: string) => ({ headers: new HeaderMap(['x-try', n]) });
    const calls = meshOf([
      { send: { to, head: tried('1'), respond: () => 'again' } },
      { send: { to, head: tried('2') } },
      { send: { to, head: tried('3') } },
    ]);
    assert.equal((await ask(mesh)).text, 'fine');
    assert.deepEqual(
      calls[0]?.reports.filter((report) => 'responded' in report),
      [{ responded: 503 }, { responded: 200 }],
    );
  });

  it('hands over the head as the engine changed it', async () => {
    const server = await httpServer((_req, res) => res.setHeader('x-secret', '1').end('body'));
    meshOf([
      {
        send: {
          to: endpoint(server.port),
          respond(head) {
            head.status = 299;
            head.headers.remove('x-secret');
            head.headers.append('x-added', 'yes');
            return 'deliver';
          },
        },
      },
    ]);
    const { statusCode, headers, body } = await mesh.request({
      origin: 'http://reviews',
      path: '/',
      method: 'GET',
    });
    await body.text();
    assert.deepEqual([statusCode, headers['x-secret'], headers['x-added']], [299, undefined, 'yes']);
  });

  it('passes the body through the stream that the engine asks for', async () => {
    const server = await httpServer((_req, res) => res.end('a'.repeat(200_000)));
    const { engine } = scriptedEngine([{ send: { to: endpoint(server.port) } }]);
    mesh = new MeshDispatcher({
      clock: realClock,
      engine: {
        ...engine,
        begin: (request) => Object.assign(engine.begin(request), { responseTransform: () => createGzip() }),
      },
    });
    const { body } = await mesh.request({ origin: 'http://reviews', path: '/', method: 'GET' });
    const packed = Buffer.from(await body.arrayBuffer());
    assert.ok(packed.length < 10_000);
    assert.equal(gunzipSync(packed).toString(), 'a'.repeat(200_000));
  });

  describe('bodies', () => {
    const forms: [form: string, make: () => unknown, type?: string][] = [
      ['a text', () => 'hällo'],
      ['a Buffer', () => Buffer.from('hällo')],
      ['a Uint8Array', () => new TextEncoder().encode('hällo')],
      ['a view of larger memory', () => new TextEncoder().encode('<hällo>').subarray(1, 7)],
      ['a Readable', () => Readable.from([Buffer.from('hä'), Buffer.from('llo')])],
      ['a web stream', () => new Blob(['hällo']).stream()],
      [
        'an async iterable',
        async function* () {
          yield 'hä';
          yield 'llo';
        },
      ],
      ['an iterable', () => ['hä', 'llo'].values()],
      ['a Blob', () => new Blob(['hällo'], { type: 'text/x-blob' }), 'text/x-blob'],
    ];
    for (const [form, make, type] of forms) {
      it(`takes ${form}, and sends it again when asked to`, async () => {
        const seen: [string, string | undefined][] = [];
        const server = await httpServer(async (req, res) => {
          seen.push([await echo(req), req.headers['content-type']]);
          res.end('x');
        });
        const to = endpoint(server.port);
        meshOf([{ send: { to, respond: () => 'again' } }, { send: { to } }]);
        const body = make();
        const iterable = typeof body === 'function' ? body() : body;
        await ask(mesh, '/', { method: 'POST', body: iterable as never });
        assert.deepEqual(seen, [
          ['hällo', type],
          ['hällo', type],
        ]);
      });
    }

    it('tells the engine when a stream has passed, and when it is too large to be repeated', async () => {
      const server = await httpServer(async (req, res) => res.end(String((await echo(req)).length)));
      const calls = meshOf([{ send: { to: endpoint(server.port) } }], { replayLimitBytes: 10 });
      await ask(mesh, '/', { method: 'POST', body: Readable.from(['12345', '67890']) });
      await ask(mesh, '/', { method: 'POST', body: Readable.from(['12345', '678901']) });
      assert.deepEqual(
        calls.map(({ complete, exceeded }) => [complete, exceeded]),
        [
          [true, false],
          [true, true],
        ],
      );
    });

    it('reads a stream no faster than the server takes it', async () => {
      let produced = 0;
      const chunk = Buffer.alloc(64 * 1024);
      async function* endless(): AsyncGenerator<Buffer> {
        for (;;) {
          produced += chunk.length;
          yield chunk;
        }
      }
      const stalled = deferred();
      const server = await rawServer((socket) => {
        socket.pause();
        stalled.resolve();
      });
      meshOf([{ send: { to: endpoint(server.port) } }, { reply: {} }]);
      const aborting = new AbortController();
      const answer = ask(mesh, '/', { method: 'POST', body: endless() as never, signal: aborting.signal });
      await stalled.promise;
      let before = -1;
      for (let quiet = 0; quiet < 50; quiet = produced === before ? quiet + 1 : 0) {
        before = produced;
        await turn();
      }
      assert.ok(produced < 32 * 1024 * 1024, `${produced} bytes were read ahead`);
      aborting.abort();
      await assert.rejects(answer);
    });

    it('fails the call when the caller’s stream breaks', async () => {
      const server = await httpServer(async (req, res) => res.end(await echo(req).catch(() => 'broken')));
      const calls = meshOf([{ send: { to: endpoint(server.port) } }, { reply: {} }]);
      const broken = new Error('the disk is gone');
      const body = Readable.from(
        (async function* () {
          yield 'half';
          throw broken;
        })(),
      );
      await assert.rejects(ask(mesh, '/', { method: 'POST', body }), (error) => error === broken);
      assert.equal(calls[0]?.cancelled, true);
    });

    it('closes a stream that nobody reads', async () => {
      meshOf([{ reply: { status: 403, headers: new HeaderMap() } }]);
      const body = Readable.from(['never read']);
      const closed = new Promise((resolve) => body.once('close', resolve));
      assert.equal((await ask(mesh, '/', { method: 'POST', body })).status, 403);
      await closed;
    });
  });

  describe('mirrors', () => {
    for (const [form, body] of [
      ['whole', 'copied'],
      ['streamed', () => Readable.from(['cop', 'ied'])],
    ] as const) {
      it(`get a ${form} body as well, and their failure is nobody’s`, async () => {
        const mirrored = deferred<string>();
        const main = await httpServer(async (req, res) => res.end(await echo(req)));
        const mirror = await httpServer(async (req) => {
          mirrored.resolve(await echo(req));
          req.socket.destroy();
        });
        const shadow = scriptedCall(
          callRequest({ head: { ...callRequest().head, method: 'POST' } }),
          [{ send: { to: endpoint(mirror.port) } }, { reply: { headers: new HeaderMap() } }],
          { replayLimitBytes: 0, shadows: [] },
        );
        meshOf([{ send: { to: endpoint(main.port) } }], { shadows: [{ call: shadow }] });
        const sent = typeof body === 'string' ? body : body();
        assert.equal((await ask(mesh, '/', { method: 'POST', body: sent })).text, 'copied');
        assert.equal(await mirrored.promise, 'copied');
      });
    }
  });

  describe('aborts', () => {
    const reason = new Error('changed my mind');

    it('before it began: nothing is asked of the engine’s endpoints', async () => {
      const calls = meshOf([]);
      await assert.rejects(
        ask(mesh, '/', { signal: AbortSignal.abort(reason) }),
        (error) => error === reason,
      );
      assert.equal(calls[0]?.cancelled, true);
    });

    it('while the engine waits', async () => {
      const aborting = new AbortController();
      const calls = meshOf([{ wait: () => queueMicrotask(() => aborting.abort(reason)) }]);
      await assert.rejects(ask(mesh, '/', { signal: aborting.signal }), (error) => error === reason);
      assert.equal(calls[0]?.cancelled, true);
    });

    it('while it waits for a head: the connection goes', async () => {
      const aborting = new AbortController();
      const gone = deferred();
      const server = await httpServer((req) => {
        req.socket.once('close', () => gone.resolve());
        aborting.abort(reason);
      });
      const calls = meshOf([{ send: { to: endpoint(server.port) } }]);
      await assert.rejects(ask(mesh, '/', { signal: aborting.signal }), (error) => error === reason);
      await gone.promise;
      assert.deepEqual(calls[0]?.reports, [{ attached: true }, { requestSent: true }]);
    });

    it('in the middle of a body: the engine hears that the caller left', async () => {
      const gone = deferred();
      const server = await httpServer((req, res) => {
        req.socket.once('close', () => gone.resolve());
        res.write('begun');
      });
      const calls = meshOf([{ send: { to: endpoint(server.port) } }]);
      const { body } = await mesh.request({ origin: 'http://reviews', path: '/', method: 'GET' });
      body.on('error', () => {}).destroy(reason);
      await gone.promise;
      assert.deepEqual(calls[0]?.reports.at(-1), { ended: 'aborted', trailers: undefined });
      assert.equal(mesh.activeCalls, 0);
    });
  });

  it('breaks a response off when the engine gives it up, and tells whose attempt it was', async () => {
    const server = await httpServer((_req, res) => res.write('begun'));
    const to = endpoint(server.port);
    const calls = meshOf([{ send: { to } }]);
    const { body } = await mesh.request({ origin: 'http://reviews', path: '/', method: 'GET' });
    const text = body.text();
    calls[0]?.sends[0]?.onCancel?.();
    await assert.rejects(text, {
      code: 'INMESH_RESPONSE_TRUNCATED',
      cluster: 'outbound|80||scripted',
      endpoint: to.key,
      attempts: 1,
    });
  });

  it('takes a response with more than a hundred header lines for a broken one', async () => {
    const server = await httpServer((_req, res) => {
      for (let i = 0; i < 101; i++) res.setHeader(`x-${i}`, 'v');
      res.end();
    });
    const calls = meshOf([
      { send: { to: endpoint(server.port) } },
      { reply: { status: 502, headers: new HeaderMap() } },
    ]);
    assert.equal((await ask(mesh)).status, 502);
    assert.ok(calls[0]?.reports.some((report) => 'failed' in report && report.failed === 'protocolError'));
  });

  it('takes bytes that are no HTTP for a broken protocol', async () => {
    const server = await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')));
    const calls = meshOf([
      { send: { to: endpoint(server.port) } },
      { reply: { status: 502, headers: new HeaderMap() } },
    ]);
    assert.equal((await ask(mesh)).status, 502);
    assert.ok(calls[0]?.reports.some((report) => 'failed' in report && report.failed === 'protocolError'));
  });

  it('calls back in the async context of the caller, although connections are shared', async () => {
    const context = new AsyncLocalStorage<number>();
    const server = await httpServer((_req, res) => res.end('ok'));
    const contexts: (number | undefined)[] = [];
    meshOf([
      {
        send: {
          to: endpoint(server.port),
          respond() {
            contexts.push(context.getStore());
            return 'deliver';
          },
        },
      },
    ]);
    for (const number of [1, 2, 3]) await context.run(number, () => ask(mesh));
    assert.deepEqual(contexts, [1, 2, 3]);
    assert.equal(server.connections(), 1);
  });

  it('counts calls under way until their last byte, and waits for them when it closes', async () => {
    const held = deferred<() => void>();
    const server = await httpServer((_req, res) => {
      res.write('begun');
      held.resolve(() => res.end());
    });
    meshOf([{ send: { to: endpoint(server.port) } }]);
    const answer = ask(mesh);
    const finish = await held.promise;
    assert.equal(mesh.activeCalls, 1);
    const closed = mesh.close();
    await assert.rejects(ask(mesh), { code: 'INMESH_CLOSED' });
    finish();
    assert.equal((await answer).text, 'begun');
    await closed;
    assert.equal(mesh.activeCalls, 0);
  });

  it('answers 500 in place of a response that is larger than a filter may hold', async () => {
    const server = await httpServer((_req, res) => res.end(Buffer.alloc(1024 * 1024 + 1)));
    const { engine } = scriptedEngine([{ send: { to: endpoint(server.port) } }]);
    const hold = async (body: Uint8Array): Promise<{ status: number; body: Uint8Array }> => ({
      status: 200,
      body,
    });
    mesh = new MeshDispatcher({
      clock: realClock,
      engine: { ...engine, begin: (request) => Object.assign(engine.begin(request), { responseHold: hold }) },
    });
    assert.deepEqual(await ask(mesh), { status: 500, text: 'Internal Server Error' });
    assert.equal(mesh.activeCalls, 0);
  });

  it('lets a caller leave while a filter still holds the response that has arrived', async () => {
    const server = await httpServer((_req, res) => res.end('whole'));
    const { engine, calls } = scriptedEngine([{ send: { to: endpoint(server.port) } }]);
    const held = deferred();
    const hold = (): Promise<never> => {
      held.resolve();
      return new Promise(() => {});
    };
    mesh = new MeshDispatcher({
      clock: realClock,
      engine: { ...engine, begin: (request) => Object.assign(engine.begin(request), { responseHold: hold }) },
    });
    const leaving = new AbortController();
    const answer = ask(mesh, '/', { signal: leaving.signal });
    await held.promise;
    assert.equal(mesh.activeCalls, 1);
    leaving.abort(new Error('no longer wanted'));
    await assert.rejects(answer, /no longer wanted/);
    assert.equal(calls[0]?.cancelled, true);
    assert.equal(mesh.activeCalls, 0);
  });
});
