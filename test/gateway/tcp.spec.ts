import { strict as assert } from 'node:assert';
import net, { type Socket } from 'node:net';
import { closeAll, gatewayRule, listen, RawClient, serviceRule, startEdge } from './support.js';

const tcpRoute = (service: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: bytes, namespace: default}
spec:
  hosts: ["*"]
  gateways: [edge]
  tcp:
  - route: [{destination: {host: ${service}.test}}]
---`;

describe('bytes through a gateway', () => {
  afterEach(closeAll);

  const startServer = (serve: (socket: Socket) => void): Promise<number> =>
    listen(net.createServer({ allowHalfOpen: true }, (socket) => serve(socket.on('error', () => {}))));
  const edgeTo = (port: number) =>
    startEdge(
      gatewayRule([{ port: 9000, protocol: 'TCP' }]) +
        serviceRule('raw', port, { protocol: 'TCP' }) +
        tcpRoute('raw'),
      { gatewayPorts: [9000] },
    );

  it('pass when the server speaks first', async () => {
    const port = await startServer((socket) => socket.end('hello'));
    const edge = await edgeTo(port);
    assert.equal(await new RawClient(edge.port(9000)).closed(), 'hello');
  });

  it('still come back when the client has ended its half', async () => {
    const port = await startServer((socket) => {
      let heard = '';
      socket.on('data', (chunk) => {
        heard += chunk;
      });
      socket.on('end', () => socket.end(`heard ${heard}`));
    });
    const edge = await edgeTo(port);
    const client = new RawClient(edge.port(9000)).write('all of it');
    client.socket.end();
    assert.equal(await client.closed(), 'heard all of it');
    while (edge.log.length === 0) await new Promise(setImmediate);
    assert.equal(edge.log[0]?.upstreamCluster, 'outbound|80||raw.test');
  });

  it('end with a word of the log where nobody takes them', async () => {
    const edge = await edgeTo(1);
    assert.equal(await new RawClient(edge.port(9000)).closed(), '');
    while (edge.log.length === 0) await new Promise(setImmediate);
    assert.deepEqual(edge.log[0]?.responseFlags, ['UF', 'URX']);
  });

  it('of a client that leaves are no longer held for the upstream', async () => {
    let closed: Promise<unknown> | undefined;
    const port = await startServer((socket) => {
      closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('end', () => socket.end()).resume();
    });
    const edge = await edgeTo(port);
    const client = new RawClient(edge.port(9000)).write('x');
    while (closed === undefined) await new Promise(setImmediate);
    client.socket.destroy();
    await closed;
  });
});
