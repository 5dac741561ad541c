import type { Listener } from '@inmesh/model';
import { hasHttpsRoutes, httpsRouteName } from '../route/https-route-configuration.js';
import type { Scope } from '../scope/scope.js';
import { compileConnectionManager } from './http-connection-manager.js';
import { compileAddress } from './listener-parts.js';

/** The address under which listeners for `https:` calls are asked for. */
export const httpsAddress = 'inmesh.https';

/**
 * The listener of `https:` calls on a port, before they are encrypted. No proxy has such a thing, so it is in no
 * dump. `undefined` where no rule names a host on the port.
 */
export function httpsListener(scope: Scope, port: number): Listener | undefined {
  if (!hasHttpsRoutes(scope, port)) return undefined;
  const name = httpsRouteName(port);
  const manager = compileConnectionManager(scope, {
    listenerClass: 'outbound',
    statPrefix: `outbound_${name};`,
    routes: { name },
    protocol: 'HTTP',
  });
  return {
    name,
    address: compileAddress(httpsAddress, port),
    filterChains: [{ filters: [manager] }],
    bindToPort: false,
    trafficDirection: 'OUTBOUND',
  };
}
