import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import type { Clock } from '@inmesh/engine';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { ask, deferred } from '../support/caller.js';
import { realClock } from '../support/clock.js';
import {
  endpoint,
  limits,
  type ScriptedCall,
  type SendScript,
  scriptedEngine,
  settings,
} from '../support/scripted-engine.js';
import { closeServers, httpServer, rawServer } from '../support/servers.js';

describe('the pool of an endpoint', () => {
  let mesh: MeshDispatcher;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshTo = (send: SendScript, clock: Clock = realClock): ScriptedCall[] => {
    const { engine, calls } = scriptedEngine([{ send }, { reply: {} }]);
    mesh = new MeshDispatcher({ engine, clock });
    return calls;
  };

  it('reuses the connection that was freed last', async () => {
    const held: ServerResponse[] = [];
    const both = deferred();
    const seen: (number | undefined)[] = [];
    const server = await httpServer((req, res) => {
      seen.push(req.socket.remotePort);
      if (req.url !== '/hold') {
        res.end();
        return;
      }
      held.push(res);
      if (held.length === 2) both.resolve();
    });
    meshTo({ to: endpoint(server.port) });
    const [first, second] = [ask(mesh, '/hold'), ask(mesh, '/hold')];
    await both.promise;
    held[0]?.end();
    await first;
    held[1]?.end();
    await second;
    await ask(mesh);
    assert.equal(server.connections(), 2);
    assert.equal(seen[2], seen[1], 'the one that was freed last');
  });

  it('keeps requests in line while connections are at their limit, and serves them in order', async () => {
    const held: ServerResponse[] = [];
    const order: string[] = [];
    const first = deferred();
    const server = await httpServer((req, res) => {
      order.push(req.url ?? '');
      if (req.url === '/0') {
        held.push(res);
        first.resolve();
      } else {
        res.end();
      }
    });
    const resources = limits(1, 10);
    meshTo({ to: endpoint(server.port), resources });
    const answers = ['/0', '/1', '/2'].map((path) => ask(mesh, path));
    await first.promise;
    assert.equal(resources.connections.count, 1);
    assert.equal(resources.pendingRequests.count, 2);
    held[0]?.end();
    await Promise.all(answers);
    assert.deepEqual(order, ['/0', '/1', '/2']);
    assert.equal(server.connections(), 1);
    assert.equal(resources.pendingRequests.count, 0);
  });

  it('opens a first connection even where the cluster has as many as it may', async () => {
    const server = await httpServer((_req, res) => res.end('in'));
    const resources = limits(0, 1);
    meshTo({ to: endpoint(server.port), resources });
    assert.equal((await ask(mesh)).text, 'in');
    assert.equal(resources.connections.count, 1);
  });

  it('overflows where nobody may wait, idle connections or not', async () => {
    const server = await httpServer((_req, res) => res.end());
    const calls = meshTo({ to: endpoint(server.port), resources: limits(1, 0) });
    await ask(mesh).catch(() => {});
    assert.deepEqual(calls[0]?.reports, [{ failed: 'overflow', sent: 'nothing', cause: undefined }]);
    assert.equal(server.connections(), 0);
  });

  it('does not send what the engine refuses at the last moment', async () => {
    const server = await httpServer((_req, res) => res.end());
    let allowed = true;
    const calls = meshTo({ to: endpoint(server.port), attach: () => allowed });
    await ask(mesh);
    allowed = false;
    await ask(mesh).catch(() => {});
    assert.deepEqual(calls[1]?.reports, [{ failed: 'overflow', sent: 'nothing', cause: undefined }]);
    allowed = true;
    await ask(mesh);
    assert.equal(server.connections(), 1, 'the connection is as good as before');
  });

  it('fails everybody in line when a connection fails to open', async () => {
    const resources = limits(1, 10);
    const calls = meshTo({ to: endpoint(1), resources });
    await Promise.allSettled([ask(mesh, '/0'), ask(mesh, '/1'), ask(mesh, '/2')]);
    for (const { reports } of calls) {
      const cause = 'delayed connect error: Connection refused';
      assert.deepEqual(reports, [{ failed: 'remoteConnectionFailure', sent: 'nothing', cause }]);
    }
    assert.deepEqual([resources.connections.count, resources.pendingRequests.count], [0, 0]);
  });

  it('gives up a handshake that takes longer than the connect timeout', async () => {
    const timers: { callback: () => void; delayMs: number }[] = [];
    const clock: Clock = {
      now: () => 0,
      setTimeout: (callback, delayMs) => timers.push({ callback, delayMs }),
      clearTimeout() {},
    };
    const silent = await rawServer(() => timers.at(-1)?.callback());
    const tls = {
      sni: undefined,
      alpn: [],
      ca: 'none',
      certificate: undefined,
      subjectAltNames: [],
      verifyName: undefined,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: [],
      crl: undefined,
      missingSecret: undefined,
    } as const;
    const calls = meshTo({ to: endpoint(silent.port), tls, upstream: { connectTimeoutMs: 777 } }, clock);
    await ask(mesh).catch(() => {});
    assert.equal(timers[0]?.delayMs, 777);
    assert.deepEqual(calls[0]?.reports, [
      { failed: 'connectionTimeout', sent: 'nothing', cause: 'connection timeout' },
    ]);
  });

  it('closes a connection after the last request that it may carry, and says so', async () => {
    const said: (string | undefined)[] = [];
    const server = await httpServer((req, res) => {
      said.push(req.headers.connection);
      res.end();
    });
    meshTo({ to: endpoint(server.port), upstream: { maxRequestsPerConnection: 2 } });
    for (let i = 0; i < 4; i++) await ask(mesh);
    assert.equal(server.connections(), 2);
    assert.deepEqual(said, ['keep-alive', 'close', 'keep-alive', 'close']);
  });

  it('carries on elsewhere when an idle connection has died unnoticed', async () => {
    const server = await httpServer((_req, res) => res.end('ok'));
    let now = 0;
    const calls = meshTo({ to: endpoint(server.port) }, { ...realClock, now: () => now });
    await ask(mesh);
    now += 1_000;
    for (const socket of server.sockets) socket.destroy();
    const answer = await ask(mesh);
    assert.deepEqual(calls[1]?.reports.at(-1), { ended: 'complete', trailers: undefined });
    assert.equal(answer.text, 'ok');
    assert.equal(server.connections(), 2);
    assert.deepEqual(calls[1]?.reports.at(-1), { ended: 'complete', trailers: undefined });
  });

  it('goes before the server does: a hint of one second leaves no time to reuse', async () => {
    const server = await httpServer((_req, res) => res.setHeader('keep-alive', 'timeout=1').end());
    meshTo({ to: endpoint(server.port) });
    await ask(mesh);
    await ask(mesh);
    assert.equal(server.connections(), 2);
  });

  it('never shares a connection across definitions of the cluster', async () => {
    const server = await httpServer((_req, res) => res.end());
    const to = endpoint(server.port);
    const definitions = [settings({}), settings({ clusterName: 'another definition' })];
    let next = 0;
    const { engine } = scriptedEngine([]);
    mesh = new MeshDispatcher({
      clock: realClock,
      engine: {
        ...engine,
        begin: (request) =>
          scriptedEngine([{ send: { to, upstream: definitions[next++ % 2]! } }]).engine.begin(request),
      },
    });
    for (let i = 0; i < 4; i++) await ask(mesh);
    assert.equal(server.connections(), 2);
  });

  it('closes idle connections when the endpoint leaves, and busy ones when they are done', async () => {
    const held = deferred<ServerResponse>();
    const server = await httpServer((req, res) => {
      if (req.url === '/hold') held.resolve(res);
      else res.end();
    });
    const to = endpoint(server.port);
    meshTo({ to });
    const busy = ask(mesh, '/hold');
    const response = await held.promise;
    await ask(mesh);
    assert.equal(server.sockets.size, 2);
    const [busySocket, idleSocket] = [...server.sockets];
    const closed = new Promise((resolve) => idleSocket?.once('close', resolve));
    to.state.onGone?.();
    await closed;
    assert.equal(busySocket?.destroyed, false);
    response.end('done');
    assert.equal((await busy).text, 'done');
    await new Promise((resolve) => busySocket?.once('close', resolve));
  });
});
