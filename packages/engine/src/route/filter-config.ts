import type { PerFilterConfig } from '@inmesh/model';
import type { LevelConfig } from './route-entry.js';

/** A level of a route: its weighted cluster, the route itself, its virtual host, or the route configuration. */
interface Level {
  readonly typedPerFilterConfig?: PerFilterConfig;
}

/**
 * The configurations for filters on the levels of a route, from the most specific on. Names are those in the chain;
 * a name that no filter has is left alone.
 */
export function compileFilterConfigs(
  levels: readonly (Level | undefined)[],
): (filterName: string) => readonly LevelConfig[] {
  const present = levels.flatMap((holder) => {
    const configs = holder?.typedPerFilterConfig;
    return holder === undefined || configs === undefined ? [] : [{ holder, configs }];
  });
  return (filterName) =>
    present.flatMap(({ holder, configs }) => {
      const config = Object.hasOwn(configs, filterName) ? configs[filterName] : undefined;
      return config === undefined ? [] : [{ holder, config }];
    });
}
