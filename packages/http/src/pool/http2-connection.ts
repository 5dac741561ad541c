import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Clock, UpstreamSettings } from '@inmesh/engine';
import { Http2StreamError } from './http2-stream-error.js';
import { asExtendedConnect, asSwitched } from './http2-upgrade.js';
import { type PoolRequest, StaleConnectionError, type WireRequest } from './pool-request.js';
import type { ConnectionListener, PooledConnection } from './pooled-connection.js';

type Http2Settings = Pick<UpstreamSettings, 'idleTimeoutMs' | 'maxConcurrentStreams' | 'http2KeepAlive'>;

/**
 * An HTTP/2 connection with prior knowledge, or after ALPN. On node:http2 itself rather than undici's client,
 * which sends one request at a time where it may not be repeated, and fails all streams on GOAWAY: here streams
 * that the peer did not process are told from those that it did.
 */
export class Http2Connection implements PooledConnection {
  readonly socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #settings: Http2Settings;
  readonly #listener: ConnectionListener;
  readonly #clock: Clock;
  #streams = 0;
  #idleTimer: unknown;
  /** Until the next PING, or until the answer to the last is overdue: never both. */
  #pingTimer: unknown;
  #capacity: number;

  constructor(socket: Socket, settings: Http2Settings, listener: ConnectionListener, clock: Clock) {
    this.socket = socket;
    this.#settings = settings;
    this.#listener = listener;
    this.#clock = clock;
    this.#capacity = settings.maxConcurrentStreams;
    this.#session = http2.connect(nowhere, {
      createConnection: () => socket,
      peerMaxConcurrentStreams: settings.maxConcurrentStreams,
      settings: { enablePush: false, initialWindowSize: streamWindowBytes },
    });
    this.#session
      .once('connect', () => this.#session.setLocalWindowSize(connectionWindowBytes))
      .on('remoteSettings', ({ maxConcurrentStreams = settings.maxConcurrentStreams }) => {
        this.#capacity = Math.min(settings.maxConcurrentStreams, maxConcurrentStreams);
        listener.roomChanged(this);
      })
      .on('goaway', () => listener.draining(this))
      .on('error', () => {}) // each stream hears of it
      .once('close', () => this.#closed());
    this.#session.unref();
    this.#keepAlive();
    this.#idle();
  }

  get capacity(): number {
    return this.#capacity;
  }

  carry(request: PoolRequest, wire: WireRequest): void {
    if (this.#session.closed || this.#session.destroyed) {
      request.onError(new StaleConnectionError('the connection was closed before the request'));
      return;
    }
    if (this.#streams++ === 0) {
      this.#clock.clearTimeout(this.#idleTimer);
      this.#session.ref();
    }
    let stream: ClientHttp2Stream | undefined;
    let isOver = false;
    const over = (): void => {
      isOver = true;
      this.#freed();
    };
    request.onConnect((error = new Error('aborted')) => {
      if (isOver) return;
      over();
      stream?.close(http2.constants.NGHTTP2_CANCEL);
      request.onError(error);
    });
    if (isOver) return;
    try {
      stream = this.#session.request(headersOf(wire), {
        endStream: wire.body === null && wire.upgrade === undefined,
      });
    } catch (error) {
      over();
      request.onError(error as Error);
      return;
    }
    listen(stream, {
      request,
      upgrade: wire.upgrade,
      over,
      isOver: () => isOver,
      isLost: () => this.socket.destroyed || this.#session.destroyed,
    });
    writeBody(stream, wire.body, request);
  }

  destroy(): void {
    this.#session.destroy();
  }

  #freed(): void {
    if (--this.#streams === 0) {
      this.#session.unref();
      this.#idle();
    }
    queueMicrotask(() => this.#listener.freed(this));
  }

  #idle(): void {
    const { idleTimeoutMs } = this.#settings;
    if (idleTimeoutMs > 0)
      this.#idleTimer = this.#clock.setTimeout(() => this.#session.close(), idleTimeoutMs);
  }

  #keepAlive(): void {
    const { http2KeepAlive } = this.#settings;
    if (http2KeepAlive === undefined || this.#session.destroyed) return;
    const { intervalMs, timeoutMs } = http2KeepAlive;
    this.#pingTimer = this.#clock.setTimeout(() => {
      if (this.#session.destroyed) return;
      this.#pingTimer = this.#clock.setTimeout(() => this.#session.destroy(), timeoutMs);
      this.#session.ping(() => {
        this.#clock.clearTimeout(this.#pingTimer);
        this.#keepAlive();
      });
    }, intervalMs);
  }

  #closed(): void {
    this.#clock.clearTimeout(this.#pingTimer);
    this.#clock.clearTimeout(this.#idleTimer);
    this.socket.destroy();
  }
}

