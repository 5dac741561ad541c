import type { HttpConnectionManager, Listener } from '@inmesh/model';
import type { ConfigDump } from './compiler.js';
import type { Generation } from './generation.js';
import { wholeRouteConfiguration } from './route/route-configurations.js';

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
