import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import https from 'node:https';
import net from 'node:net';
import type { Connect, Forward } from '@inmesh/engine';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { callRequest } from '../support/caller.js';
import { type Authority, createAuthority } from '../support/certificates.js';
import { realClock } from '../support/clock.js';
import { endpoint, scriptedEngine, settings, unlimited } from '../support/scripted-engine.js';
import { closeServers, httpServer, listen, rawServer, type TestServer } from '../support/servers.js';

describe('calls over byte streams', () => {
  let authority: Authority;
  let mesh: MeshDispatcher;
  before(async () => {
    authority = await createAuthority();
  });
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  /** Streams to these servers in turn, and what the engine hears of them. */
  function forwardTo(
    servers: readonly TestServer[],
    tunnel?: Connect['tunnel'],
  ): { forward: Forward; heard: string[] } {
    const heard: string[] = [];
    let turn = 0;
    const open: Forward['open'] = () => {
      const connectNext = (at = turn++ % servers.length): Connect => ({
        kind: 'connect',
        endpoint: endpoint(servers[at]?.port ?? 0),
        upstream: settings({}),
        tls: undefined,
        resources: unlimited,
        connected: () => void heard.push(`connected ${at}`),
        tunnel,
        failed: () => void heard.push(`failed ${at}`),
        closed: (sent) => void heard.push(`closed ${at}${sent > 0 ? '' : ' unused'}`),
      });
      return { next: () => connectNext(), wake: undefined, idleTimeoutMs: 0, cancel() {} };
    };
    return { forward: { kind: 'forward', key: 'shop', open }, heard };
  }

  async function ask(origin: string): Promise<string> {
    const { body } = await mesh.request({ origin, path: '/', method: 'GET' });
    return body.text();
  }

  const secureServer = async (name: string): Promise<TestServer> =>
    listen(https.createServer(await authority.issue('shop.test'), (_req, res) => res.end(name)));

  it('use a TLS connection again for calls that are led to its endpoint, each a stream of its own', async () => {
    const servers = [await secureServer('a'), await secureServer('b')];
    const { forward, heard } = forwardTo(servers);
    const { engine } = scriptedEngine([{ forward }]);
    mesh = new MeshDispatcher({ engine, clock: realClock, tls: { ca: authority.ca } });
    const answers: string[] = [];
    for (let i = 0; i < 6; i++) answers.push(await ask('https://shop.test'));
    assert.equal(answers.join(''), 'ababab');
    assert.deepEqual(
      servers.map((server) => server.connections()),
      [1, 1],
    );
    assert.deepEqual(heard.slice(0, 4), ['connected 0', 'closed 0', 'connected 1', 'closed 1']);
    assert.equal(heard.length, 12);
  });

  describe('through a tunnel', () => {
    const tunnel = { authority: 'shop.test:443', headerLines: ['x-from', 'here'] };

    /** A proxy that says this, and passes bytes on to the server. */
    const proxyTo = (server: TestServer, answer: string, asked: string[] = []): Promise<TestServer> =>
      rawServer((socket) => {
        socket.once('data', (head) => {
          asked.push(head.toString());
          const upstream = net.connect(server.port, '127.0.0.1');
          upstream.on('error', () => {}).pipe(socket);
          socket.write(answer);
          socket.pipe(upstream);
        });
      });

    it('begin once the proxy has opened it', async () => {
      const asked: string[] = [];
      const answer = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nvia: proxy\r\n\r\n';
      const proxy = await proxyTo(await secureServer('inside'), answer, asked);
      const { forward, heard } = forwardTo([proxy], tunnel);
      const { engine } = scriptedEngine([{ forward }]);
      mesh = new MeshDispatcher({ engine, clock: realClock, tls: { ca: authority.ca } });
      assert.equal(await ask('https://shop.test'), 'inside');
      assert.equal(asked[0], 'CONNECT shop.test:443 HTTP/1.1\r\nhost: shop.test:443\r\nx-from: here\r\n\r\n');
      assert.deepEqual(heard, ['connected 0', 'closed 0']);
    });

    it('carry whatever bytes, those that come with the answer included', async () => {
      const eager = await rawServer((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.0 200 OK\r\n\r\neager');
          socket.on('data', (chunk) => socket.write(`<${chunk}>`));
        });
      });
      const { forward } = forwardTo([eager], tunnel);
      const { engine } = scriptedEngine([{ forward }]);
      mesh = new MeshDispatcher({ engine, clock: realClock });
      const socket = await new Promise<net.Socket>((connected, refused) => {
        mesh.openStream(callRequest(), { connected, refused });
      });
      assert.equal(String((await once(socket, 'data'))[0]), 'eager');
      socket.write('hello');
      assert.equal(String((await once(socket, 'data'))[0]), '<hello>');
    });

    it('count as a failed connection where the proxy refuses', async () => {
      const refusing = await proxyTo(await secureServer('inside'), 'HTTP/1.1 403 No\r\n\r\n');
      const working = await proxyTo(await secureServer('inside'), 'HTTP/1.1 200 OK\r\n\r\n');
      const { forward, heard } = forwardTo([refusing, working], tunnel);
      const { engine } = scriptedEngine([{ forward }]);
      mesh = new MeshDispatcher({ engine, clock: realClock, tls: { ca: authority.ca } });
      assert.equal(await ask('https://shop.test'), 'inside');
      assert.deepEqual(heard, ['failed 0', 'connected 1', 'closed 1']);
    });
  });

  it('have a connection each in clear text', async () => {
    const server = await httpServer((_req, res) => res.end('plain'));
    const { forward } = forwardTo([server]);
    const { engine } = scriptedEngine([{ forward }]);
    mesh = new MeshDispatcher({ engine, clock: realClock });
    assert.equal(await ask('http://shop.test'), 'plain');
    assert.equal(await ask('http://shop.test'), 'plain');
    assert.equal(server.connections(), 2);
  });
});
