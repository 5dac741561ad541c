import { parseProtocol } from '@inmesh/model';
import type { EgressListenerScope } from './scope.js';

/** The one port of services that a listener takes; `undefined` where it takes them all, as proxies and sockets do. */
export function listenerPort({ port }: Pick<EgressListenerScope, 'port'>): number | undefined {
  if (!port?.number || parseProtocol(port.protocol) === 'HTTP_PROXY') return undefined;
  return port.number;
}
