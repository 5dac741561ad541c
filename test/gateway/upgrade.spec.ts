import { strict as assert } from 'node:assert';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { closeAll, listen, plainRules, RawClient, startEdge, startOrigin, statusesIn } from './support.js';

const handshake =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n';

describe('upgrades at a gateway', () => {
  afterEach(closeAll);

  /** Takes every handshake and says back what it hears. */
  const startEcho = async (taken: (socket: Duplex, head: Buffer) => void = () => {}): Promise<number> => {
    const server = http.createServer();
    server.on('upgrade', (_request, socket: Duplex, head: Buffer) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      taken(socket, head);
      socket.pipe(socket);
    });
    return listen(server);
  };

  it('join both sides after a 101, what was said too early included', async () => {
    const edge = await startEdge(plainRules(await startEcho()));
    const client = new RawClient(edge.port()).write(`${handshake}early;`);
    await client.until((got) => got.includes('early;'));
    client.write('later;');
    const heard = await client.until((got) => got.includes('later;'));
    assert.match(heard, /^HTTP\/1\.1 101/);
    assert.match(heard, /upgrade: websocket/);
  });

  it('end on both sides when one leaves, and log who left', async () => {
    let upstreamClosed: Promise<void> | undefined;
    const port = await startEcho((socket) => {
      upstreamClosed = new Promise((resolve) => socket.once('close', () => resolve()));
    });
    const edge = await startEdge(plainRules(port));
    const client = new RawClient(edge.port()).write(handshake);
    await client.until((got) => got.includes('101'));
    client.socket.destroy();
    await upstreamClosed;
    while (edge.log.length === 0) await new Promise(setImmediate);
    assert.deepEqual(edge.log[0]?.responseFlags, ['DC']);
  });

  it('are refused where the upstream answers like to any request', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port));
    const answer = await new RawClient(edge.port()).write(handshake).closed();
    assert.deepEqual(statusesIn(answer), [200]);
  });

  it('are for websocket alone', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port));
    const answer = await new RawClient(edge.port()).write(handshake.replace('websocket', 'ssh')).closed();
    assert.deepEqual(statusesIn(answer), [403]);
    assert.equal(edge.log[0]?.responseCodeDetails, 'upgrade_failed');
  });

  it('to HTTP/2 are not taken up: the request is served, its body included, and the next one too', async () => {
    const origin = await startOrigin((request, response) => {
      void text(request).then((body) => response.end(`got ${body};`));
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port()).write(
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n' +
        'Content-Length: 4\r\n\r\nbodyGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    const answers = await client.until((got) => got.includes('got ;'));
    assert.deepEqual(statusesIn(answers), [200, 200]);
    assert.match(answers, /got body;/);
    assert.equal(origin.requests[0]?.headers.upgrade, undefined);
    assert.equal(origin.requests[0]?.headers['http2-settings'], undefined);
  });

  it('by CONNECT lead nowhere', async () => {
    const edge = await startEdge(plainRules(1));
    const answer = await new RawClient(edge.port())
      .write('CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n')
      .closed();
    assert.deepEqual(statusesIn(answer), [404]);
  });
});
