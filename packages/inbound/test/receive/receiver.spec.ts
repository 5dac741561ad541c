import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ResourceView } from '@inmesh/engine';
import { Receiver, RequestContexts } from '../../src/index.js';

describe('a receiver where no rules apply', () => {
  let server: http.Server;
  let lookup: ReturnType<ResourceView['listener']>;
  let receiver: Receiver;
  beforeEach(async () => {
    lookup = undefined;
    const clock = { now: () => 0, setTimeout: () => assert.fail(), clearTimeout: () => {} };
    receiver = new Receiver({
      engine: { begin: () => assert.fail('no rules, no calls') },
      view: { listener: () => lookup } as unknown as ResourceView,
      clock: clock as never,
      contexts: new RequestContexts({ clock: clock as never, knows: () => true }),
    });
    server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const get = (path = '/'): http.ClientRequest => {
    const { port } = server.address() as AddressInfo;
    return http.get({ port, path, host: '127.0.0.1', agent: new http.Agent({ keepAlive: true }) });
  };
  const received = async (): Promise<[IncomingMessage, ServerResponse]> =>
    (await once(server, 'request')) as [IncomingMessage, ServerResponse];

  it('asks clients to connect anew while it drains', async () => {
    server.on('request', (request, response) => receiver.receive(request, response, () => response.end()));
    const [before] = (await once(get(), 'response')) as [IncomingMessage];
    await receiver.drain(0);
    const [after] = (await once(get(), 'response')) as [IncomingMessage];
    assert.deepEqual([before.headers.connection, after.headers.connection], ['keep-alive', 'close']);
  });

  it('waits for no request whose client left before it came', async () => {
    const client = get().on('error', () => {});
    const [request, response] = await received();
    client.destroy();
    await once(response, 'close');
    receiver.receive(request, response, () => {});
    assert.equal(receiver.active, 0);
  });

  it('serves nobody who left while rules were fetched', async () => {
    let fetched = (): void => {};
    const pending = new Promise<void>((resolve) => {
      fetched = resolve;
    });
    lookup = { pending };
    const served: string[] = [];
    const receive = async (path: string): Promise<[http.ClientRequest, ServerResponse]> => {
      const client = get(path).on('error', () => {});
      const [request, response] = await received();
      receiver.receive(request, response, () => served.push(path));
      return [client, response];
    };
    const [client, response] = await receive('/leaves');
    client.destroy();
    await once(response, 'close');
    await receive('/stays');
    lookup = undefined;
    fetched();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([served, receiver.active], [['/stays'], 1]);
  });
});