const nowhere = 'http://upstream.invalid';

/** As Envoy: `initial_stream_window_size` and `initial_connection_window_size`. */
const streamWindowBytes = 16 * 1024 * 1024;
const connectionWindowBytes = 24 * 1024 * 1024;

function headersOf({
  method,
  scheme,
  authority,
  path,
  headerLines,
  upgrade,
}: WireRequest): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = Object.assign(Object.create(null), {
    ':method': method,
    ':scheme': scheme,
    ':authority': authority,
    ':path': path,
  });
  for (let i = 0; i < headerLines.length; i += 2) {
    const name = headerLines[i] ?? '';
    const value = headerLines[i + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat().map(String);
  }
  return upgrade === undefined ? headers : asExtendedConnect(headers, upgrade);
}

interface StreamOptions {
  readonly request: PoolRequest;
  /** The protocol that the stream is to change to. */
  readonly upgrade: string | undefined;
  /** Its place on the connection is free again. */
  over(): void;
  isOver(): boolean;
  /** The connection went, and the stream with it. */
  isLost(): boolean;
}

function listen(stream: ClientHttp2Stream, options: StreamOptions): void {
  const { request, upgrade, over, isOver, isLost } = options;
  let trailers: string[] = [];
  let answered = false;
  let ended = false;
  let switched = false;
  const resume = (): void => void stream.resume();
  const deliverHead = (headers: IncomingHttpHeaders, raw: readonly string[] | undefined): void => {
    if (isOver()) return;
    const status = Number(headers[':status']);
    if (!request.onHeaders(status, linesOf(headers, raw), resume, '') && status >= 200) stream.pause();
  };
  const read = (): void => {
    stream.on('data', (chunk: Buffer) => {
      if (!isOver() && !request.onData(chunk)) stream.pause();
    });
  };
  if (upgrade === undefined) read();
  stream
    .on('headers', (headers, _flags, raw?: string[]) => deliverHead(headers, raw))
    .once('response', (headers, _flags, raw?: string[]) => {
      answered = true;
      switched = upgrade !== undefined && headers[':status'] === 200 && !isOver();
      if (upgrade !== undefined && switched) {
        request.onUpgrade(101, asSwitched(linesOf(headers, raw), upgrade), stream);
        return;
      }
      // Whoever gets the stream itself is the first to listen to its bytes.
      if (upgrade !== undefined) read();
      deliverHead(headers, raw);
    })
    .once('trailers', (headers, _flags, raw?: string[]) => {
      trailers = linesOf(headers, raw);
    })
    .once('end', () => {
      ended = true;
    })
    .on('error', () => {}) // `close` follows and knows the code
    .once('close', () => {
      if (isOver()) return;
      over();
      if (switched) return;
      if (answered && ended && stream.rstCode === http2.constants.NGHTTP2_NO_ERROR)
        request.onComplete(trailers);
      else request.onError(new Http2StreamError(stream.rstCode, { sessionLost: isLost() }));
    });
}

/** The raw lines keep order and repetition, the parsed ones are there on every version of Node. */
function linesOf(headers: IncomingHttpHeaders, raw: readonly string[] | undefined): string[] {
  if (raw !== undefined) {
    const lines: string[] = [];
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i] ?? '';
      if (!name.startsWith(':')) lines.push(name, raw[i + 1] ?? '');
    }
    return lines;
  }
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value ?? ''].flat().flatMap((line) => [name, line]));
}

function writeBody(stream: ClientHttp2Stream, body: WireRequest['body'], request: PoolRequest): void {
  if (body === null) {
    request.onRequestSent();
  } else if (Buffer.isBuffer(body)) {
    stream.end(body, () => request.onRequestSent());
  } else {
    // Not `pipeline`: the end of the response may come before that of the request, and breaks nothing.
    const source = Readable.from(body, { objectMode: false });
    source.once('error', (error) => stream.destroy(error));
    stream.once('close', () => source.destroy());
    stream.once('finish', () => request.onRequestSent());
    source.pipe(stream);
  }
}
