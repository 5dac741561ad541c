import type { Socket } from 'node:net';
import type { PoolRequest, WireRequest } from './pool-request.js';

/** One connection of a pool: HTTP/1 with one request at a time, or HTTP/2 with many. */
export interface PooledConnection {
  readonly socket: Socket;
  /** Requests that it may carry at once; HTTP/2 learns it from its peer. */
  readonly capacity: number;
  /** Writes the request, and tells it and then the pool when its exchange is over. `last`: the connection is not used again. */
  carry(request: PoolRequest, wire: WireRequest, options: { readonly last: boolean }): void;
  /** Closes it at once; there is nothing under way, or nothing that matters. */
  destroy(): void;
}

/** What a connection tells its pool. */
export interface ConnectionListener {
  /** An exchange is over: there is room. */
  freed(connection: PooledConnection): void;
  /** The peer allows more exchanges at once, or fewer. */
  roomChanged(connection: PooledConnection): void;
  /** The peer takes no further requests; those under way go on. */
  draining(connection: PooledConnection): void;
}
