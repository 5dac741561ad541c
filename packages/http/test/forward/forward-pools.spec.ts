import { strict as assert } from 'node:assert';
import https from 'node:https';
import type { Connect, Forward } from '@inmesh/engine';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { type Authority, createAuthority } from '../support/certificates.js';
import { realClock } from '../support/clock.js';
import { endpoint, scriptedEngine, settings, unlimited } from '../support/scripted-engine.js';
import { closeServers, httpServer, listen, type TestServer } from '../support/servers.js';

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
  function forwardTo(servers: readonly TestServer[]): { forward: Forward; heard: string[] } {
    const heard: string[] = [];
    let turn = 0;
    const open: Forward['open'] = () => {
      const at = turn++ % servers.length;
      const connect: Connect = {
        kind: 'connect',
        endpoint: endpoint(servers[at]?.port ?? 0),
        upstream: settings({}),
        tls: undefined,
        resources: unlimited,
        connected: () => void heard.push(`connected ${at}`),
        failed: () => void heard.push(`failed ${at}`),
        closed: (sent) => void heard.push(`closed ${at}${sent > 0 ? '' : ' unused'}`),
      };
      return { next: () => connect, wake: undefined, idleTimeoutMs: 0, cancel() {} };
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
