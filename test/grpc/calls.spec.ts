import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import {
  CallCredentials,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  credentials,
  Metadata,
  type ServerUnaryCall,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { createMesh, type Mesh, type MeshOptions } from 'inmesh';
import { meshChannelFactory, meshInterceptor } from 'inmesh/grpc';
import {
  type Behaviour,
  clientOf,
  closeServers,
  grpcService,
  say,
  startServer,
  toBytes,
  toText,
} from './support.js';

let mesh: Mesh | undefined;
const host = 'echo.test';
const address = `${host}:9080`;

async function meshOf(yaml: string, options: MeshOptions = {}): Promise<Mesh> {
  mesh = await createMesh({ config: { yaml }, ...options });
  return mesh;
}

/** How a stream ended. Its error says the same, and is heard so that nobody else hears it. */
function endOf(call: ClientDuplexStream<string, string>): Promise<StatusObject> {
  call.on('error', () => {});
  return new Promise((resolve) => call.once('status', resolve));
}

/** Ends what a test has made. */
async function endAll(): Promise<void> {
  await closeServers();
  await mesh?.close({ graceMs: 0 });
  mesh = undefined;
}

/** The ways into the mesh: what holds for one of them holds for all. */
const ways: Readonly<Record<string, (mesh: Mesh) => ClientOptions>> = {
  meshInterceptor: (into) => ({ interceptors: [meshInterceptor(into)] }),
  'mesh.grpcChannel': (into) => ({ channelOverride: into.grpcChannel(address) }),
  meshChannelFactory: (into) => ({ channelFactoryOverride: meshChannelFactory(into) }),
};

for (const [way, optionsFor] of Object.entries(ways)) {
  describe(`a gRPC client by ${way}`, () => {
    afterEach(endAll);

    async function clientTo(behaviour: Behaviour = {}, options: MeshOptions = {}): Promise<Client> {
      const port = await startServer('one', behaviour);
      return clientOf(address, optionsFor(await meshOf(grpcService(host, [port]), options)));
    }

    it('makes a unary call', async () => {
      const { text, status: end } = await say(await clientTo(), 'hello');
      assert.equal(text, 'one: hello');
      assert.equal(end?.code, status.OK);
    });

    it('reads a server stream to its end', async () => {
      const client = await clientTo();
      const call = client.makeServerStreamRequest('/echo.Echo/Count', toBytes, toText, '3');
      assert.deepEqual(await call.toArray(), ['one 1', 'one 2', 'one 3']);
    });

    it('writes a client stream to its end', async () => {
      const client = await clientTo();
      const answer = new Promise((resolve, reject) => {
        const call = client.makeClientStreamRequest('/echo.Echo/Sum', toBytes, toText, (error, text) =>
          error ? reject(error) : resolve(text),
        );
        call.write('a');
        setImmediate(() => call.end('b'));
      });
      assert.equal(await answer, 'a+b');
    });

    it('talks in both directions at once', async () => {
      const client = await clientTo();
      const call = client.makeBidiStreamRequest('/echo.Echo/Chat', toBytes, toText);
      call.write('a');
      assert.deepEqual(await once(call, 'data'), ['one: a']);
      call.write('b');
      assert.deepEqual(await once(call, 'data'), ['one: b']);
      call.end();
      assert.equal((await endOf(call)).code, status.OK);
    });

    it('hands metadata both ways, binary and repeated ones too', async () => {
      const client = await clientTo({
        say: (call, answer) => {
          const back = new Metadata();
          for (const value of call.metadata.get('tag')) back.add('tag', value);
          back.add('raw-bin', call.metadata.get('raw-bin')[0] ?? '');
          call.sendMetadata(back);
          const trailer = new Metadata();
          trailer.add('last', 'word');
          answer(null, 'ok', trailer);
        },
      });
      const metadata = new Metadata();
      metadata.add('tag', 'a');
      metadata.add('tag', 'b');
      metadata.add('raw-bin', Buffer.from([0, 255, 10]));
      const { initial, status: end } = await say(client, 'x', { metadata });
      assert.deepEqual(initial?.get('tag'), ['a, b']);
      assert.deepEqual(initial?.get('raw-bin'), [Buffer.from([0, 255, 10])]);
      assert.deepEqual(end?.metadata.get('last'), ['word']);
    });

    it("ends with the server's status and its text, whatever letters that has", async () => {
      const client = await clientTo({
        say: (_call, answer) =>
          answer({ code: status.FAILED_PRECONDITION, details: 'zuerst Kaffee ☕ (100 %)' }),
      });
      const { error } = await say(client, 'x');
      assert.equal(error?.code, status.FAILED_PRECONDITION);
      assert.equal(error?.details, 'zuerst Kaffee ☕ (100 %)');
    });

    it('gives up at its deadline and tells the server', async () => {
      let cancelled = (): void => {};
      const told = new Promise<void>((resolve) => {
        cancelled = resolve;
      });
      const client = await clientTo({ say: (call) => call.on('cancelled', cancelled) });
      const { error } = await say(client, 'x', { deadline: Date.now() + 60 });
      // The deadline of the client and that of the mesh race each other; Envoy's answer is UNAVAILABLE.
      assert.ok(error?.code === status.DEADLINE_EXCEEDED || error?.code === status.UNAVAILABLE, `${error}`);
      await told;
    });

    it('ends at once where the deadline is over before the call begins', async () => {
      const client = await clientTo();
      const { error } = await say(client, 'x', { deadline: Date.now() - 1 });
      assert.equal(error?.code, status.DEADLINE_EXCEEDED);
    });

    it('is cancelled at the server when the application cancels', async () => {
      let cancelled = (): void => {};
      let arrived = (): void => {};
      const told = new Promise<void>((resolve) => {
        cancelled = resolve;
      });
      const began = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const client = await clientTo({
        chat: (call) => {
          call.on('cancelled', cancelled);
          arrived();
        },
      });
      const call = client.makeBidiStreamRequest('/echo.Echo/Chat', toBytes, toText);
      const end = endOf(call);
      await began;
      call.cancel();
      assert.equal((await end).code, status.CANCELLED);
      await told;
    });

    it('follows the rules: another subset for another caller', async () => {
      const [v1, v2] = await Promise.all([startServer('v1'), startServer('v2')]);
      const rules = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: echo, namespace: default}
spec:
  hosts: [${host}]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 9080, name: p, protocol: GRPC}]
  endpoints:
  - {address: 127.0.0.1, ports: {p: ${v1}}, labels: {version: v1}}
  - {address: 127.0.0.1, ports: {p: ${v2}}, labels: {version: v2}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: echo, namespace: default}
spec:
  host: ${host}
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: echo, namespace: default}
spec:
  hosts: [${host}]
  http:
  - match: [{uri: {prefix: /echo.Echo/}, headers: {tenant: {exact: gold}}}]
    route: [{destination: {host: ${host}, subset: v2}}]
  - route: [{destination: {host: ${host}, subset: v1}}]
`;
      const client = clientOf(address, optionsFor(await meshOf(rules)));
      const metadata = new Metadata();
      metadata.add('tenant', 'gold');
      assert.equal((await say(client, 'x', { metadata })).text, 'v2: x');
      assert.equal((await say(client, 'x')).text, 'v1: x');
    });

    for (const [retrySafety, code] of [
      ['strict', status.UNAVAILABLE],
      ['istio', status.OK],
    ] as const)
      it(`${code === status.OK ? 'repeats' : 'does not repeat'} what the server may have done, with retrySafety ${retrySafety}`, async () => {
        let calls = 0;
        const client = await clientTo(
          {
            say: (call, answer) =>
              ++calls === 1
                ? answer({ code: status.UNAVAILABLE, details: 'not now' })
                : answer(null, call.request),
          },
          { retrySafety },
        );
        assert.equal((await say(client, 'x')).status?.code, code);
        assert.equal(calls, code === status.OK ? 2 : 1);
      });

    it('carries messages of many megabytes, in both directions, without holding all of them', async () => {
      const client = await clientTo({
        chat: (call) => {
          call.on('data', (text: string) => call.write(String(text.length)));
          call.on('end', () => call.end());
        },
      });
      const call = client.makeBidiStreamRequest('/echo.Echo/Chat', toBytes, toText);
      const heard = call.toArray();
      for (let i = 0; i < 8; i++) if (!call.write('x'.repeat(3_000_000))) await once(call, 'drain');
      call.end();
      assert.deepEqual(await heard, Array(8).fill('3000000'));
    });

    it('stops a server that writes faster than the application reads', async () => {
      let written = 0;
      const client = await clientTo({
        count: (call) => {
          const more = (): void => {
            while (written < 1000) {
              written++;
              if (!call.write('x'.repeat(100_000))) break;
            }
            if (written < 1000) call.once('drain', more);
            else call.end();
          };
          more();
        },
      });
      const call = client.makeServerStreamRequest('/echo.Echo/Count', toBytes, toText, 'go');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = written;
      assert.ok(before < 600, `${before} of 1000 messages of 100 kB were taken unread`);
      assert.equal((await call.toArray()).length, 1000);
    });

    it('adds the metadata of call credentials, and ends with what they throw', async () => {
      const client = await clientTo({
        say: (call, answer) => answer(null, `${call.metadata.get('authorization')}`),
      });
      const token = CallCredentials.createFromMetadataGenerator((_options, done) => {
        const metadata = new Metadata();
        metadata.add('authorization', 'Bearer t');
        done(null, metadata);
      });
      assert.equal((await say(client, 'x', { credentials: token })).text, 'Bearer t');
      const broken = CallCredentials.createFromMetadataGenerator((_options, done) =>
        done(new Error('no token')),
      );
      assert.match((await say(client, 'x', { credentials: broken })).error?.details ?? '', /no token/);
    });

    it('is cancelled with the call that it is made for', async () => {
      let outer: (() => void) | undefined;
      const client = await clientTo({ say: () => {} });
      const parent = {
        getDeadline: () => Number.POSITIVE_INFINITY,
        on: (_: string, listener: () => void) => (outer = listener),
        off() {},
      };
      const call = say(client, 'x', {
        parent: parent as unknown as ServerUnaryCall<string, string>,
        propagate_flags: 0xffff,
      });
      setTimeout(() => outer?.(), 20);
      assert.equal((await call).error?.code, status.CANCELLED);
    });

    it('ends with UNAVAILABLE when the mesh is closed', async () => {
      const client = await clientTo();
      await mesh?.close();
      assert.equal((await say(client, 'x')).error?.code, status.UNAVAILABLE);
    });

    it('lets what the application throws in a callback reach the application', async () => {
      const client = await clientTo();
      const before = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      try {
        const thrown = once(process, 'uncaughtException');
        client.makeUnaryRequest('/echo.Echo/Say', toBytes, toText, 'x', () => {
          throw new Error('mine');
        });
        const [error] = await thrown;
        assert.equal(error.message, 'mine');
      } finally {
        for (const listener of before) process.on('uncaughtException', listener);
      }
      assert.equal((await say(client, 'again')).text, 'one: again');
    });

    it('ends with INTERNAL where a message cannot be written, or not be read', async () => {
      const client = await clientTo();
      const fails = (text: string) => (): never => {
        throw new Error(text);
      };
      const written = new Promise<{ code?: number; details?: string }>((resolve) =>
        client.makeUnaryRequest('/echo.Echo/Say', fails('no bytes'), toText, 'x', (error) =>
          resolve(error ?? {}),
        ),
      );
      assert.equal((await written).code, status.INTERNAL);
      const read = new Promise<{ code?: number; details?: string }>((resolve) =>
        client.makeUnaryRequest('/echo.Echo/Say', toBytes, fails('no text'), 'x', (error) =>
          resolve(error ?? {}),
        ),
      );
      const { code, details } = await read;
      assert.equal(code, status.INTERNAL);
      assert.match(details ?? '', /no text/);
    });
  });
}

describe('channels of the mesh', () => {
  afterEach(endAll);

  it('compress messages as the option of the channel says', async () => {
    const port = await startServer('one', {
      say: (call, answer) => answer(null, `${call.metadata.get('grpc-encoding')} ${call.request.length}`),
    });
    const into = await meshOf(grpcService(host, [port]));
    const client = clientOf(address, {
      'grpc.default_compression_algorithm': 2,
      channelFactoryOverride: meshChannelFactory(into),
    });
    assert.match((await say(client, 'x'.repeat(50_000))).text ?? '', / 50000$/);
  });

  it('refuse messages above the limits of the channel, in both directions', async () => {
    const port = await startServer('one');
    const into = await meshOf(grpcService(host, [port]));
    const client = clientOf(address, {
      'grpc.max_send_message_length': 100,
      'grpc.max_receive_message_length': 50,
      channelFactoryOverride: meshChannelFactory(into),
    });
    assert.equal((await say(client, 'x'.repeat(101))).error?.code, status.RESOURCE_EXHAUSTED);
    assert.equal((await say(client, 'x'.repeat(60))).error?.code, status.RESOURCE_EXHAUSTED);
    assert.equal((await say(client, 'x')).text, 'one: x');
  });

  it('are ready at once, and shut down when they are closed', async () => {
    const into = await meshOf('');
    const channel = into.grpcChannel('nowhere.test:1');
    assert.equal(channel.getConnectivityState(true), 2);
    channel.close();
    assert.equal(channel.getConnectivityState(false), 4);
    assert.throws(() => channel.createCall('/a/B', Number.POSITIVE_INFINITY, null, null, null), {
      code: 'INMESH_CLOSED',
    });
  });

  it('refuse an address that the mesh cannot route, with a code', async () => {
    const into = await meshOf('');
    assert.throws(() => into.grpcChannel('unix:/tmp/x'), { code: 'INMESH_GRPC_TARGET' });
  });
});

describe('an interceptor of the mesh', () => {
  afterEach(endAll);

  it('never sends in clear text what the application wanted encrypted', async () => {
    const port = await startServer('clear');
    const into = await meshOf(grpcService(host, [port]));
    const client = new Client(address, credentials.createSsl(), { interceptors: [meshInterceptor(into)] });
    const { error } = await say(client, 'x', { deadline: Date.now() + 2000 });
    client.close();
    assert.notEqual(error, undefined);
  });

  it('goes to the target that it is given', async () => {
    const port = await startServer('one');
    const into = await meshOf(grpcService(host, [port]));
    const interceptors = [meshInterceptor(into, { target: address, secure: false })];
    assert.equal((await say(clientOf('other.test:1', { interceptors }), 'x')).text, 'one: x');
  });
});
