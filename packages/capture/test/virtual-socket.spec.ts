import { strict as assert } from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import sinon from 'sinon';
import { socketPair } from '../src/sidecar/virtual-socket.js';

describe('a pair of virtual sockets', () => {
  it('carries bytes both ways, and counts them', async () => {
    const [client, server] = socketPair();
    client.write('ping');
    assert.equal(String((await once(server, 'data'))[0]), 'ping');
    server.end('pong!');
    assert.equal(await text(client), 'pong!');
    assert.deepEqual([client.bytesWritten, client.bytesRead], [4, 5]);
    assert.deepEqual([server.bytesWritten, server.bytesRead], [5, 4]);
  });

  it('holds back a writer whose peer does not read', async () => {
    const [client, server] = socketPair();
    const chunk = Buffer.alloc(64 * 1024);
    let taken = 0;
    for (let i = 0; i < 32; i++) client.write(chunk, () => taken++);
    await new Promise(setImmediate);
    assert.ok(taken <= 2, `${taken} chunks were taken unread`);
    client.end();
    assert.equal((await buffer(server)).length, 32 * chunk.length);
    assert.equal(taken, 32);
  });

  it('closes the side of a client that hears the end, as net does, and not that of a server', async () => {
    const [client, server] = socketPair();
    client.end();
    server.resume();
    await once(server, 'end');
    assert.equal(server.writable, true);
    server.end();
    client.resume();
    await once(client, 'close');
  });

  it('lets a slow reader read what was said before a peer left that had said all', async () => {
    const [client, server] = socketPair();
    server.write('x'.repeat(10_000));
    server.destroySoon();
    await once(server, 'close');
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    assert.equal(client.destroyed, false);
    assert.equal((await text(client)).length, 10_000);
  });

  it('breaks off at once where the peer leaves in the middle', async () => {
    const [client, server] = socketPair();
    client.write('half of');
    client.destroy();
    await once(server, 'close');
    assert.equal(server.destroyed, true);
  });

  it('refuses to write to somebody who is gone', async () => {
    const [client, server] = socketPair();
    server.destroy();
    const failed = once(client, 'error');
    client.write('hello?');
    assert.equal((await failed)[0].code, 'EPIPE');
  });

  it('tells a peer why there will be no answer', async () => {
    const [client, server] = socketPair();
    const failed = once(client, 'error');
    server.failPeer(Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' }));
    assert.equal((await failed)[0].code, 'ECONNREFUSED');
    assert.equal(server.destroyed, true);
  });

  it('knows in whose context its peer wrote last', () => {
    const caller = new AsyncLocalStorage<string>();
    const [client, server] = socketPair();
    caller.run('first', () => client.write('head'));
    server.takeWriter();
    caller.run('first', () => client.write('rest of its body'));
    caller.run('second', () => client.write('head'));
    assert.equal(
      server.takeWriter()?.runInAsyncScope(() => caller.getStore()),
      'second',
    );
    assert.equal(server.takeWriter(), undefined);
  });

  describe('that counts idleness', () => {
    let clock: sinon.SinonFakeTimers;
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.restore());

    it('tells a timeout after the last byte in either direction, and only then', () => {
      const [client, server] = socketPair();
      const idle = sinon.spy();
      client.setTimeout(100, idle);
      clock.tick(99);
      server.write('x');
      clock.tick(99);
      sinon.assert.notCalled(idle);
      clock.tick(1);
      sinon.assert.calledOnce(idle);
    });

    it('forgets it with the connection', () => {
      const [client] = socketPair();
      const idle = sinon.spy();
      client.setTimeout(100, idle).destroy();
      clock.tick(1000);
      sinon.assert.notCalled(idle);
      assert.equal(clock.countTimers(), 0);
    });
  });
});
