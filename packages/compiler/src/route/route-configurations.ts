import type { Steps } from '@inmesh/model';
import { gatewayRouteConfiguration } from '../gateway/gateway-route-configuration.js';
import type { Scope } from '../scope/scope.js';
import { httpsPortOf, httpsRouteConfiguration } from './https-route-configuration.js';
import { outboundRouteConfiguration, prepareOutboundRoutes } from './outbound-route-configuration.js';
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

/** Does in steps most of what {@link compileRouteConfiguration} would otherwise do at once. */
export function* prepareRouteConfiguration(
  scope: Scope,
  name: string,
  previous?: RouteConfigurationIndex,
): Steps<void> {
  if (scope.workload.type !== 'router' && httpsPortOf(name) === undefined)
    yield* prepareOutboundRoutes(scope, name, previous);
}

/** Route configurations so large that nobody should wait for them: they are made before anybody asks. */
export function largeRouteConfigurations({ egressListeners, workload }: Scope): readonly string[] {
  if (workload.type === 'router') return [];
  return egressListeners.flatMap((listener) =>
    listener.port !== undefined
      ? []
      : [...listener.servicePorts()]
          .filter((port) => listener.servicesOn(port).length >= manyServices)
          .map(String),
  );
}

/** To plan so many takes a few milliseconds. */
const manyServices = 256;
