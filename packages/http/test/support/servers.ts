import http, { type RequestListener, type Server } from 'node:http';
import http2, { type Http2Server } from 'node:http2';
import net, { type AddressInfo, type Socket } from 'node:net';

const opened: { close(): void }[] = [];

/** Closes every server that a test has started, with its connections. */
export function closeServers(): void {
  for (const server of opened.splice(0)) server.close();
}

export interface TestServer {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: () => number;
  readonly sockets: Set<Socket>;
  readonly server: Server | net.Server | Http2Server;
}

export async function httpServer(listener: RequestListener): Promise<TestServer> {
  const server = http.createServer(listener);
  server.keepAliveTimeout = 0;
  return listen(server);
}

export async function rawServer(listener: (socket: Socket) => void): Promise<TestServer> {
  return listen(net.createServer(listener));
}

export async function http2Server(listener: Parameters<typeof http2.createServer>[1]): Promise<TestServer> {
  return listen(http2.createServer(listener));
}

export async function listen(server: Server | net.Server | Http2Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  opened.push({
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections, sockets, server };
}
