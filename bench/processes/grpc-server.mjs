// Three gRPC services in one process that answer with what they are sent.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { echo } from './grpc-echo.mjs';

const servers = await Promise.all(
  Array.from({ length: 3 }, async () => {
    const server = new Server();
    server.addService(echo, { Say: (call, answer) => answer(null, call.request) });
    return new Promise((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
  }),
);
process.on('message', () => process.send({}));
process.send({ ports: servers });
