import type {
  Cluster,
  ClusterLoadAssignment,
  HttpConnectionManager,
  Listener,
  RouteConfiguration,
} from '@inmesh/model';
import type { Generation } from './generation.js';
import { wholeRouteConfiguration } from './route/route-configurations.js';

/** A translation as a whole, in Envoy's form. */
export interface ConfigDump {
  readonly listeners: readonly Listener[];
  readonly routes: readonly RouteConfiguration[];
  readonly clusters: readonly Cluster[];
  readonly endpoints: readonly ClusterLoadAssignment[];
}

/** Everything of one generation: what listeners, and the routes that they name, and what clusters need. */
export function dumpGeneration(generation: Generation): ConfigDump {
  const listeners = generation.listeners();
  const clusters = generation.clusters();
  const routes = new Set(listeners.flatMap(routeNames));
  return {
    listeners,
    routes: [...routes].flatMap((name) => {
      const index = generation.routeConfiguration(name);
      return index === undefined ? [] : wholeRouteConfiguration(index);
    }),
    clusters,
    endpoints: clusters.flatMap(({ type, name, edsClusterConfig }) =>
      type === 'EDS' ? (generation.loadAssignment(edsClusterConfig?.serviceName ?? name) ?? []) : [],
    ),
  };
}

function routeNames({ filterChains = [], defaultFilterChain }: Listener): string[] {
  return [...filterChains, ...(defaultFilterChain === undefined ? [] : [defaultFilterChain])].flatMap(
    ({ filters }) =>
      (filters ?? []).flatMap(({ typedConfig }) => {
        const name = (typedConfig as HttpConnectionManager | undefined)?.rds?.routeConfigName;
        return name === undefined ? [] : [name];
      }),
  );
}
