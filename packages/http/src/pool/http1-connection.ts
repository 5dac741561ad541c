import '../preserve-builtin.js';
import type { Socket } from 'node:net';
import type { Clock, UpstreamSettings } from '@inmesh/engine';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import { type PoolRequest, StaleConnectionError, type WireRequest } from './pool-request.js';
import type { ConnectionListener, PooledConnection } from './pooled-connection.js';

/** The origin of every client: where bytes go is decided by the socket, what is asked by the `host` line. */
const nowhere = 'http://upstream.invalid';

/** Envoy's `max_response_headers_kb` and `max_headers_count`. */
const maxHeadBytes = 60 * 1024;

/** Servers close idle connections on time: ours goes first, so that no request meets a closing one. */
const keepAliveMarginMs = 1000;

/** A connection that was idle for longer may have been closed by its server a moment ago. */
const suspectAfterMs = 10;

/** The longest delay of a timer. */
const longestMs = 2 ** 31 - 1;

/**
 * An HTTP/1.1 connection: undici's client around a socket that stands already. The client parses and frames;
 * when to connect, and what to send, the pool says.
 */
export class Http1Connection implements PooledConnection {
  readonly capacity = 1;
  readonly socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #client: Client;
  readonly #clock: Pick<Clock, 'now'>;
  #freedAt = Number.POSITIVE_INFINITY;
  #used = false;

  constructor(
    socket: Socket,
    { idleTimeoutMs }: Pick<UpstreamSettings, 'idleTimeoutMs'>,
    listener: ConnectionListener,
    clock: Pick<Clock, 'now'>,
  ) {
    this.socket = socket;
    this.#clock = clock;
    this.#listener = listener;
    const idleMs = idleTimeoutMs === 0 ? longestMs : Math.min(idleTimeoutMs, longestMs);
    this.#client = new Client(nowhere, {
      connect: (_options, callback) => this.#connect(callback),
      pipelining: 1,
      maxHeaderSize: maxHeadBytes,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      keepAliveTimeoutThreshold: keepAliveMarginMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // Until its first request the connection is this class's to keep: it must not hold the process, nor stay for ever.
    socket.unref();
    socket.setTimeout(idleMs, () => this.#used || socket.destroy());
  }

  carry(request: PoolRequest, wire: WireRequest, { last }: { readonly last: boolean }): void {
    const send = (): void => {
      this.#client.dispatch(dispatchOptions(wire, last), request as Dispatcher.DispatchHandler);
    };
    if (this.#clock.now() - this.#freedAt < suspectAfterMs) {
      send();
      return;
    }
    // One turn of the event loop lets a close that the server has sent come in. The first immediate alone may
    // run before the next look at the sockets.
    setImmediate(() => setImmediate(send));
  }

  finished(): void {
    // undici decides after its last callback whether the connection lives on.
    this.#freedAt = this.#clock.now();
    queueMicrotask(() => {
      if (!this.socket.destroyed) this.#listener.freed(this);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Asked once for the socket. A second time means that it has died: undici would connect again. */
  #connect(callback: buildConnector.Callback): void {
    if (this.#used || this.socket.destroyed) {
      callback(new StaleConnectionError('the connection was closed before the request'), null);
      return;
    }
    this.#used = true;
    this.socket.setTimeout(0);
    this.socket.ref();
    // undici overlooks an answer within the question.
    queueMicrotask(() => callback(null, this.socket));
  }
}

function dispatchOptions(
  wire: WireRequest,
  last: boolean,
): Dispatcher.DispatchOptions & { readonly servername: string } {
  return {
    method: wire.method as Dispatcher.HttpMethod,
    path: wire.path,
    headers: linesOf(wire),
    body: wire.body as Buffer | null, // or an iterable, which the types do not mention
    upgrade: wire.upgrade ?? null,
    headersTimeout: wire.headersTimeoutMs,
    bodyTimeout: wire.bodyTimeoutMs,
    // Otherwise looked for in the `host` line, in vain: the handshake is over.
    servername: 'upstream.invalid',
    // Left alone, undici closes the connection after HEAD and after a body where none is usual.
    reset: last,
  };
}

/** Lines that undici writes itself, and refuses to be given. Rules may match or even set them. */
const framing: ReadonlySet<string> = new Set([
  'upgrade',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
]);

function linesOf({ authority, headerLines }: WireRequest): string[] {
  const lines = ['host', authority];
  for (let i = 0; i < headerLines.length; i += 2) {
    const name = headerLines[i] ?? '';
    if (!framing.has(name)) lines.push(name, headerLines[i + 1] ?? '');
  }
  return lines;
}
