import { strict as assert } from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventEmitter, once } from 'node:events';
import { Client, type ClientOptions, credentials, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { createMesh, type Mesh } from 'inmesh';
import { meshChannelFactory, meshInterceptor } from 'inmesh/grpc';
import {
  deserialize,
  type Message,
  methods,
  serialize,
  startFlagServer,
  startInteropServer,
} from './interop-server.js';
import { grpcService } from './support.js';

const address = 'interop.test:9080';
const noCompress = 2;

const ways: Readonly<Record<string, (mesh: Mesh) => ClientOptions>> = {
  meshInterceptor: (mesh) => ({ interceptors: [meshInterceptor(mesh)] }),
  meshChannelFactory: (mesh) => ({ channelFactoryOverride: meshChannelFactory(mesh) }),
};

interface Answered {
  readonly error: { readonly code: number; readonly details: string } | null;
  readonly message: Message | undefined;
  readonly initial: Metadata | undefined;
  readonly end: StatusObject;
}

/** How a call ends. Its error says the same. */
function statusOf(call: EventEmitter): Promise<StatusObject> {
  return new Promise((resolve) => call.once('status', resolve));
}

/** A call with one message in each direction, with everything that comes back. */
async function unary(
  client: Client,
  path: string,
  message: Message,
  metadata = new Metadata(),
): Promise<Answered> {
  let initial: Metadata | undefined;
  let answer: Pick<Answered, 'error' | 'message'> | undefined;
  const call = client.makeUnaryRequest(path, serialize, deserialize, message, metadata, (error, received) => {
    answer = { error, message: received };
  });
  call.on('metadata', (received) => {
    initial = received;
  });
  const end = await statusOf(call);
  while (answer === undefined) await new Promise(setImmediate);
  return { ...answer, initial, end };
}

for (const [way, optionsFor] of Object.entries(ways))
  describe(`the gRPC project's cases, by ${way}`, () => {
    let server: Awaited<ReturnType<typeof startInteropServer>>;
    let mesh: Mesh;
    let client: Client;
    before(async () => {
      server = await startInteropServer();
      mesh = await createMesh({ config: { yaml: grpcService('interop.test', [server.port]) } });
      client = new Client(address, credentials.createInsecure(), optionsFor(mesh));
    });
    after(async () => {
      client.close();
      await mesh.close({ graceMs: 0 });
      server.close();
    });

    const { UnaryCall, EmptyCall, StreamingInputCall, StreamingOutputCall, FullDuplexCall } = methods;
    const duplex = (metadata = new Metadata(), options = {}) => {
      const call = client.makeBidiStreamRequest(
        FullDuplexCall.path,
        serialize,
        deserialize,
        metadata,
        options,
      );
      call.on('error', () => {}); // told by the status as well
      return call;
    };
    const inputs = [27_182, 8, 1828, 45_904];
    const outputs = [31_415, 9, 2653, 58_979];

    it('empty_unary', async () => {
      const { error, message } = await unary(client, EmptyCall.path, {});
      assert.deepEqual([error, message], [null, {}]);
    });

    it('large_unary', async () => {
      const payload = 'x'.repeat(271_828);
      const { message } = await unary(client, UnaryCall.path, { payload, sizes: [314_159] });
      assert.equal(message?.payload?.length, 314_159);
    });

    it('client_streaming', async () => {
      const answer = new Promise<Message | undefined>((resolve, reject) => {
        const call = client.makeClientStreamRequest(
          StreamingInputCall.path,
          serialize,
          deserialize,
          (error, message) => (error ? reject(error) : resolve(message)),
        );
        for (const size of inputs) call.write({ payload: 'x'.repeat(size) });
        call.end();
      });
      assert.equal((await answer)?.aggregated, 74_922);
    });

    it('server_streaming', async () => {
      const call = client.makeServerStreamRequest(StreamingOutputCall.path, serialize, deserialize, {
        sizes: outputs,
      });
      const end = statusOf(call);
      const messages: Message[] = await call.toArray();
      assert.deepEqual(
        messages.map(({ payload }) => payload?.length),
        outputs,
      );
      assert.equal((await end).code, status.OK);
    });

    it('ping_pong', async () => {
      const call = duplex();
      const end = statusOf(call);
      for (const [i, size] of outputs.entries()) {
        call.write({ payload: 'x'.repeat(inputs[i] ?? 0), sizes: [size] });
        const [{ payload }] = await once(call, 'data');
        assert.equal(payload.length, size);
      }
      call.end();
      assert.equal((await end).code, status.OK);
    });

    it('empty_stream', async () => {
      const call = duplex();
      const end = statusOf(call);
      call.end();
      assert.deepEqual(await call.toArray(), []);
      assert.equal((await end).code, status.OK);
    });

    it('custom_metadata', async () => {
      const metadata = new Metadata();
      const binary = Buffer.from([0xab, 0xab, 0xab]);
      metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
      metadata.set('x-grpc-test-echo-trailing-bin', binary);
      const echoed = (initial: Metadata | undefined, end: StatusObject) => [
        initial?.get('x-grpc-test-echo-initial'),
        end.metadata.get('x-grpc-test-echo-trailing-bin'),
      ];
      const expected = [['test_initial_metadata_value'], [binary]];
      const { initial, end } = await unary(client, UnaryCall.path, { sizes: [1] }, metadata);
      assert.deepEqual(echoed(initial, end), expected);
      const call = duplex(metadata);
      const ended = statusOf(call);
      const began = once(call, 'metadata');
      call.end({ sizes: [1] });
      call.resume();
      assert.deepEqual(echoed((await began)[0], await ended), expected);
    });

    for (const [name, details] of [
      ['status_code_and_message', 'test status message'],
      ['special_status_message', '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n'],
    ] as const)
      it(name, async () => {
        const end = { code: status.UNKNOWN, details };
        const { error } = await unary(client, UnaryCall.path, { end });
        assert.deepEqual([error?.code, error?.details], [status.UNKNOWN, details]);
        const call = duplex();
        const ended = statusOf(call);
        call.resume().end({ end });
        const { code, details: told } = await ended;
        assert.deepEqual([code, told], [status.UNKNOWN, details]);
      });

    it('unimplemented_method and unimplemented_service', async () => {
      for (const path of [
        '/grpc.testing.TestService/UnimplementedCall',
        '/grpc.testing.Unimplemented/Call',
      ]) {
        const { error } = await unary(client, path, {});
        assert.equal(error?.code, status.UNIMPLEMENTED);
      }
    });

    it('cancel_after_begin', async () => {
      const code = new Promise((resolve) => {
        const call = client.makeClientStreamRequest(
          StreamingInputCall.path,
          serialize,
          deserialize,
          (error) => resolve(error?.code),
        );
        call.cancel();
      });
      assert.equal(await code, status.CANCELLED);
    });

    it('cancel_after_first_response', async () => {
      const call = duplex();
      const end = statusOf(call);
      call.write({ sizes: [31_415] });
      await once(call, 'data');
      call.cancel();
      assert.equal((await end).code, status.CANCELLED);
    });

    it('timeout_on_sleeping_server', async () => {
      const call = duplex(new Metadata(), { deadline: Date.now() + 5 });
      const end = statusOf(call);
      call.write({ payload: 'x'.repeat(27_182) });
      // The client's clock and that of the mesh run beside each other, and Envoy's word for it is UNAVAILABLE.
      assert.ok([status.DEADLINE_EXCEEDED, status.UNAVAILABLE].includes((await end).code));
    });

    it('calls back in the context of each caller, over one connection', async () => {
      const caller = new AsyncLocalStorage<number>();
      const seen = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          caller.run(
            i,
            () =>
              new Promise((resolve) =>
                client.makeUnaryRequest(EmptyCall.path, serialize, deserialize, {}, () =>
                  resolve(caller.getStore()),
                ),
              ),
          ),
        ),
      );
      assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });
  });

