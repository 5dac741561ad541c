import type { Destination } from '@inmesh/model';
import type { ResolvedVirtualService } from '../scope/scope.js';
import { compileRoutes } from './compile-route.js';
import { type RouteContext, type RoutePlace, routeContext } from './route-context.js';
import { lazyRoutes, type RouteSource } from './virtual-host-plan.js';

/** The routes of a VirtualService, made of its rules and of what is known about its destinations. */
export function virtualServiceRoutes(virtualService: ResolvedVirtualService, place: RoutePlace): RouteSource {
  return lazyRoutes(
    (scope) => compileRoutes(virtualService, routeContext(place, scope)),
    (scope) => [
      virtualService,
      place.gateway,
      place.port,
      place.terminatesTls,
      scope.mesh.defaultHttpRetryPolicy,
      ...destinationHosts(virtualService).flatMap((host) => knownOf(host, routeContext(place, scope))),
    ],
  );
}

/** What {@link destinationCluster} and the hash of a destination depend on. */
function knownOf(host: string, { service, scope }: RouteContext): unknown[] {
  const { ports = [], externalName } = service(host) ?? {};
  return [...ports.map(({ number }) => number), externalName, scope.destinationRule(host)];
}

function destinationHosts({ spec }: ResolvedVirtualService): string[] {
  const hosts = new Set<string>();
  const add = (destination: Destination | undefined): void => {
    if (destination?.host) hosts.add(destination.host);
  };
  for (const { route, mirror, mirrors } of spec.http ?? []) {
    for (const { destination } of route ?? []) add(destination);
    add(mirror);
    for (const { destination } of mirrors ?? []) add(destination);
  }
  return [...hosts];
}
