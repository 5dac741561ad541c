import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { CallerConnection, CallRequest, Connect, Forward } from '@inmesh/engine';
import { Http1Connection } from '../pool/http1-connection.js';
import type { PoolRequest } from '../pool/pool-request.js';
import type { ConnectionListener, PooledConnection } from '../pool/pooled-connection.js';
import type { CallerTls } from '../tls/caller-tls.js';
import { type ForwardOptions, type ForwardOutcome, openForward } from './forward-connection.js';
import { type KeptStream, KeptStreams } from './kept-streams.js';
import { type OpenStream, SharedStream } from './shared-stream.js';

export interface ForwardPoolsOptions extends ForwardOptions {
  readonly callerTls: CallerTls;
}

/** As undici keeps connections whose server does not say how long it does. */
const keepMs = 4_000;

/**
 * HTTP over byte streams that nobody on the way reads: TCP listeners, SNI passthrough, unknown destinations. TLS
 * of an `https:` call is end to end, checked against the system's roots. Every call is a stream of its own to the
 * engine, so that weights and changed rules hold per call. In clear text it has a connection of its own as well;
 * over TLS, where a handshake is dear, it takes one that has led to its endpoint before.
 */
export class ForwardPools {
  readonly #options: ForwardPoolsOptions;
  readonly #kept = new KeptStreams();
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
        connected: (socket, over) => {
          this.#sockets.add(socket);
          socket.once('close', () => this.#sockets.delete(socket));
          outcome.connected(socket, over);
        },
      },
      this.#options,
    );
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** @internal */
  open(
    forward: Forward,
    serverName: string | undefined,
    outcome: { opened(connection: PooledConnection): void; refused(error: Error): void },
  ): () => void {
    if (serverName !== undefined) return this.#openKept(forward, serverName, outcome);
    return this.#open(forward, undefined, 'http/1.1', {
      opened: (socket) => outcome.opened(this.#connectionOn(socket, (connection) => connection.destroy())),
      refused: outcome.refused,
    });
  }

  #openKept(
    forward: Forward,
    serverName: string,
    outcome: { opened(connection: PooledConnection): void; refused(error: Error): void },
  ): () => void {
    let to: Connect | undefined;
    let kept: KeptStream | undefined;
    return openForward(
      forward,
      {
        refused: outcome.refused,
        kept: (place) => {
          to = place;
          kept = this.#kept.take(serverName, place);
          return kept?.raw;
        },
        connected: (raw, over) => {
          if (kept !== undefined) {
            kept.over = over;
            outcome.opened(kept.connection);
            return;
          }
          this.#secure(raw, serverName, 'http/1.1', {
            refused: outcome.refused,
            opened: (socket) => {
              const connection = this.#connectionOn(socket, () => {
                stream.over();
                this.#kept.keep(stream);
              });
              const stream: KeptStream = { serverName, to: to as Connect, raw, connection, over };
              socket.once('close', () => this.#kept.forget(stream));
              outcome.opened(connection);
            },
          });
        },
      },
      this.#options,
    );
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
          if (serverName !== undefined) {
            this.#secure(raw, serverName, protocol, outcome);
            return;
          }
          this.#note(raw);
          outcome.opened(raw);
        },
      },
      this.#options,
    );
  }

  #secure(
    raw: Socket,
    serverName: string,
    protocol: 'h2' | 'http/1.1',
    outcome: Parameters<OpenStream>[0],
  ): void {
    this.#note(raw);
    const { clientTls, callerTls } = this.#options;
    const secure = tls.connect({ socket: raw, ...clientTls.options(callerTls.of(serverName, protocol)) });
    const onError = (error: Error): void => {
      raw.destroy();
      outcome.refused(error);
    };
    secure.once('error', onError).once('secureConnect', () => {
      secure.off('error', onError).on('error', () => {});
      outcome.opened(secure);
    });
  }

  #note(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
  }

  #connectionOn(socket: Socket, freed: ConnectionListener['freed']): PooledConnection {
    const listener: ConnectionListener = { freed, roomChanged() {}, draining() {} };
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
    this.#giveUp = this.#pools.open(this.#forward, this.#serverName, {
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
  const wire = request.attach();
  if (wire !== undefined) connection.carry(request, wire, { last: false });
}
