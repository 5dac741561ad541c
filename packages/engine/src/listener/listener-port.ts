import type { CallRequest } from '../call.js';

/** The port on which a listener took the request, or would have. */
export function listenerPort({ downstream, port }: CallRequest): number {
  return downstream?.listener.port ?? port;
}
