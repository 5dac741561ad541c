import { gatewayRouteConfiguration } from '../gateway/gateway-route-configuration.js';
import type { Scope } from '../scope/scope.js';
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
  return scope.workload.type === 'router'
    ? gatewayRouteConfiguration(scope, name, previous)
    : outboundRouteConfiguration(scope, name, previous);
}
