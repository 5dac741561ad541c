import type {
  Extension,
  FilterChain,
  HttpConnectionManager,
  Listener,
  RouteConfiguration,
} from '@inmesh/model';
import { mapOrSame } from './edit-list.js';

/** The listener with the route configurations that stand inside it changed, as those of inbound listeners do. */
export function patchInlineRoutes(
  listener: Listener,
  change: (routeConfiguration: RouteConfiguration) => RouteConfiguration,
): Listener {
  const changeFilter = (filter: Extension): Extension => {
    const manager: HttpConnectionManager | undefined = filter.typedConfig;
    if (manager?.routeConfig === undefined) return filter;
    const routeConfig = change(manager.routeConfig);
    return routeConfig === manager.routeConfig
      ? filter
      : { ...filter, typedConfig: { ...manager, routeConfig } };
  };
  const changeChain = (chain: FilterChain): FilterChain => {
    const filters = chain.filters ?? [];
    const changed = mapOrSame(filters, changeFilter);
    return changed === filters ? chain : { ...chain, filters: [...changed] };
  };
  const { filterChains = [], defaultFilterChain } = listener;
  const chains = mapOrSame(filterChains, changeChain);
  const last = defaultFilterChain && changeChain(defaultFilterChain);
  if (chains === filterChains && last === defaultFilterChain) return listener;
  return { ...listener, filterChains: [...chains], ...(last && { defaultFilterChain: last }) };
}
