import http, { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CapturedMesh, Destination } from '../captured-mesh.js';
import { readServed } from './read-served.js';
import { ServedCall } from './served-call.js';
import { socketPair, type VirtualSocket } from './virtual-socket.js';

/** Larger than what any client is likely to send: a sidecar of the process refuses nothing that a server would take. */
const maxHeaderBytes = 256 * 1024;

/** What is known of a connection, found by its server's end. */
interface Connection {
  readonly destination: Destination & { readonly sni?: string };
  readonly client: VirtualSocket;
  /** `new`: its first request is on its way. */
  state: 'new' | 'idle' | { readonly answering: ServerResponse };
}

/**
 * A sidecar without a port: an HTTP server that listens nowhere, whose connections are pairs of streams in memory.
 * Clients of node:http speak to it as they are, and what they say is sent by the mesh.
 */
export class VirtualSidecar {
  readonly #dispatcher: CapturedMesh['dispatcher'];
  readonly #server: http.Server;
  readonly #connections = new Map<Duplex, Connection>();
  #isClosing = false;

  constructor(dispatcher: CapturedMesh['dispatcher']) {
    this.#dispatcher = dispatcher;
    this.#server = http.createServer({
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: 0,
      requireHostHeader: false,
    });
    this.#server.maxHeadersCount = 0; // Node would leave out those above 2000, without a word
    this.#server.timeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server
      .on('request', (request, response) => this.#serve(request, response))
      .on('checkExpectation', (request, response) => this.#serve(request, response))
      .on('upgrade', (request, socket, head) => this.#serveUpgrade(request, socket, head))
      .on('connect', (request, socket, head) => this.#serveUpgrade(request, socket, head))
      .on('clientError', (error, socket) => socket.destroy(error));
  }

  /** A connection to the sidecar for calls to there, as the client's Agent wants it. */
  connect(
    destination: Destination,
    { servername }: { readonly servername?: string | undefined },
  ): VirtualSocket {
    const [client, server] = socketPair();
    if (destination.scheme === 'https') {
      client.encrypted = true;
      client.authorized = true;
    }
    const sni = servername || destination.host;
    this.#connections.set(server, {
      destination: { ...destination, ...(destination.scheme === 'https' && { sni }) },
      client,
      state: 'new',
    });
    server.once('close', () => this.#connections.delete(server));
    this.#server.emit('connection', server);
    // Clients count their time from the connection on.
    process.nextTick(() => client.emit(destination.scheme === 'https' ? 'secureConnect' : 'connect'));
    return client;
  }

  /** Calls under way are answered. Their connections, and those that wait for a next call, end. */
  close(): void {
    this.#isClosing = true;
    for (const [server, { client, state }] of this.#connections)
      if (state === 'idle') {
        // Both ends now: an Agent would take the other for its next call.
        client.destroy();
        server.destroy();
      } else if (state !== 'new') state.answering.shouldKeepAlive = false;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const socket = request.socket as unknown as VirtualSocket;
    const connection = this.#connectionOf(socket);
    this.#follow(connection, socket, response);
    // Of a body that was not wanted the rest is still on its way, and its client waits to be rid of it.
    response.once('finish', () => request.resume());
    const writer = socket.takeWriter();
    const carry = (): void => {
      const call = new ServedCall(response);
      try {
        const { request: read, body } = readServed(request, connection.destination);
        this.#dispatcher.carry(read, body, call);
      } catch (error) {
        call.failed(error as Error);
      }
    };
    // In the caller's context: what follows his request follows this one.
    if (writer === undefined) carry();
    else writer.runInAsyncScope(carry);
  }

  #follow(connection: Connection, server: VirtualSocket, response: ServerResponse): void {
    connection.state = { answering: response };
    if (this.#isClosing) response.shouldKeepAlive = false;
    response.once('close', () => {
      connection.state = 'idle';
      if (this.#isClosing) server.destroySoon();
    });
  }

  /** There is no response of Node's to an upgrade: it is made here, for the case that the upstream does not want one. */
  #serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (head.length > 0) socket.unshift(head);
    const response = new ServerResponse(request);
    response.assignSocket(socket as unknown as import('node:net').Socket);
    response.shouldKeepAlive = false;
    response.once('finish', () => (socket as VirtualSocket).destroySoon());
    this.#serve(request, response);
  }

  #connectionOf(server: Duplex): Connection {
    const connection = this.#connections.get(server);
    if (connection === undefined) throw new Error('a connection that nobody asked for');
    return connection;
  }
}
