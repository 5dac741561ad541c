import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Receiver } from '../receive/receiver.js';

/** What a mesh has for servers. */
export interface ReceivingMesh {
  readonly receiver: Receiver;
}

/** How requests are taken in. */
export interface MiddlewareOptions {
  /**
   * The port of the workload whose rules apply, where it is not the one that the connection came to: behind another
   * proxy, a mapped port or a pipe.
   */
  readonly port?: number;
  /** Requests that pass without a look, such as health checks of a platform that has no identity. */
  readonly except?: (request: IncomingMessage) => boolean;
}

/** Middleware in the form that connect brought: Express, polka, plain servers and adapters of others understand it. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Puts the rules for this workload in front of what comes behind: AuthorizationPolicies, RequestAuthentications, rate
 * limits and other filters that EnvoyFilters insert. Calls of the mesh that a request causes carry on its headers and
 * its deadline. Use it first of all.
 *
 * @example
 * const app = express();
 * app.use(meshMiddleware(mesh));
 */
export function meshMiddleware(mesh: ReceivingMesh, options: MiddlewareOptions = {}): Middleware {
  const { port, except } = options;
  return (request, response, next) => {
    if (except?.(request) === true) next();
    else mesh.receiver.receive(request, response, () => next(), { port });
  };
}

/** As listeners of a server's event `upgrade` are called. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * The same for handshakes, which servers of Node keep from all middleware: `listener` hears of those that the rules let
 * in, and answers them.
 *
 * @example
 * server.on('upgrade', meshUpgrade(mesh, (request, socket, head) => sockets.handleUpgrade(request, socket, head, serve)));
 */
export function meshUpgrade(
  mesh: ReceivingMesh,
  listener: UpgradeListener,
  { port, except }: MiddlewareOptions = {},
): UpgradeListener {
  return (request, socket, head) => {
    const next = (): void => listener(request, socket, head);
    if (except?.(request) === true) next();
    else mesh.receiver.upgrade(request, socket as Socket, next, { port });
  };
}
