import http2, { type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { noBody, StreamedBody } from '@inmesh/http';
import { readHttp2 } from '../admit/read-http2.js';
import type { GatewayContext } from '../gateway-context.js';
import { refusedEntry } from './access-entry.js';
import { carry } from './carry.js';
import type { HttpConnection } from './http-connection.js';
import type { HttpOptions } from './http-options.js';
import { Http2Exchange } from './http2-exchange.js';
import { IncomingBody } from './incoming-body.js';
import { ReceivedHead, ReceivedRequest } from './received-request.js';

/** Edge values of Envoy's best practices. */
const streamWindowBytes = 64 * 1024;
const connectionWindowBytes = 1024 * 1024;

/** Resets that a connection may have at once, and a second: more is an attack (CVE-2023-44487). */
const resets = { streamResetBurst: 1000, streamResetRate: 33 };

/** HTTP/2 on connections that somebody else accepted, by ALPN or with prior knowledge. */
export class Http2Server {
  readonly #context: GatewayContext;
  readonly #options: HttpOptions;
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(options: HttpOptions, context: GatewayContext) {
    this.#options = options;
    this.#context = context;
  }

  take(socket: Duplex, connection: HttpConnection): void {
    const { maxConcurrentStreams, maxHeadBytes, idleTimeoutMs } = this.#options;
    const session = http2.performServerHandshake(socket, {
      ...resets,
      maxSessionInvalidFrames: 100,
      maxSessionRejectedStreams: 100,
      settings: {
        maxConcurrentStreams,
        initialWindowSize: streamWindowBytes,
        maxHeaderListSize: maxHeadBytes,
      },
    });
    this.#sessions.add(session);
    session.setLocalWindowSize(connectionWindowBytes);
    session
      .on('stream', (stream, _headers, _flags, raw?: string[]) => this.#serve(stream, raw ?? [], connection))
      .on('error', () => {}) // each stream hears of it
      .once('close', () => this.#sessions.delete(session));
    if (idleTimeoutMs > 0) session.setTimeout(idleTimeoutMs, () => session.close());
  }

  /** GOAWAY: streams under way are the last. */
  drain(): void {
    for (const session of this.#sessions) session.close();
  }

  #serve(stream: ServerHttp2Stream, raw: readonly string[], connection: HttpConnection): void {
    stream.on('error', () => {}); // `close` follows
    const { downstream } = connection;
    const { method, scheme, authority, path, headers, refusal } = readHttp2(raw);
    const exchange = new Http2Exchange(stream, connection);
    if (refusal !== undefined) {
      exchange.refuse(refusal);
      this.#context.finished?.(refusedEntry(refusal, { method, url: path, rawHeaders: [...raw] }));
      return;
    }
    const transport = downstream.tls === undefined ? 'http' : 'https';
    const known = scheme === 'http' || scheme === 'https' ? scheme : transport;
    const head = new ReceivedHead(method, known, authority, path, headers);
    const body =
      stream.readableEnded || stream.endAfterHeaders ? noBody : new StreamedBody(new IncomingBody(stream));
    carry(this.#context, new ReceivedRequest(head, body.kind, downstream), body, exchange);
  }
}
