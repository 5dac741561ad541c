import type { Route, RouteConfiguration, VirtualHost } from '@inmesh/model';
import { mergeMessage, patchedMessages } from '@inmesh/model/envoy-messages';
import { editList } from './edit-list.js';
import {
  matchesRouteConfiguration,
  matchesVirtualHost,
  namesRoute,
  type RouteConfigurationInfo,
} from './match-route.js';
import { appliesIn, mergeOptionsOf, type Patch, type PatchSet } from './patch.js';
import { remember } from './remember.js';

/** Everything of a route configuration but its virtual hosts. */
export type RouteConfigurationOptions = Omit<RouteConfiguration, 'virtualHosts'>;

/** The patches of one route configuration, each part for itself, so that virtual hosts can wait for first use. */
export interface RouteConfigurationPatches {
  readonly options: (options: RouteConfigurationOptions) => RouteConfigurationOptions;
  /** Whether names and domains of the virtual hosts may be others afterwards. */
  readonly touchHosts: boolean;
  /** The virtual host without a look at its routes; `undefined` when a patch removes it. */
  readonly head: (virtualHost: VirtualHost) => VirtualHost | undefined;
  /** The virtual host with its routes. The same object in gives the same out. */
  readonly virtualHost: (virtualHost: VirtualHost) => VirtualHost | undefined;
  /** Virtual hosts that merges of the whole configuration bring along; they are patched like generated ones. */
  readonly mergedVirtualHosts: readonly VirtualHost[];
  /** Whether such a merge displaces the generated virtual hosts. */
  readonly replacesVirtualHosts: boolean;
  /** Virtual hosts that stand behind all others and are not patched. */
  readonly addedVirtualHosts: readonly VirtualHost[];
}

/** `undefined` when nothing touches this route configuration. */
export function routeConfigurationPatches(
  all: PatchSet,
  info: RouteConfigurationInfo,
): RouteConfigurationPatches | undefined {
  const applies = appliesIn(info.context);
  const meant = (patch: Patch): boolean => applies(patch) && matchesRouteConfiguration(patch, info);
  const merges = all.ROUTE_CONFIGURATION.filter(meant);
  const hostPatches = all.VIRTUAL_HOST.filter(meant);
  const routePatches = all.HTTP_ROUTE.filter(meant);
  if (merges.length + hostPatches.length + routePatches.length === 0) return undefined;
  const merged = mergedVirtualHosts(merges);
  return {
    options: (options) => mergeOptions(merges, options),
    touchHosts: hostPatches.length + merged.mergedVirtualHosts.length > 0 || merged.replacesVirtualHosts,
    head: (virtualHost) => patchVirtualHost(hostPatches, virtualHost),
    virtualHost: remember((virtualHost) => {
      const patched = patchVirtualHost(hostPatches, virtualHost);
      return patched && patchRoutes(routePatches, patched);
    }),
    ...merged,
    addedVirtualHosts: hostPatches
      .filter(({ operation }) => operation === 'ADD')
      .map(({ value }) => value as VirtualHost),
  };
}

function mergeOptions(
  merges: readonly Patch<'ROUTE_CONFIGURATION'>[],
  options: RouteConfigurationOptions,
): RouteConfigurationOptions {
  let merged = options;
  for (const { operation, value } of merges) {
    const { virtualHosts, ...patch } = value;
    const how = mergeOptionsOf(operation);
    if (how !== undefined) merged = mergeMessage(patchedMessages.ROUTE_CONFIGURATION, merged, patch, how);
  }
  return merged;
}

function mergedVirtualHosts(
  merges: readonly Patch<'ROUTE_CONFIGURATION'>[],
): Pick<RouteConfigurationPatches, 'mergedVirtualHosts' | 'replacesVirtualHosts'> {
  let hosts: readonly VirtualHost[] = [];
  let replaces = false;
  for (const { operation, value } of merges) {
    const how = mergeOptionsOf(operation);
    if (how === undefined || value.virtualHosts === undefined) continue;
    hosts = how.replaceLists ? value.virtualHosts : [...hosts, ...value.virtualHosts];
    replaces ||= how.replaceLists;
  }
  return { mergedVirtualHosts: hosts, replacesVirtualHosts: replaces };
}

/** A replaced virtual host meets the remaining patches under its new name. */
function patchVirtualHost(
  patches: readonly Patch<'VIRTUAL_HOST'>[],
  virtualHost: VirtualHost,
): VirtualHost | undefined {
  let patched = virtualHost;
  for (const patch of patches) {
    if (!matchesVirtualHost(patch, patched)) continue;
    if (patch.operation === 'REMOVE') return undefined;
    if (patch.operation === 'REPLACE') patched = patch.value as VirtualHost;
    const options = mergeOptionsOf(patch.operation);
    if (options !== undefined)
      patched = mergeMessage(patchedMessages.VIRTUAL_HOST, patched, patch.value, options);
  }
  return patched;
}

/** First what changes the routes that are there, then what adds routes, which stay as they are. */
function patchRoutes(patches: readonly Patch<'HTTP_ROUTE'>[], virtualHost: VirtualHost): VirtualHost {
  const meant = patches.filter((patch) => matchesVirtualHost(patch, virtualHost));
  const before: readonly Route[] = virtualHost.routes ?? [];
  let routes: readonly Route[] = before.flatMap((route) => patchRoute(meant, route) ?? []);
  if (routes.every((route, index) => route === before[index]) && routes.length === before.length)
    routes = before;
  for (const patch of meant) routes = addRoute(patch, routes);
  return routes === before ? virtualHost : { ...virtualHost, routes: [...routes] };
}

function patchRoute(patches: readonly Patch<'HTTP_ROUTE'>[], route: Route): Route | undefined {
  let patched = route;
  for (const patch of patches) {
    if (!(namesRoute(patch)?.(patched) ?? true)) continue;
    if (patch.operation === 'REMOVE') return undefined;
    const options = mergeOptionsOf(patch.operation);
    if (options !== undefined)
      patched = mergeMessage(patchedMessages.HTTP_ROUTE, patched, patch.value, options);
  }
  return patched;
}

/** Unlike a filter, a route that is inserted first asks for the route that it names to be there. */
function addRoute(patch: Patch<'HTTP_ROUTE'>, routes: readonly Route[]): readonly Route[] {
  const { operation, value } = patch;
  const names = namesRoute(patch);
  if (operation === 'REMOVE' || operation === 'REPLACE') return routes;
  if (operation === 'INSERT_FIRST' && names !== undefined && !routes.some(names)) return routes;
  return editList(routes, { operation, value: value as Route, names });
}
