import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { CallerConnection, CallRequest, Forward } from '@inmesh/engine';
import { Http1Connection } from '../pool/http1-connection.js';
import type { PoolRequest } from '../pool/pool-request.js';
import type { ConnectionListener, PooledConnection } from '../pool/pooled-connection.js';
import type { CallerTls } from '../tls/caller-tls.js';
import { type ForwardOptions, type ForwardOutcome, openForward } from './forward-connection.js';
import { type OpenStream, SharedStream } from './shared-stream.js';

export interface ForwardPoolsOptions extends ForwardOptions {
  readonly callerTls: CallerTls;
}

/**
 * How long a forwarded connection waits for another call. Short: where it leads was decided when it was opened,
 * and no rule that changes meanwhile, nor an ejected endpoint, can call it back.
 */
const keepMs = 250;

/**
 * HTTP over byte streams that nobody on the way reads: TCP listeners, SNI passthrough, unknown destinations. TLS
 * of an `https:` call is end to end, checked against the system's roots. Clear-text streams carry one call each,
 * so that the choice of an endpoint per connection is one per call; TLS ones are kept for a moment, since a
 * handshake is dear.
 */
export class ForwardPools {
  readonly #options: ForwardPoolsOptions;
  readonly #idle = new Map<string, PooledConnection[]>();
  readonly #sockets = new Set<Socket>();
  /** By the connection of the caller, and by where it leads. */
  readonly #shared = new WeakMap<CallerConnection, Map<string, SharedStream>>();

  constructor(options: ForwardPoolsOptions) {
    this.#options = options;
  }

  of(
    forward: Forward,
    { head, host, sni = host, connection }: CallRequest,
  ): Pick<Lane, 'submit'> & { cancel(request: PoolRequest): void } {
    const serverName = head.scheme === 'https' ? sni : undefined;
    if (connection === undefined) return new Lane(forward, serverName, this);
    const key = keyOf(forward, serverName);
    const streams = this.#shared.get(connection) ?? new Map<string, SharedStream>();
    this.#shared.set(connection, streams);
    let shared = streams.get(key);
    if (shared === undefined) {
      const open: OpenStream = (outcome) => this.#open(forward, serverName, 'h2', outcome);
      shared = new SharedStream(open, connection, this.#options.clock);
      streams.set(key, shared);
    }
    return shared;
  }

  /** One byte stream for whoever brings bytes of their own. The returned function gives up. */
  stream(forward: Forward, outcome: ForwardOutcome): () => void {
    return openForward(
      forward,
      {
        refused: outcome.refused,
        connected: (socket) => {
          this.#sockets.add(socket);
          socket.once('close', () => this.#sockets.delete(socket));
          outcome.connected(socket);
        },
      },
      this.#options,
    );
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** @internal */
  takeIdle(key: string): PooledConnection | undefined {
    const idle = this.#idle.get(key);
    for (let one = idle?.pop(); one !== undefined; one = idle?.pop()) if (!one.socket.destroyed) return one;
    return undefined;
  }

  /** @internal */
  keep(key: string, connection: PooledConnection): void {
    const idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, [connection]);
    else idle.push(connection);
  }

  /** @internal */
  open(
    forward: Forward,
    serverName: string | undefined,
    key: string,
    outcome: { opened(connection: PooledConnection): void; refused(error: Error): void },
  ): () => void {
    return this.#open(forward, serverName, 'http/1.1', {
      opened: (socket) => outcome.opened(this.#connectionOn(socket, key)),
      refused: outcome.refused,
    });
  }

  /** A byte stream, with the caller's TLS on it where a server is named. */
  #open(
    forward: Forward,
    serverName: string | undefined,
    protocol: 'h2' | 'http/1.1',
    outcome: Parameters<OpenStream>[0],
  ): () => void {
    return openForward(
      forward,
      {
        refused: outcome.refused,
        connected: (raw) => {
          this.#sockets.add(raw);
          raw.on('error', () => {}).once('close', () => this.#sockets.delete(raw));
          if (serverName === undefined) {
            outcome.opened(raw);
            return;
          }
          const { clientTls, callerTls } = this.#options;
          const secure = tls.connect({
            socket: raw,
            ...clientTls.options(callerTls.of(serverName, protocol)),
          });
          const onError = (error: Error): void => {
            raw.destroy();
            outcome.refused(error);
          };
          secure.once('error', onError).once('secureConnect', () => {
            secure.off('error', onError).on('error', () => {});
            outcome.opened(secure);
          });
        },
      },
      this.#options,
    );
  }

  #connectionOn(socket: Socket, key: string): PooledConnection {
    const listener: ConnectionListener = {
      freed: (connection) => {
        if (socket instanceof tls.TLSSocket) this.keep(key, connection);
        else connection.destroy();
      },
      roomChanged() {},
      draining() {},
    };
    socket.once('close', () => {
      const idle = this.#idle.get(key)?.filter((one) => one.socket !== socket) ?? [];
      if (idle.length > 0) this.#idle.set(key, idle);
      else this.#idle.delete(key);
    });
    return new Http1Connection(socket, { idleTimeoutMs: keepMs }, listener, this.#options.clock);
  }
}

/** Where one call's attempt waits for its byte stream. */
class Lane {
  readonly #forward: Forward;
  readonly #serverName: string | undefined;
  readonly #pools: ForwardPools;
  #giveUp = (): void => {};

  constructor(forward: Forward, serverName: string | undefined, pools: ForwardPools) {
    this.#forward = forward;
    this.#serverName = serverName;
    this.#pools = pools;
  }

  submit(request: PoolRequest): void {
    const key = keyOf(this.#forward, this.#serverName);
    const idle = this.#pools.takeIdle(key);
    if (idle !== undefined) {
      carry(idle, request);
      return;
    }
    this.#giveUp = this.#pools.open(this.#forward, this.#serverName, key, {
      opened: (connection) => carry(connection, request),
      refused: (error) => request.failed('remoteConnectionFailure', error),
    });
  }

  cancel(): void {
    this.#giveUp();
  }
}

function keyOf(forward: Forward, serverName: string | undefined): string {
  return `${serverName ?? ''} ${forward.key}`;
}

function carry(connection: PooledConnection, request: PoolRequest): void {
  const wire = request.attach(connection);
  if (wire !== undefined) connection.carry(request, wire, { last: false });
}
