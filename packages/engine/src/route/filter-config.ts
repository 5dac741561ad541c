import type { PerFilterConfig } from '@inmesh/model';
import type { ClusterChoice } from './route-entry.js';

/** What filters may ask of a route. */
export type RouteFilterConfigs = Pick<ClusterChoice, 'filterConfig' | 'filterConfigs'>;

/**
 * The configurations for filters on the levels of a route, from the most specific on: weighted cluster, route,
 * virtual host, route configuration. Names are those in the chain; a name that no filter has is left alone.
 */
export function compileFilterConfigs(levels: readonly (PerFilterConfig | undefined)[]): RouteFilterConfigs {
  const present = levels.filter((level) => level !== undefined);
  const filterConfigs: ClusterChoice['filterConfigs'] = (filterName) =>
    present.flatMap((level) => (Object.hasOwn(level, filterName) ? (level[filterName] ?? []) : []));
  return { filterConfigs, filterConfig: (filterName) => filterConfigs(filterName)[0] };
}
