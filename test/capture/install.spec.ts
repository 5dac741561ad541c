import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CaptureKind } from '@inmesh/capture';
import type { Mesh, MeshOptions } from 'inmesh';
import type sinon from 'sinon';
import {
  type Behaviour,
  closeAll,
  meshOf,
  rules,
  service,
  type Upstream,
  type UpstreamOptions,
  upstream,
} from '../mesh/support.js';
import { clients, nodeClient } from './clients.js';
import { stubLookup } from './stub-lookup.js';

const url = 'http://reviews.test/reviews/0?x=1';

/** A promise that somebody else keeps. */
function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A mesh that has taken the process in, and what it leads to. */
async function installed(
  { behave, ...options }: UpstreamOptions & MeshOptions & { readonly behave?: Behaviour } = {},
  kinds?: readonly CaptureKind[],
): Promise<{ mesh: Mesh; seen: Upstream }> {
  const seen = await upstream('reviews', behave === undefined ? {} : { behave });
  const mesh = await meshOf(service('reviews.test', [seen]), options);
  mesh.install(kinds === undefined ? {} : { kinds });
  return { mesh, seen };
}

describe('a captured process', () => {
  /** No name of these tests is one: who asks for it has not been captured. */
  let lookup: sinon.SinonStub;
  beforeEach(() => {
    lookup = stubLookup();
  });
  afterEach(async () => {
    lookup.restore();
    await closeAll();
  });

  for (const [name, { call }] of Object.entries(clients)) {
    it(`takes in ${name}: path and body arrive as they were written`, async () => {
      const { seen } = await installed();
      assert.equal((await call(url)).status, 200);
      const { status, body } = await call(url, { body: 'hello' });
      assert.equal(status, 200);
      const { path, body: sent, authority } = JSON.parse(body);
      assert.deepEqual([path, sent, authority], ['/reviews/0?x=1', 'hello', 'reviews.test']);
      assert.equal(seen.requests.length, 2);
    });

    it(`leaves ${name} alone where no rule knows the host`, async () => {
      const stranger = await upstream('stranger');
      const { seen } = await installed();
      const { body } = await call(`http://127.0.0.1:${stranger.port}/`);
      assert.equal(JSON.parse(body).headers['x-request-id'], undefined, 'nobody touched it');
      assert.equal(seen.requests.length, 0);
    });

    it(`gives ${name} back by uninstall`, async () => {
      const { mesh } = await installed();
      mesh.uninstall();
      await assert.rejects(call(url));
    });
  }

  it('has no say over Agents of their own, unless that is asked for', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const { mesh } = await installed();
    await assert.rejects(nodeClient(agent)(url));
    mesh.install({ kinds: ['http-agents'] });
    assert.equal((await nodeClient(agent)(url)).status, 200);
    mesh.uninstall();
    agent.destroy();
    await assert.rejects(nodeClient(agent)(url));
  });

  it('sees the error of the system, as without a mesh', async () => {
    const { mesh, seen } = await installed({
      meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
    });
    await seen.close();
    const { status, body } = await nodeClient()(url);
    assert.equal(status, 503, 'known hosts are answered by the mesh');
    assert.match(body, /connection failure/);
    await assert.rejects(nodeClient()('http://stranger.test:81/'), { code: 'ECONNREFUSED' });
    assert.equal((await nodeClient()('http://stranger.test/')).status, 502);
    assert.ok(mesh);
  });

  it('looks up no name of a stranger under REGISTRY_ONLY', async () => {
    await installed({ meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } });
    lookup.resetHistory();
    for (const { call } of Object.values(clients)) {
      await call('http://stranger.test/').catch(() => {});
      await call('http://stranger.test:81/').catch(() => {});
      await call('https://stranger.test/').catch(() => {});
    }
    assert.equal(lookup.callCount, 0);
  });

  it('repeats a call with its body where the rule grants it', async () => {
    let calls = 0;
    const seen = await upstream('reviews', {
      behave(_request, response) {
        if (++calls > 1) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    const mesh = await meshOf(
      `${service('reviews.test', [seen])}${rules('reviews.test', '[{retries: {attempts: 2, retryOn: 5xx}, route: [{destination: {host: reviews.test}}]}]')}`,
      { retrySafety: 'istio' },
    );
    mesh.install();
    const { status, body } = await nodeClient()(url, 'once more');
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).body, 'once more');
    assert.equal(calls, 2);
  });

  it('tells the upstream when the application gives up', async () => {
    const left = deferred();
    const arrived = deferred();
    await installed({
      behave(request) {
        request.socket.once('close', left.resolve);
        arrived.resolve();
        return true;
      },
    });
    const request = http.get(url);
    request.on('error', () => {});
    await arrived.promise;
    request.destroy();
    await left.promise;
  });

  it("counts the application's own timeouts", async () => {
    await installed({ behave: () => true });
    const request = http.get(url, { timeout: 40 });
    await once(request, 'timeout');
    request.on('error', () => {}).destroy();
  });

  it('says 100 before a body is sent that waits for it', async () => {
    await installed();
    const request = http.request(url, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 2 },
    });
    request.flushHeaders();
    await once(request, 'continue');
    request.end('ok');
    const [response] = await once(request, 'response');
    assert.equal(JSON.parse(await text(response)).body, 'ok');
  });

  it('hands over a connection that both sides want to use otherwise', async () => {
    const server = http.createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.on('data', (chunk) => socket.write(`heard ${chunk}`)).on('end', () => socket.end());
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const mesh = await meshOf(service('reviews.test', [{ name: 'socket', port }]));
    mesh.install();
    const request = http.get(url, { headers: { connection: 'upgrade', upgrade: 'websocket' } });
    const [, socket] = await once(request, 'upgrade');
    socket.write('hello');
    assert.equal(String((await once(socket, 'data'))[0]), 'heard hello');
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('streams bodies of megabytes in both directions, with no length known', async () => {
    const { seen } = await installed({
      behave(_request, response, { body }) {
        response.end('y'.repeat(body.length));
        return true;
      },
    });
    const request = http.request(url, { method: 'POST' });
    const answer = once(request, 'response');
    for (let i = 0; i < 50; i++) if (!request.write('x'.repeat(100_000))) await once(request, 'drain');
    request.end();
    const [response] = await answer;
    assert.equal((await text(response)).length, 5_000_000);
    assert.equal(seen.requests.length, 1);
  });

  for (const connection of ['keep-alive', 'close'])
    it(`hears an answer that comes before the body is over, on a connection to ${connection}`, async () => {
      const server = net.createServer((socket) => {
        socket
          .on('error', () => {})
          .once('data', () => {
            socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno');
            socket.end();
          });
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const mesh = await meshOf(service('reviews.test', [{ name: 'early', port }]));
      mesh.install();
      const request = http.request(url, { method: 'POST', headers: { connection } });
      const failed: Error[] = [];
      request.on('error', (error) => failed.push(error));
      const answer = once(request, 'response');
      for (let i = 0; i < 50; i++) request.write('x'.repeat(100_000));
      request.end();
      const [response] = await answer;
      assert.equal(response.statusCode, 413);
      assert.equal(await text(response), 'no');
      if (!request.closed) await once(request, 'close');
      assert.deepEqual(failed, []);
      server.close();
    });

  it('keeps two hundred calls at once apart', async () => {
    await installed();
    const bodies = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const client = Object.values(clients)[i % Object.keys(clients).length];
        return JSON.parse((await client?.call(url, { body: `call ${i}` }))?.body ?? '').body;
      }),
    );
    assert.deepEqual(
      bodies,
      Array.from({ length: 200 }, (_, i) => `call ${i}`),
    );
  });

  it('carries what follows each request over connections that many requests share', async () => {
    const { mesh } = await installed();
    const idOf = async (id: string): Promise<string> =>
      await mesh.context.run({ headers: { 'x-request-id': id } }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return JSON.parse((await nodeClient()(url)).body).headers['x-request-id'];
      });
    for (let round = 0; round < 3; round++) {
      const ids = Array.from({ length: 20 }, (_, i) => `request-${round}-${i}`);
      assert.deepEqual(await Promise.all(ids.map(idOf)), ids);
    }
  });

  it('answers the calls under way when it is uninstalled, and takes no more', async () => {
    const arrived = deferred();
    const goOn = deferred();
    const { mesh, seen } = await installed({
      behave(request, response) {
        if (request.url === '/warm') return false;
        arrived.resolve();
        void goOn.promise.then(() => response.end('late, but whole'));
        return true;
      },
    });
    await nodeClient()('http://reviews.test/warm');
    const underWay = nodeClient()(url);
    await arrived.promise;
    mesh.uninstall();
    await assert.rejects(nodeClient()(url), { code: 'ENOTFOUND' });
    goOn.resolve();
    assert.equal((await underWay).body, 'late, but whole');
    assert.equal(seen.requests.length, 2);
  });

  it('is as it was after the mesh is closed', async () => {
    const slot = Symbol.for('undici.globalDispatcher.1');
    const before = (globalThis as { [slot]?: unknown })[slot];
    const { mesh } = await installed();
    assert.notEqual((globalThis as { [slot]?: unknown })[slot], before);
    await mesh.close();
    assert.equal((globalThis as { [slot]?: unknown })[slot], before);
    assert.equal(Object.hasOwn(http.globalAgent, 'createConnection'), false);
    assert.equal(Object.hasOwn(https.globalAgent, 'constructor'), false);
  });

  it('leaves in place who came after it, and stands aside', async () => {
    const { mesh } = await installed();
    const ours = http.globalAgent.createConnection;
    const wrapper = function (this: http.Agent, ...call: Parameters<typeof ours>) {
      return ours.apply(this, call);
    };
    http.globalAgent.createConnection = wrapper;
    mesh.uninstall();
    assert.equal(http.globalAgent.createConnection, wrapper);
    await assert.rejects(nodeClient()(url), { code: 'ENOTFOUND' });
    delete (http.globalAgent as Partial<http.Agent>).createConnection;
  });
});
