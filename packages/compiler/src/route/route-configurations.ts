import type { RouteConfiguration, VirtualHost } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';

/** One route configuration: the domains of all virtual hosts at once, each virtual host compiled on first use. */
export interface RouteConfigurationIndex {
  readonly name: string;
  /** Everything but the virtual hosts. */
  readonly options: Omit<RouteConfiguration, 'virtualHosts'>;
  /** Each domain, in lower case, with the name of its virtual host. In the order of the virtual hosts. */
  readonly domains: ReadonlyMap<string, string>;
  virtualHost(name: string): VirtualHost | undefined;
}

/**
 * The route configuration of this name, or `undefined`. `previous` is the answer for the scope before: it is
 * answered again when nothing that it is made of has changed.
 */
export function compileRouteConfiguration(
  _scope: Scope,
  _name: string,
  _previous?: RouteConfigurationIndex,
): RouteConfigurationIndex | undefined {
  return undefined;
}
