import { strict as assert } from 'node:assert';
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createMesh, type Mesh } from 'inmesh';

/** What the calls under test make, by the kinds that `async_hooks` knows. */
type Counts = ReadonlyMap<string, number>;

const calls = 50;

describe('what one call makes', () => {
  let server: Server;
  let mesh: Mesh;

  before(async () => {
    // No HTTP server: that has timers of its own.
    server = createServer((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'));
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    mesh = await createMesh({
      config: { yaml: rules((server.address() as AddressInfo).port) },
      accessLog: () => {},
    });
    // Connections, and all that is compiled on first use.
    for (let i = 0; i < 5; i++) await (await mesh.fetch('http://counted.test/')).text();
  });

  after(async () => {
    await mesh.close();
    server.close();
  });

  const dispatched = (done: () => void): void => {
    mesh.dispatcher.dispatch(
      { origin: 'http://counted.test', path: '/', method: 'GET' },
      {
        onConnect() {},
        onHeaders: () => true,
        onData: () => true,
        onComplete: done,
        onError: (error) => assert.fail(error),
      },
    );
  };
  const fetched = (done: () => void): void => {
    void mesh.fetch('http://counted.test/').then(done);
  };

  it('is no promise for a dispatched call', async () => {
    assert.equal((await countsOf(dispatched)).get('PROMISE') ?? 0, 0);
  });

  it('is two promises at most for a fetched head, of which the caller makes one', async () => {
    const promises = (await countsOf(fetched)).get('PROMISE') ?? 0;
    assert.ok(promises <= 2 * calls, `${promises} promises in ${calls} calls`);
  });

  it('is one promise more for a body that is read whole', async () => {
    const read = (done: () => void): void => {
      void mesh.fetch('http://counted.test/').then((response) => {
        void response.text().then(done);
      });
    };
    const promises = (await countsOf(read)).get('PROMISE') ?? 0;
    // Of these the caller makes two.
    assert.ok(promises <= 4 * calls, `${promises} promises in ${calls} calls`);
  });

  it('is no timer, though the rule has two timeouts and the connection one', async () => {
    for (const call of [dispatched, fetched]) {
      const timers = (await countsOf(call)).get('Timeout') ?? 0;
      // The wheel that holds all deadlines may turn meanwhile.
      assert.ok(timers <= calls / 10, `${timers} timers in ${calls} calls`);
    }
  });

  it('is no turn of the event loop, nor a job behind this one', async () => {
    for (const call of [dispatched, fetched]) {
      const counts = await countsOf(call);
      const immediates = (counts.get('Immediate') ?? 0) - (calls + 1); // those of this very test
      // A connection that stood still for ten milliseconds is looked at before it is used.
      assert.ok(immediates <= calls / 2, `${immediates} immediates in ${calls} calls`);
      assert.equal(counts.get('Microtask') ?? 0, 0);
    }
  });

  it('is no connection, once there is one', async () => {
    for (const call of [dispatched, fetched]) assert.equal((await countsOf(call)).get('TCPWRAP') ?? 0, 0);
  });
});

/** One call after the other, each begun in a turn of its own, by callbacks: what waits makes no promise here. */
function countsOf(call: (done: () => void) => void): Promise<Counts> {
  const counts = new Map<string, number>();
  // Others are at work in this process as well, the loader of this very file among them.
  const ours = new AsyncLocalStorage<true>();
  const hook = createHook({
    init(_id, type) {
      if (ours.getStore() === true) counts.set(type, (counts.get(type) ?? 0) + 1);
    },
  });
  return new Promise((resolve) => {
    let left = calls;
    const next = (): void => {
      if (left-- > 0) {
        call(() => setImmediate(next));
        return;
      }
      hook.disable();
      resolve(counts);
    };
    hook.enable();
    ours.run(true, next);
  });
}

const rules = (port: number): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: counted, namespace: default }
spec:
  hosts: [counted.test]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${port} } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: counted, namespace: default }
spec:
  hosts: [counted.test]
  http:
  - timeout: 5s
    retries: { attempts: 2, perTryTimeout: 2s, retryOn: 5xx }
    route: [{ destination: { host: counted.test } }]
`;
