import { formatClusterName, type Route } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { compileTimeout } from './compile-route-action.js';
import { forwardsHost } from './proxy-headers.js';
import { lazyRoutes, type VirtualHostPlan } from './virtual-host-plan.js';

/**
 * What becomes of hosts that nobody knows: passed through, sent to the egress proxy, resolved by name, or refused
 * with 502, as the outbound policy says. Istio: `buildCatchAllVirtualHost`.
 */
export function catchAllVirtualHost(scope: Scope, options: VirtualHostPlan['options']): VirtualHostPlan {
  return {
    name: catchAllAnswer(scope).name,
    domains: ['*'],
    routes: lazyRoutes(
      (now) => {
        const { name, action } = catchAllAnswer(now);
        return [{ name, match: { prefix: '/' }, ...action }];
      },
      (now) => [catchAllAnswer(now).action.route?.cluster],
    ),
    options,
  };
}

/** Resolves whatever host a request names. */
export const dynamicDnsCluster = 'AllowAnyDynamicDNSCluster';

/** The cluster of unknown destinations for bytes; http may go elsewhere only with dynamic DNS. */
export function unknownDestinationCluster({ outboundTrafficPolicy }: Scope): string {
  const { mode, egressProxy } = outboundTrafficPolicy;
  if (mode === 'REGISTRY_ONLY') return 'BlackHoleCluster';
  if (mode !== 'ALLOW_ANY' || !egressProxy) return 'PassthroughCluster';
  return formatClusterName({
    direction: 'outbound',
    port: egressProxy.port?.number ?? 0,
    subset: egressProxy.subset ?? '',
    host: egressProxy.host ?? '',
  });
}

function catchAllAnswer(scope: Scope): {
  readonly name: string;
  readonly action: Pick<Route, 'route' | 'directResponse'>;
} {
  switch (scope.outboundTrafficPolicy.mode) {
    case 'REGISTRY_ONLY':
      return { name: 'block_all', action: { directResponse: { status: 502 } } };
    case 'ALLOW_ANY_DYNAMIC_DNS':
      return {
        name: 'allow_any_dynamic_dns',
        action: catchAllRoute(scope, dynamicDnsCluster),
      };
    default:
      return {
        name: 'allow_any',
        action: catchAllRoute(scope, unknownDestinationCluster(scope)),
      };
  }
}

function catchAllRoute({ mesh }: Scope, cluster: string): Pick<Route, 'route'> {
  return {
    route: { cluster, ...compileTimeout(), ...(forwardsHost(mesh) && { appendXForwardedHost: true }) },
  };
}
