import type { RouteConfiguration } from '@inmesh/model';

/** What Istio says of every route configuration of sidecars and gateways. */
export function routeConfigurationOptions(name: string): Omit<RouteConfiguration, 'virtualHosts'> {
  return {
    name,
    // A route to a cluster that does not exist answers 503 when it is taken, and harms nothing before.
    validateClusters: false,
    maxDirectResponseBodySizeBytes: 1_048_576,
    ignorePortInHostMatching: true,
  };
}
