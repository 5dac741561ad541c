import http, { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CapturedMesh, Destination } from '../captured-mesh.js';
import { readServed } from './read-served.js';
import { ServedCall } from './served-call.js';
import { socketPair, type VirtualSocket } from './virtual-socket.js';

/** Larger than what any client is likely to send: a sidecar of the process refuses nothing that a server would take. */
const maxHeaderBytes = 256 * 1024;

/**
 * A sidecar without a port: an HTTP server that listens nowhere, whose connections are pairs of streams in memory.
 * Clients of node:http speak to it as they are, and what they say is sent by the mesh.
 */
export class VirtualSidecar {
  readonly #dispatcher: CapturedMesh['dispatcher'];
  readonly #server: http.Server;
  readonly #destinations = new WeakMap<Duplex, Destination>();
  readonly #open = new Set<VirtualSocket>();

  constructor(dispatcher: CapturedMesh['dispatcher']) {
    this.#dispatcher = dispatcher;
    this.#server = http.createServer({
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: 0,
      requireHostHeader: false,
    });
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
    this.#destinations.set(server, { ...destination, ...(destination.scheme === 'https' && { sni }) });
    this.#open.add(server);
    server.once('close', () => this.#open.delete(server));
    this.#server.emit('connection', server);
    // Clients count their time from the connection on.
    process.nextTick(() => client.emit(destination.scheme === 'https' ? 'secureConnect' : 'connect'));
    return client;
  }

  /** Connections break off: their clients make new ones, elsewhere. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const writer = (socket as unknown as VirtualSocket).takeWriter();
    const carry = (): void => {
      const call = new ServedCall(response);
      try {
        const { request: read, body } = readServed(request, this.#destinationOf(socket));
        this.#dispatcher.carry(read, body, call);
      } catch (error) {
        call.failed(error as Error);
      }
    };
    // In the caller's context: what follows his request follows this one.
    if (writer === undefined) carry();
    else writer.runInAsyncScope(carry);
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

  #destinationOf(socket: Duplex): Destination {
    const destination = this.#destinations.get(socket);
    if (destination === undefined) throw new Error('a connection that nobody asked for');
    return destination;
  }
}
