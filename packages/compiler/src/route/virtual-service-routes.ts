import type { Destination } from '@inmesh/model';
import type { ResolvedVirtualService } from '../scope/scope.js';
import { compileRoutes } from './compile-route.js';
import type { RouteContext } from './route-context.js';
import { lazyRoutes, type RouteSource } from './virtual-host-plan.js';

/** The routes of a VirtualService, made of its rules and of what is known about its destinations. */
export function virtualServiceRoutes(
  virtualService: ResolvedVirtualService,
  context: RouteContext,
): RouteSource {
  return lazyRoutes(
    () => compileRoutes(virtualService, context),
    () => [
      virtualService,
      context.scope.mesh.defaultHttpRetryPolicy,
      ...destinationHosts(virtualService).flatMap((host) => [
        ...(context.service(host)?.ports.map(({ number }) => number) ?? []),
        context.service(host)?.externalName,
        context.scope.destinationRule(host),
      ]),
    ],
  );
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
