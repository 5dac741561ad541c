import type { Clock, Endpoint, ResourceManager, TlsSettings, UpstreamSettings } from '@inmesh/engine';
import type { ClientTls } from '../tls/client-tls.js';
import { type ConnectFailure, connect } from './connect.js';
import { Http1Connection } from './http1-connection.js';
import { Http2Connection } from './http2-connection.js';
import type { PoolRequest } from './pool-request.js';
import type { ConnectionListener, PooledConnection } from './pooled-connection.js';

/** What all connections of one pool have in common: sockets are never shared across a difference in these. */
export interface PoolKey {
  readonly endpoint: Endpoint;
  readonly upstream: UpstreamSettings;
  readonly tls: TlsSettings | undefined;
  readonly resources: ResourceManager;
}

export interface PoolOptions {
  readonly clock: Clock;
  readonly clientTls: ClientTls;
  /** The pool has neither connections nor requests any more: it may be forgotten. */
  readonly emptied: (pool: EndpointPool) => void;
}

/**
 * The connections to one endpoint. A request gets the connection that was freed last, or waits in line while
 * another one is opened; a freed connection serves the line even if the one opened for it is still connecting.
 * When a connection fails to open, everybody in line fails with its reason. Envoy: `ConnPoolImplBase`.
 */
export class EndpointPool implements ConnectionListener {
  readonly key: PoolKey;
  readonly #options: PoolOptions;
  readonly #connections = new Map<PooledConnection, ConnectionState>();
  /** Those with room, the one that was freed last at the end. */
  readonly #ready: PooledConnection[] = [];
  /** How to give up each connection that is being opened. */
  readonly #connecting: (() => void)[] = [];
  #pending: PoolRequest[] = [];
  /** The endpoint has left: what still connects serves the line and goes. */
  #leaving = false;

  constructor(key: PoolKey, options: PoolOptions) {
    this.key = key;
    this.#options = options;
  }

  submit(request: PoolRequest): void {
    this.#leaving = false;
    while (true) {
      const connection = this.#ready.pop();
      if (connection === undefined) break;
      if (connection.socket.destroyed) continue;
      this.#assign(connection, request);
      this.#offer(connection);
      return;
    }
    if (!this.key.resources.pendingRequests.tryAcquire()) {
      request.failed('overflow');
      return;
    }
    this.#pending.push(request);
    this.#openForPending();
  }

  /** Takes a request out of the line, and gives up a connection that nobody waits for now. */
  cancel(request: PoolRequest): void {
    const index = this.#pending.indexOf(request);
    if (index < 0) return;
    this.#pending.splice(index, 1);
    this.key.resources.pendingRequests.release();
    if (this.#connecting.length > this.#connectionsNeeded()) {
      this.#connecting.pop()?.();
      this.key.resources.connections.release();
    }
    this.#forgetIfEmpty();
  }