describe("the gRPC project's cases of compression", () => {
  let server: Awaited<ReturnType<typeof startFlagServer>>;
  let mesh: Mesh;
  before(async () => {
    server = await startFlagServer();
    mesh = await createMesh({ config: { yaml: grpcService('interop.test', [server.port]) } });
  });
  after(async () => {
    await mesh.close({ graceMs: 0 });
    server.close();
  });

  /** The flags of the messages as the server saw them, each sent compressed or not. */
  function flagsOf(compressed: readonly boolean[]): Promise<readonly number[] | undefined> {
    const channel = mesh.grpcChannel(address, { options: { 'grpc.default_compression_algorithm': 2 } });
    const call = channel.createCall(methods.UnaryCall.path, Date.now() + 10_000, null, null, null);
    return new Promise((resolve, reject) => {
      let flags: readonly number[] | undefined;
      call.start(new Metadata(), {
        onReceiveMetadata() {},
        onReceiveMessage: (bytes: Buffer) => {
          flags = deserialize(bytes).sizes;
        },
        onReceiveStatus: ({ code, details }) =>
          code === status.OK ? resolve(flags) : reject(new Error(details)),
      });
      call.startRead();
      for (const one of compressed)
        call.sendMessageWithContext(
          one ? {} : { flags: noCompress },
          serialize({ payload: 'x'.repeat(27_182) }),
        );
      call.halfClose();
    });
  }

  it('client_compressed_unary', async () => {
    assert.deepEqual(await flagsOf([true]), [1]);
    assert.deepEqual(await flagsOf([false]), [0]);
  });

  it('client_compressed_streaming', async () => {
    assert.deepEqual(await flagsOf([true, false, true, false]), [1, 0, 1, 0]);
  });
});
