import {
  type CallOptions,
  Client,
  type ClientOptions,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type StatusObject,
  type sendUnaryData,
} from '@grpc/grpc-js';

/** Messages are texts: the tests are not about Protocol Buffers. */
export const toBytes = (text: string): Buffer => Buffer.from(text);
export const toText = (bytes: Buffer): string => bytes.toString();

export type Say = (call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) => void;

/** What the tests' server does with a call of each kind, unless told otherwise. */
export interface Behaviour {
  readonly say?: Say;
  readonly count?: (call: ServerWritableStream<string, string>) => void;
  readonly sum?: (call: ServerReadableStream<string, string>, answer: sendUnaryData<string>) => void;
  readonly chat?: (call: ServerDuplexStream<string, string>) => void;
}

const opened: { close(): void }[] = [];

/** Ends what the tests have opened. */
export async function closeServers(): Promise<void> {
  for (const one of opened.splice(0)) one.close();
}

/** A server of one service, on a port of its own. */
export async function startServer(name: string, behaviour: Behaviour = {}): Promise<number> {
  const server = new Server();
  const method = (kind: string, requestStream: boolean, responseStream: boolean) => ({
    path: `/echo.Echo/${kind}`,
    requestStream,
    responseStream,
    requestSerialize: toBytes,
    requestDeserialize: toText,
    responseSerialize: toBytes,
    responseDeserialize: toText,
  });
  server.addService(
    {
      Say: method('Say', false, false),
      Count: method('Count', false, true),
      Sum: method('Sum', true, false),
      Chat: method('Chat', true, true),
    },
    {
      Say: behaviour.say ?? (((call, answer) => answer(null, `${name}: ${call.request}`)) satisfies Say),
      Count:
        behaviour.count ??
        ((call: ServerWritableStream<string, string>) => {
          for (let i = 1; i <= Number(call.request); i++) call.write(`${name} ${i}`);
          call.end();
        }),
      Sum:
        behaviour.sum ??
        ((call: ServerReadableStream<string, string>, answer: sendUnaryData<string>) => {
          const texts: string[] = [];
          call.on('data', (text) => texts.push(text));
          call.on('end', () => answer(null, texts.join('+')));
        }),
      Chat:
        behaviour.chat ??
        ((call: ServerDuplexStream<string, string>) => {
          call.on('data', (text) => call.write(`${name}: ${text}`));
          call.on('end', () => call.end());
        }),
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  opened.push({ close: () => server.forceShutdown() });
  return port;
}

/** A client as applications have them, with what takes it into the mesh. */
export function clientOf(address: string, options: ClientOptions): Client {
  const client = new Client(address, credentials.createInsecure(), options);
  opened.push(client);
  return client;
}

/** A service of the mesh whose endpoints are these ports. */
export function grpcService(host: string, ports: readonly number[], protocol = 'GRPC'): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${host.replaceAll('.', '-')}, namespace: default}
spec:
  hosts: [${host}]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 9080, name: p, protocol: ${protocol}}]
  endpoints: [${ports.map((port) => `{address: 127.0.0.1, ports: {p: ${port}}}`).join(', ')}]
`;
}

/** The answer to a call with one, or why there is none. */
export interface Said {
  readonly text?: string;
  readonly error?: ServiceError;
  readonly initial?: Metadata;
  readonly status?: StatusObject;
}

/** One call with one message in each direction. */
export function say(
  client: Client,
  text: string,
  { metadata = new Metadata(), ...options }: CallOptions & { readonly metadata?: Metadata } = {},
): Promise<Said> {
  return new Promise((resolve) => {
    const told: { initial?: Metadata; status?: StatusObject } = {};
    const call = client.makeUnaryRequest(
      '/echo.Echo/Say',
      toBytes,
      toText,
      text,
      metadata,
      options,
      (error, answer) => {
        const end = (): void =>
          resolve({ ...told, ...(error && { error }), ...(answer !== undefined && { text: answer }) });
        setImmediate(end);
      },
    );
    call.on('metadata', (initial) => Object.assign(told, { initial }));
    call.on('status', (status) => Object.assign(told, { status }));
  });
}
