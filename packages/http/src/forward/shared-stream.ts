import type { Socket } from 'node:net';
import type { CallerConnection, Clock } from '@inmesh/engine';
import { Http2Connection } from '../pool/http2-connection.js';
import type { PoolRequest } from '../pool/pool-request.js';
import type { ConnectionListener, PooledConnection } from '../pool/pooled-connection.js';

/** Opens the byte stream. The returned function gives up. */
export type OpenStream = (outcome: {
  opened(socket: Socket): void;
  refused(error: Error): void;
}) => () => void;

/** As TCP proxies of Istio: an hour without a byte. */
const idleTimeoutMs = 3_600_000;
const maxConcurrentStreams = 2 ** 31 - 1;

/**
 * HTTP/2 over a byte stream that nobody on the way reads. The calls of one connection of the caller share it, as they
 * would share that connection: they reach one endpoint, and end up elsewhere only when it breaks.
 */
export class SharedStream implements ConnectionListener {
  readonly #open: OpenStream;
  readonly #clock: Clock;
  readonly #closed: AbortSignal;
  #connection: PooledConnection | undefined;
  #active = 0;
  #waiting: PoolRequest[] = [];
  #giveUp: (() => void) | undefined;

  constructor(open: OpenStream, { closed }: CallerConnection, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
    this.#closed = closed;
    closed.addEventListener('abort', () => this.#leave(), { once: true });
  }

  submit(request: PoolRequest): void {
    if (this.#connection !== undefined) {
      this.#carry(this.#connection, request);
      return;
    }
    this.#waiting.push(request);
    this.#giveUp ??= this.#connect();
  }

  cancel(request: PoolRequest): void {
    this.#waiting = this.#waiting.filter((one) => one !== request);
    if (this.#waiting.length > 0) return;
    this.#giveUp?.();
    this.#giveUp = undefined;
  }

  freed(connection: PooledConnection): void {
    this.#active--;
    if (connection === this.#connection) this.#leave();
    else if (this.#active === 0) connection.destroy();
  }

  roomChanged(): void {}

  /** The next call opens another stream; those under way come to their end. */
  draining(): void {
    this.#connection = undefined;
  }

  #connect(): () => void {
    let refused = false;
    const giveUp = this.#open({
      opened: (socket) => {
        const settings = { idleTimeoutMs, maxConcurrentStreams, http2KeepAlive: undefined };
        const connection = new Http2Connection(socket, settings, this, this.#clock);
        socket.once('close', () => {
          if (this.#connection === connection) this.#connection = undefined;
        });
        this.#connection = connection;
        for (const request of this.#taken()) this.#carry(connection, request);
      },
      refused: (error) => {
        refused = true;
        for (const request of this.#taken()) request.failed('remoteConnectionFailure', error);
      },
    });
    return refused ? nothing : giveUp;
  }

  #taken(): PoolRequest[] {
    this.#giveUp = undefined;
    return this.#waiting.splice(0);
  }

  #carry(connection: PooledConnection, request: PoolRequest): void {
    const wire = request.attach();
    if (wire === undefined) return;
    this.#active++;
    connection.carry(request, wire, { last: false });
  }

  /** Once the caller has closed its connection, and nothing is under way. */
  #leave(): void {
    if (!this.#closed.aborted || this.#active > 0) return;
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}

const nothing = (): void => {};
