import type { EgressListenerScope, Scope } from '../scope/scope.js';

/**
 * The egress listener that serves a port, or a socket by its bind; the catch-all serves what none before it does.
 * Istio: `SidecarScope.GetEgressListenerForRDS`.
 */
export function egressListenerFor(
  { egressListeners }: Scope,
  port: number,
  bind: string,
): EgressListenerScope | undefined {
  return egressListeners.find(
    (listener) =>
      listener.port === undefined ||
      (listener.port.number === port && (port !== 0 || listener.bind === bind)),
  );
}
