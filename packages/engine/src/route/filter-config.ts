import type { PerFilterConfig } from '@inmesh/model';
import type { ClusterChoice } from './route-entry.js';

/** The levels of configuration for filters, from the most specific on: weighted cluster, route, virtual host, route configuration. */
export type FilterConfigLevels = readonly (PerFilterConfig | undefined)[];

/** The most specific level that names the filter wins whole; nothing is merged. Names are those in the chain. */
export function mostSpecific(levels: FilterConfigLevels): ClusterChoice['filterConfig'] {
  const present = levels.filter((level) => level !== undefined);
  if (present.length === 0) return () => undefined;
  return (filterName) => {
    for (const level of present) if (Object.hasOwn(level, filterName)) return level[filterName];
    return undefined;
  };
}
