import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { noBody, type RequestBody, StreamedBody } from '@inmesh/http';
import { readHttp1 } from '../admit/read-http1.js';
import { type Refusal, refusals } from '../admit/refusal.js';
import { isOnlyH2c, withoutUpgrade } from '../admit/upgrade-offer.js';
import type { GatewayContext } from '../gateway-context.js';
import { refusedEntry } from './access-entry.js';
import { carry } from './carry.js';
import type { HttpConnection } from './http-connection.js';
import type { HttpOptions } from './http-options.js';
import { Http1Client } from './http1-client.js';
import { Http1Exchange } from './http1-exchange.js';
import { IncomingBody } from './incoming-body.js';
import { rawAnswer } from './raw-answer.js';
import { ReceivedHead, ReceivedRequest } from './received-request.js';

/** How often Node looks for clients that are too slow. */
const checkEveryMs = 1_000;

/**
 * HTTP/1 on connections that somebody else accepted. Node's parser frames; what it is too kind to, the admission
 * layer refuses.
 */
export class Http1Server {
  readonly #server: Server;
  readonly #context: GatewayContext;
  readonly #options: HttpOptions;
  readonly #clients = new Map<Duplex, Http1Client>();

  constructor(options: HttpOptions, context: GatewayContext) {
    this.#options = options;
    this.#context = context;
    this.#server = createServer({
      maxHeaderSize: options.maxHeadBytes,
      insecureHTTPParser: false,
      requireHostHeader: false, // answered in Envoy's words
      headersTimeout: options.headTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: 0, // a timer for each answer is dear: see below
      connectionsCheckingInterval: checkEveryMs,
      noDelay: true,
    });
    // All lines, or those beyond a thousand would be gone without a word; how many there may be is counted later.
    this.#server.maxHeadersCount = 0;
    this.#server.maxRequestsPerSocket = options.maxRequests;
    this.#server
      .on('request', (request, response) => this.#serve(request, response))
      .on('checkContinue', (request, response) => this.#serve(request, response))
      .on('checkExpectation', (request, response) => this.#serve(request, response))
      .on('upgrade', (request, socket, rest) => this.#upgrade(request, socket, rest))
      .on('connect', (request, socket) => this.#serve(request, responseOn(request, socket)))
      .on('dropRequest', (_request, socket) => socket.destroy())
      .on('clientError', (error, socket) => this.#malformed(error, socket));
    // Node looks after slow clients of servers that listen; this one only ever gets connections.
    this.#server.emit('listening');
  }

  take(socket: Duplex, connection: HttpConnection): void {
    this.#clients.set(socket, new Http1Client(socket, connection));
    socket.once('close', () => this.#clients.delete(socket));
    if (this.#clients.size === 1) this.#sweepLater();
    this.#server.emit('connection', socket);
  }

  /** Connections without a request under way go now, and Node's look-out for slow clients ends. */
  drain(): void {
    this.#server.close();
  }

  #serve(request: IncomingMessage, response: ServerResponse, upgrade?: string): void {
    const client = this.#clients.get(request.socket);
    if (client === undefined) {
      request.socket.destroy();
      return;
    }
    const { connection } = client;
    const admitted = readHttp1(request, this.#options);
    if ('details' in admitted) {
      const exchange = new Http1Exchange(response, connection, false);
      client.begin(exchange);
      exchange.refuse(admitted);
      this.#context.finished?.(refusedEntry(admitted, request));
      return;
    }
    const { authority, headers, hasBody, expectsContinue } = admitted;
    const { downstream } = connection;
    const { method = 'GET', url = '' } = request;
    const isConnect = method === 'CONNECT';
    const head = new ReceivedHead(
      method,
      downstream.tls === undefined ? 'http' : 'https',
      isConnect ? url : authority,
      isConnect ? '' : url,
      headers,
    );
    const exchange = new Http1Exchange(response, connection, hasBody);
    client.begin(exchange);
    const body: RequestBody = hasBody
      ? new StreamedBody(new IncomingBody(request, expectsContinue ? () => sayContinue(response) : undefined))
      : noBody;
    carry(this.#context, new ReceivedRequest(head, body.kind, downstream, upgrade), body, exchange);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const protocol = request.headers.upgrade ?? '';
    if (isOnlyH2c(protocol)) {
      // An offer that nobody takes up: the request is served as if it were not there. Only the parser that met it
      // cannot go on, so another one reads the head again.
      if (rest.length > 0) socket.unshift(rest);
      socket.unshift(Buffer.from(withoutUpgrade(request), 'latin1'));
      this.#server.emit('connection', socket);
      return;
    }
    const response = responseOn(request, socket);
    // What a client says before it knows the answer waits for it.
    if (rest.length > 0) socket.unshift(rest);
    this.#serve(request, response, protocol);
  }

  /** One timer for all that are idle, who may stay a little longer for it. */
  #sweepLater(): void {
    const { idleTimeoutMs } = this.#options;
    const { clock } = this.#context;
    if (idleTimeoutMs === 0) return;
    const everyMs = Math.min(Math.max(idleTimeoutMs / 4, 50), 30_000);
    clock.setTimeout(() => {
      const now = clock.now();
      for (const client of this.#clients.values())
        if (client.isIdle(now, idleTimeoutMs)) client.socket.destroy();
      if (this.#clients.size > 0) this.#sweepLater();
    }, everyMs);
  }

  /** What is no request at all: Node's parser gave up, and no response object stands for it. */
  #malformed(error: NodeJS.ErrnoException, socket: Duplex): void {
    const client = this.#clients.get(socket);
    if (error.code === 'ECONNRESET' || client === undefined || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    const exchange = client.last;
    if (exchange?.isUnderWay === true) exchange.malformed(refusal);
    // Behind the last answer nobody reads: what comes there needs none of its own.
    else if (exchange?.isLast !== true) {
      this.#context.finished?.(refusedEntry(refusal));
      socket.end(rawAnswer(refusal, this.#options.serverName), 'latin1', () => socket.destroy());
    }
  }
}

/** Node hands over the bare socket where the protocol may change; an ordinary answer needs its frame. */
function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  // Nothing but the new protocol may follow, and its first bytes may be here already.
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.once('finish', () => {
    response.detachSocket(socket as Socket);
    socket.end();
  });
  return response;
}

function sayContinue(response: ServerResponse): void {
  if (!response.headersSent) response.writeContinue();
}

function refusalOf({ code }: NodeJS.ErrnoException): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refusals.headersTooLarge;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refusals.chunksTooLarge;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusals.headTimeout;
    default:
      return refusals.codec;
  }
}
