import { isHttp } from '../registry/protocol.js';
import type { Protocol } from '../registry/service.js';
import type { EgressListenerScope, Scope } from '../scope/scope.js';
import { type HostGroup, servedPorts, servicesOnPort, virtualServiceGroups } from './host-groups.js';
import { planVirtualHosts } from './plan-virtual-hosts.js';
import { serviceRoutes } from './service-routes.js';
import type { VirtualHostPlan } from './virtual-host-plan.js';

/**
 * The virtual hosts that a sidecar sees on one port, without the catch-all: first the services that a
 * VirtualService owns, then all others. Port 0 stands for listeners that serve all ports at once (sockets, HTTP
 * proxies). Istio: `BuildSidecarOutboundVirtualHosts`.
 */
export function planOutboundVirtualHosts(
  scope: Scope,
  listener: EgressListenerScope,
  port: number,
  options: VirtualHostPlan['options'],
): VirtualHostPlan[] {
  const services = servicesOnPort(listener.services, port);
  const owned = virtualServiceGroups({
    listener,
    services,
    context: {
      scope,
      gateway: 'mesh',
      port,
      terminatesTls: false,
      service: (hostname) => services.get(hostname),
    },
    serves: isHttpOrSniffed,
  });
  const taken = new Set(owned.flatMap((group) => group.services.map(({ hostname }) => hostname)));
  const others = [...services.values()]
    .filter(({ hostname, resolution }) => !taken.has(hostname) && resolution !== 'Alias')
    .flatMap((service) =>
      servedPorts(service, isHttpOrSniffed).map((number): HostGroup => {
        const routes = serviceRoutes(service, number, scope);
        return { port: number, hosts: [], services: [service], routes };
      }),
    );
  const groups = [...owned, ...others].filter((group) => port === 0 || group.port === port);
  return planVirtualHosts(groups, port, { workload: scope.workload, options });
}

function isHttpOrSniffed(protocol: Protocol): boolean {
  return isHttp(protocol) || protocol === 'Unsupported';
}
