import {
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from '@grpc/grpc-js';

const toBytes = (text: string): Buffer => Buffer.from(text);
const toText = (bytes: Buffer): string => bytes.toString();

/** What a generator would have made of a .proto file; messages are texts here. */
const definition = {
  Get: {
    path: '/shop.v1.Reviews/Get',
    requestStream: false,
    responseStream: false,
    requestSerialize: toBytes,
    requestDeserialize: toText,
    responseSerialize: toBytes,
    responseDeserialize: toText,
  },
} satisfies ServiceDefinition;

/** The client that a generator would have made. */
export const Reviews = makeGenericClientConstructor(definition, 'Reviews');

/** A service that answers every call with its own name. */
export async function serveGrpc(name: string): Promise<{ readonly port: number; close(): void }> {
  const server = new Server();
  server.addService(definition, {
    Get: (_call: unknown, answer: (error: null, text: string) => void) => answer(null, name),
  });
  return await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error !== null) reject(error);
      else resolve({ port, close: () => server.forceShutdown() });
    });
  });
}
