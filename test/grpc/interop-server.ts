import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type sendUnaryData,
} from '@grpc/grpc-js';

/** What the cases of the gRPC project send: their fields, as JSON instead of Protocol Buffers. */
export interface Message {
  readonly payload?: string;
  /** Bytes of each message that is wanted back. */
  readonly sizes?: readonly number[];
  /** How the call shall end. */
  readonly end?: { readonly code: number; readonly details: string };
  readonly aggregated?: number;
}

export const serialize = (message: Message): Buffer => Buffer.from(JSON.stringify(message));
export const deserialize = (bytes: Buffer): Message => JSON.parse(bytes.toString());

type Unary = ServerUnaryCall<Message, Message>;
type Input = ServerReadableStream<Message, Message>;
type Output = ServerWritableStream<Message, Message>;
type Duplex = ServerDuplexStream<Message, Message>;

const methodOf = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/grpc.testing.TestService/${name}`,
  requestStream,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});

/** `UnimplementedCall` is known to clients alone. */
export const methods = {
  EmptyCall: methodOf('EmptyCall', false, false),
  UnaryCall: methodOf('UnaryCall', false, false),
  StreamingInputCall: methodOf('StreamingInputCall', true, false),
  StreamingOutputCall: methodOf('StreamingOutputCall', false, true),
  FullDuplexCall: methodOf('FullDuplexCall', true, true),
};

const payloadOf = (bytes: number): Message => ({ payload: 'x'.repeat(bytes) });

/** Hands back what the case custom_metadata sends, and answers with it as trailers. */
function echoMetadata(call: Unary | Duplex): Metadata {
  const initial = new Metadata();
  const trailing = new Metadata();
  for (const value of call.metadata.get('x-grpc-test-echo-initial'))
    initial.add('x-grpc-test-echo-initial', value);
  for (const value of call.metadata.get('x-grpc-test-echo-trailing-bin'))
    trailing.add('x-grpc-test-echo-trailing-bin', value);
  call.sendMetadata(initial);
  return trailing;
}

const errorOf = (end: NonNullable<Message['end']>): ServiceError =>
  Object.assign(new Error(end.details), { ...end, metadata: new Metadata() });

/** The gRPC project's test service, by grpc-js. */
export async function startInteropServer(): Promise<{ readonly port: number; close(): void }> {
  const server = new Server();
  server.addService(methods, {
    EmptyCall: ((_call, answer) => answer(null, {})) satisfies handleUnaryCall<Message, Message>,
    UnaryCall(call: Unary, answer: sendUnaryData<Message>) {
      const trailing = echoMetadata(call);
      const { end, sizes: [size = 0] = [] } = call.request;
      if (end !== undefined) answer(errorOf(end));
      else answer(null, payloadOf(size), trailing);
    },
    StreamingInputCall(call: Input, answer: sendUnaryData<Message>) {
      let aggregated = 0;
      call.on('data', ({ payload = '' }: Message) => {
        aggregated += payload.length;
      });
      call.on('end', () => answer(null, { aggregated }));
    },
    StreamingOutputCall(call: Output) {
      for (const size of call.request.sizes ?? []) call.write(payloadOf(size));
      call.end();
    },
    FullDuplexCall(call: Duplex) {
      const trailing = echoMetadata(call);
      call.on('data', ({ sizes = [], end }: Message) => {
        if (end !== undefined) call.emit('error', errorOf(end));
        for (const size of sizes) call.write(payloadOf(size));
      });
      call.on('end', () => call.end(trailing));
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

/** A server that looks at the frames themselves: answers with the flag of each message, as `sizes`. */
export async function startFlagServer(): Promise<{ readonly port: number; close(): void }> {
  const server = http2.createServer();
  server.on('stream', async (stream) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const flags: number[] = [];
    for (let rest = Buffer.concat(chunks); rest.length >= 5; rest = rest.subarray(5 + rest.readUInt32BE(1)))
      flags.push(rest[0] ?? 0);
    const message = serialize({ sizes: flags });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([prefix, message]));
  });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