  /** The endpoint has left, or the mesh closes: idle connections go now, busy ones when they are done. */
  drain(): void {
    this.#leaving = true;
    for (const connection of this.#connections.keys()) this.#retire(connection);
    this.#forgetIfEmpty();
  }

  /** Closes everything at once. */
  destroy(): void {
    this.drain();
    for (const connection of this.#connections.keys()) connection.destroy();
    for (const giveUp of this.#connecting.splice(0)) {
      giveUp();
      this.key.resources.connections.release();
    }
    this.#failPending({ reason: 'localConnectionFailure', cause: new Error('the mesh is closed') });
    this.#forgetIfEmpty();
  }

  freed(connection: PooledConnection): void {
    const state = this.#connections.get(connection);
    if (state === undefined) return;
    state.active--;
    if (state.retired && state.active === 0) connection.destroy();
    else this.#offer(connection);
  }

  roomChanged(connection: PooledConnection): void {
    this.#offer(connection);
  }

  draining(connection: PooledConnection): void {
    this.#retire(connection);
  }

  /** Room on this connection goes to the line first, and to who comes next otherwise. */
  #offer(connection: PooledConnection): void {
    const state = this.#connections.get(connection);
    if (state === undefined || connection.socket.destroyed) return;
    while (!state.retired && state.active < connection.capacity) {
      const request = this.#pending.shift();
      if (request === undefined) break;
      this.key.resources.pendingRequests.release();
      this.#assign(connection, request);
    }
    if (state.retired || state.active >= connection.capacity || this.#ready.includes(connection)) return;
    this.#ready.push(connection);
  }

  #assign(connection: PooledConnection, request: PoolRequest): void {
    const state = this.#connections.get(connection);
    const wire = state === undefined ? undefined : request.attach();
    if (state === undefined || wire === undefined) return;
    const { maxRequestsPerConnection } = this.key.upstream;
    state.active++;
    state.carried++;
    const last = maxRequestsPerConnection > 0 && state.carried >= maxRequestsPerConnection;
    if (last) state.retired = true;
    connection.carry(request, wire, { last });
  }

  #connectionsNeeded(): number {
    const { protocol, maxConcurrentStreams } = this.key.upstream;
    return Math.ceil(this.#pending.length / (protocol === 'http2' ? maxConcurrentStreams : 1));
  }

  #openForPending(): void {
    const { connections } = this.key.resources;
    while (this.#connecting.length < this.#connectionsNeeded()) {
      if (!connections.tryAcquire()) {
        // At the limit, the line waits for a connection to be freed, unless there is none at all.
        if (this.#connecting.length + this.#connections.size > 0) return;
        connections.acquire();
      }
      this.#open();
    }
  }

  #open(): void {
    const { clock } = this.#options;
    const { upstream, resources } = this.key;
    const protocol = upstream.protocol === 'http2' ? 'http2' : 'http1';
    const startedAt = clock.now();
    resources.stats?.connectionStarted(protocol);
    const over = (): void => {
      const index = this.#connecting.indexOf(giveUp);
      if (index >= 0) this.#connecting.splice(index, 1);
    };
    const giveUp = connect(
      this.key,
      {
        connected: (socket) => {
          over();
          resources.stats?.connectionOpened(clock.now() - startedAt);
          this.#add(
            protocol === 'http2'
              ? new Http2Connection(socket, upstream, this, clock)
              : new Http1Connection(socket, upstream, this, clock),
          );
        },
        failed: (failure) => {
          over();
          resources.stats?.connectionFailed(failure.reason);
          resources.connections.release();
          this.#failPending(failure);
          this.#forgetIfEmpty();
        },
      },
      this.#options,
    );
    this.#connecting.push(giveUp);
  }

  #add(connection: PooledConnection): void {
    const { clock } = this.#options;
    const { maxConnectionDurationMs } = this.key.upstream;
    const timer =
      maxConnectionDurationMs > 0
        ? clock.setTimeout(() => this.#retire(connection), maxConnectionDurationMs)
        : undefined;
    this.#connections.set(connection, { active: 0, carried: 0, retired: false });
    connection.socket
      .on('error', () => {})
      .once('close', () => {
        if (timer !== undefined) clock.clearTimeout(timer);
        this.#remove(connection);
      });
    this.#offer(connection);
    if (this.#leaving) this.#retire(connection);
  }

  #remove(connection: PooledConnection): void {
    this.#connections.delete(connection);
    this.#unready(connection);
    this.key.resources.connections.release();
    this.#openForPending();
    this.#forgetIfEmpty();
  }

  #retire(connection: PooledConnection): void {
    const state = this.#connections.get(connection);
    if (state === undefined) return;
    state.retired = true;
    this.#unready(connection);
    if (state.active === 0) connection.destroy();
  }

  #unready(connection: PooledConnection): void {
    const index = this.#ready.indexOf(connection);
    if (index >= 0) this.#ready.splice(index, 1);
  }

  #failPending({ reason, cause }: ConnectFailure): void {
    const failed = this.#pending;
    this.#pending = [];
    for (const request of failed) {
      this.key.resources.pendingRequests.release();
      request.failed(reason, cause);
    }
  }

  #forgetIfEmpty(): void {
    if (this.#connections.size + this.#connecting.length + this.#pending.length === 0)
      this.#options.emptied(this);
  }
}

interface ConnectionState {
  active: number;
  carried: number;
  /** No further requests: it closes with the last one under way. */
  retired: boolean;
}
