import { formatClusterName, type Route } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import type { Scope } from '../scope/scope.js';
import { compileHashPolicy, hashOfService } from './compile-hash-policy.js';
import { compileRetryPolicy } from './compile-retry-policy.js';
import { compileTimeout } from './compile-route-action.js';
import { lazyRoutes, type RouteSource } from './virtual-host-plan.js';

/**
 * The one route of a service that no VirtualService owns. Its retries avoid hosts tried before even where a hash
 * chooses them. Istio: `BuildDefaultHTTPOutboundRoute`.
 */
export function serviceRoutes(service: Service, port: number, scope: Scope): RouteSource {
  const { hostname } = service;
  return lazyRoutes(
    () => [compileServiceRoute(hostname, port, scope)],
    () => [scope.mesh.defaultHttpRetryPolicy, scope.destinationRule(hostname)],
  );
}

function compileServiceRoute(hostname: string, port: number, scope: Scope): Route {
  const retryPolicy = compileRetryPolicy(scope.mesh.defaultHttpRetryPolicy, { hashed: false });
  const hashPolicy = compileHashPolicy(hashOfService(scope.destinationRule(hostname), port));
  return {
    name: 'default',
    match: { prefix: '/' },
    route: {
      cluster: formatClusterName({ direction: 'outbound', port, subset: '', host: hostname }),
      ...compileTimeout(),
      ...(retryPolicy && { retryPolicy }),
      ...(hashPolicy && { hashPolicy: [hashPolicy] }),
    },
    decorator: { operation: `${hostname}:${port}/*` },
  };
}
