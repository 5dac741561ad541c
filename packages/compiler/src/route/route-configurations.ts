import { gatewayRouteConfiguration } from '../gateway/gateway-route-configuration.js';
import type { Scope } from '../scope/scope.js';
import { httpsPortOf, httpsRouteConfiguration } from './https-route-configuration.js';
import { outboundRouteConfiguration } from './outbound-route-configuration.js';
import type { RouteConfigurationIndex } from './route-configuration-index.js';

export { type RouteConfigurationIndex, wholeRouteConfiguration } from './route-configuration-index.js';

/**
 * The route configuration of this name, or `undefined`. `previous` is the answer for the scope before: virtual
 * hosts that it compiled and of which nothing has changed are answered again.
 */
export function compileRouteConfiguration(
  scope: Scope,
  name: string,
  previous?: RouteConfigurationIndex,
): RouteConfigurationIndex | undefined {
  if (scope.workload.type === 'router') return gatewayRouteConfiguration(scope, name, previous);
  const httpsPort = httpsPortOf(name);
  return httpsPort === undefined
    ? outboundRouteConfiguration(scope, name, previous)
    : httpsRouteConfiguration(scope, httpsPort, previous);
}
