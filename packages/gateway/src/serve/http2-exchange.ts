import http2, { type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { AnswerHead, Caller } from '@inmesh/http';
import { type Refusal, refusals } from '../admit/refusal.js';
import { dateText } from './date-line.js';
import type { HttpConnection } from './http-connection.js';
import { wireLines } from './wire-lines.js';

/** A 1xx costs a client nothing but patience: this many are passed on. */
const maxInformed = 10;

/** One stream of HTTP/2 and its answer: what the call says is written to the client. */
export class Http2Exchange implements Caller {
  readonly #stream: ServerHttp2Stream;
  readonly #connection: HttpConnection;
  #abort: ((reason?: Error) => void) | undefined;
  #trailers: readonly string[] = [];
  #resume = (): void => {};
  #informed = 0;
  #isOver = false;

  constructor(stream: ServerHttp2Stream, connection: HttpConnection) {
    this.#stream = stream;
    this.#connection = connection;
    stream.once('close', () => this.#closed());
  }

  started(abort: (reason?: Error) => void): void {
    this.#abort = abort;
  }

  informed(status: number, lines: readonly string[]): void {
    const stream = this.#stream;
    if (stream.headersSent || stream.destroyed || ++this.#informed > maxInformed) return;
    stream.additionalHeaders({ ...headersOf(lines), ':status': status });
  }

  answered({ status, lines, resume, isLocal }: AnswerHead): boolean {
    if (this.#stream.destroyed) return true;
    this.#resume = resume;
    try {
      this.#respond(status, wireLines(lines), isLocal);
    } catch {
      if (this.#stream.headersSent) this.#stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      else this.refuse(refusals.unanswerable);
      this.#abort?.(new Error('the answer has headers that cannot be written'));
    }
    return true;
  }

  received(chunk: Buffer): boolean {
    if (this.#stream.destroyed || this.#stream.write(chunk)) return true;
    this.#stream.once('drain', this.#resume);
    return false;
  }

  completed(trailers: readonly string[]): void {
    this.#isOver = true;
    this.#trailers = trailers;
    this.#stream.end();
  }

  /** Nobody asks for an upgrade over HTTP/2. */
  upgraded(_head: AnswerHead, upstream: Duplex): void {
    upstream.destroy();
    this.failed();
  }

  failed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** An answer of the gateway itself, before any rule, or instead of one that cannot be written. */
  refuse({ status, body }: Refusal): void {
    this.#isOver = true;
    const content =
      body === '' ? {} : { 'content-type': 'text/plain', 'content-length': String(body.length) };
    this.#stream.respond({
      ':status': status,
      ...content,
      server: this.#connection.options.serverName,
      date: dateText(),
    });
    this.#stream.end(body);
  }

  #respond(status: number, lines: readonly string[], isLocal: boolean): void {
    const stream = this.#stream;
    const headers = headersOf(lines);
    headers[':status'] = status;
    headers.date ??= dateText();
    // An answer of the mesh without a body says so by its end; a length is for HTTP/1.
    const isEmpty = isLocal && headers['content-length'] === '0';
    if (isEmpty) delete headers['content-length'];
    // A status of gRPC stands in the head of an answer that is nothing but its head.
    const endStream = isEmpty || headers['grpc-status'] !== undefined;
    // None end the stream as well, with an empty frame: to close it would reset a request that is still on its way.
    if (!endStream) stream.once('wantTrailers', () => stream.sendTrailers(headersOf(this.#trailers)));
    stream.respond(headers, { endStream, waitForTrailers: !endStream });
  }

  #closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#abort?.(new Error('the client left before its answer was whole'));
  }
}

/** Lines of a hop of HTTP/1 have no place in HTTP/2. */
const ofHttp1: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

function headersOf(lines: readonly string[]): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = Object.create(null);
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? '';
    if (ofHttp1.has(name)) continue;
    const value = lines[i + 1] ?? '';
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else headers[name] = [String(before), value];
  }
  return headers;
}
