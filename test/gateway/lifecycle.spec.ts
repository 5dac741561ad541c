import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { createGateway, createMesh } from 'inmesh';
import sinon from 'sinon';
import {
  closeAll,
  closeLater,
  gatewayRule,
  listen,
  plainRules,
  RawClient,
  routeRule,
  serviceRule,
  startEdge,
  startOrigin,
} from './support.js';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the life of a gateway', () => {
  afterEach(closeAll);

  it('opens and closes ports as Gateways come and go, and leaves the others alone', async () => {
    const origin = await startOrigin();
    const rest = serviceRule('shop', origin.port) + routeRule('shop');
    const edge = await startEdge(gatewayRule([{ port: 80 }]) + rest, { gatewayPorts: [80, 81] });
    const standing = new RawClient(edge.port()).write(get);
    await standing.until((got) => got.includes('shop'));

    const opened = new Promise<unknown>((resolve) => edge.gateway.events.once('changed', resolve));
    await edge.update(gatewayRule([{ port: 80 }, { port: 81 }]) + rest);
    await opened;
    const other = new RawClient(edge.port(81)).write(get);
    await other.until((got) => got.includes('shop'));

    const port = edge.port(81);
    await edge.update(gatewayRule([{ port: 80 }]) + rest);
    await other.closed();
    assert.deepEqual(
      edge.gateway.listeners().map(({ gatewayPort }) => gatewayPort),
      [80],
    );
    await assert.rejects(once(net.connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
    standing.write(get);
    await standing.until((got) => got.split('shop').length > 2);
  });

  it('routes by new rules on connections that stand', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port, 'match: [{uri: {prefix: /old}}]'));
    const client = new RawClient(edge.port()).write(get);
    await client.until((got) => got.includes('404'));
    await edge.update(plainRules(origin.port));
    client.write(get);
    assert.match(await client.until((got) => got.includes('shop')), /404.*200/s);
  });

  it('says which port is taken and where the rules ask for it, and serves the others', async () => {
    const taken = await listen(net.createServer());
    const origin = await startOrigin();
    const rules =
      gatewayRule([{ port: 80 }, { port: 81 }]) + serviceRule('shop', origin.port) + routeRule('shop');
    const edge = await startEdge(rules, { gatewayPorts: [80], ports: { 80: 0, 81: taken } });
    const [finding] = edge.gateway.findings();
    assert.match(
      String(finding?.reason),
      new RegExp(`nobody listens on 127.0.0.1:${taken}: the port is taken`),
    );
    assert.equal(finding?.path, 'spec.servers[1].port');
    const client = new RawClient(edge.port(80)).write(get);
    assert.match(await client.until((got) => got.includes('shop')), /200/);
  });

  it('lets requests end when it closes, says so on the connection, and takes no more', async () => {
    let answer = (): void => {};
    const origin = await startOrigin((_request, response) => {
      answer = () => response.end('late');
    });
    const edge = await startEdge(plainRules(origin.port));
    const port = edge.port();
    const idle = new RawClient(port);
    await once(idle.socket, 'connect');
    const busy = new RawClient(port).write(get);
    const session = http2.connect(`http://127.0.0.1:${port}`);
    closeLater(() => session.destroy());
    await once(session, 'remoteSettings');
    const goodbye = once(session, 'goaway');
    while (origin.requests.length === 0) await new Promise(setImmediate);
    const closing = edge.gateway.close({ graceMs: 5_000 });
    await goodbye;
    await assert.rejects(once(net.connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
    answer();
    assert.match(await busy.closed(), /200 OK.*connection: close.*late/s);
    idle.socket.destroy();
    await closing;
    assert.equal(edge.gateway.connections, 0);
  });

  it('ends with its mesh, and before it: what is under way still gets its answer', async () => {
    let answer = (): void => {};
    const origin = await startOrigin((_request, response) => {
      answer = () => response.end('late');
    });
    const edge = await startEdge(plainRules(origin.port));
    const busy = new RawClient(edge.port()).write(get);
    while (origin.requests.length === 0) await new Promise(setImmediate);
    const closing = edge.mesh.close({ graceMs: 5_000 });
    setImmediate(() => answer());
    assert.match(await busy.closed(), /200 OK.*late/s);
    await closing;
    assert.equal(edge.gateway.connections, 0);
  });

  it('breaks off what does not end within the grace', async () => {
    const origin = await startOrigin(() => {});
    const edge = await startEdge(plainRules(origin.port));
    const busy = new RawClient(edge.port()).write(get);
    while (origin.requests.length === 0) await new Promise(setImmediate);
    await edge.gateway.close({ graceMs: 30 });
    assert.equal(await busy.closed(), '');
  });

  it('turns connections away beyond the limit', async () => {
    const edge = await startEdge(plainRules(1), { limits: { maxConnections: 2 } });
    const [first, second] = [new RawClient(edge.port()), new RawClient(edge.port())];
    await Promise.all([once(first.socket, 'connect'), once(second.socket, 'connect')]);
    while (edge.gateway.connections < 2) await new Promise(setImmediate);
    assert.equal(await new RawClient(edge.port()).closed(), '');
    assert.equal(first.isClosed || second.isClosed, false);
  });

  it('is not taken for the services that share its machine', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port), {
      mesh: { workload: { type: 'router', labels: { app: 'edge' } } },
    });
    const client = new RawClient(edge.port(80)).write(get);
    assert.match(await client.until((got) => got.includes('shop')), /200 OK/);
  });

  it('tries a port again that was taken', async () => {
    const blocker = net.createServer();
    const port = await listen(blocker);
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const edge = await startEdge(plainRules(1), { ports: { 80: port } });
      assert.equal(edge.gateway.findings().length, 1);
      await new Promise((resolve) => blocker.close(resolve));
      const changed = new Promise<unknown>((resolve) => edge.gateway.events.once('changed', resolve));
      clock.tick(5_000);
      await changed;
      assert.deepEqual(edge.gateway.findings(), []);
    } finally {
      clock.restore();
    }
  });

  it('wants a mesh of a gateway', async () => {
    const mesh = await createMesh({ config: { yaml: '' } });
    closeLater(() => mesh.close());
    await assert.rejects(createGateway(mesh), /type: 'router'/);
  });
});
