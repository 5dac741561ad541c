import { finish, hostsOverlap, isTls, isWildcard } from '@inmesh/model';
import type { EgressListenerScope, Scope } from '../scope/scope.js';
import { egressListenerFor } from './egress-listener.js';
import { type HostGroup, virtualServiceGroups } from './host-groups.js';
import { planVirtualHosts } from './plan-virtual-hosts.js';
import { includesAttemptCount } from './proxy-headers.js';
import { createRouteConfigurationIndex, type RouteConfigurationIndex } from './route-configuration-index.js';
import { routeConfigurationOptions } from './route-configuration-options.js';
import { ServicesOnPort } from './services-on-port.js';
import { holdsStaticallyL4 } from './static-match.js';
import { lazyRoutes, plannedHosts, type VirtualHostPlan } from './virtual-host-plan.js';

/** The name that listener and routes for `https:` calls on a port share. */
export function httpsRouteName(port: number): string {
  return `inmesh.https.${port}`;
}

/** The port in such a name. */
export function httpsPortOf(name: string): number | undefined {
  const [, port] = /^inmesh\.https\.(\d+)$/.exec(name) ?? [];
  return port === undefined ? undefined : Number(port);
}

/**
 * Routes for calls that a process sees before they are encrypted: those hosts of HTTPS and TLS ports that an http
 * rule names. All others pass as bytes by their server name, as in Istio, where an http rule says nothing of such
 * ports.
 */
export function httpsRouteConfiguration(
  scope: Scope,
  port: number,
  previous?: RouteConfigurationIndex,
): RouteConfigurationIndex | undefined {
  const virtualHosts = planHttpsVirtualHosts(scope, port);
  if (virtualHosts.length === 0) return undefined;
  const options = routeConfigurationOptions(httpsRouteName(port));
  return createRouteConfigurationIndex(options, plannedHosts(virtualHosts), scope, previous);
}

/** Whether an http rule names any host on this port. */
export function hasHttpsRoutes(scope: Scope, port: number): boolean {
  return planHttpsVirtualHosts(scope, port).length > 0;
}

/** A `tls` block is what Istio honours on such a port, so it takes its names before any http rule. */
function planHttpsVirtualHosts(scope: Scope, port: number): VirtualHostPlan[] {
  const listener = egressListenerFor(scope, port, String(port));
  if (listener === undefined) return [];
  const known = new ServicesOnPort(scope.workload, port);
  const services = known.select(
    listener
      .servicesOn(port)
      .items.filter(({ ports }) => ports.some((one) => one.number === port && isTls(one.protocol))),
  );
  if (services.size === 0) return [];
  const groupsOfRules = virtualServiceGroups({
    listener: { virtualServices: listener.virtualServices.items },
    services,
    wildcards: [...services.keys()].filter(isWildcard),
    workload: scope.workload,
    place: {
      gateway: 'mesh',
      port,
      terminatesTls: true,
      service: (hostname) => services.get(hostname),
    },
    serves: isTls,
  });
  const httpGroups = finish(groupsOfRules);
  if (httpGroups.length === 0) return [];
  const groups = [...tlsGroups(scope, listener, [...services.keys()], port), ...httpGroups];
  const options = { ...(includesAttemptCount(scope.mesh) && { includeRequestAttemptCount: true }) };
  const { plans } = finish(planVirtualHosts(groups, port, { known, options }));
  return plans.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/**
 * The names that `tls` blocks take, as hosts without routes: such calls travel as bytes, by the chains of the port.
 * Matches by address are left out: of a call before it is made no address is known.
 */
function tlsGroups(
  { workload }: Scope,
  { virtualServices }: EgressListenerScope,
  hostnames: readonly string[],
  port: number,
): HostGroup[] {
  const groups: HostGroup[] = [];
  for (const { spec } of virtualServices) {
    const { hosts = [], tls = [] } = spec;
    if (!hosts.some((host) => hostnames.some((hostname) => hostsOverlap(host, hostname)))) continue;
    for (const { match = [], route = [] } of tls) {
      for (const { sniHosts = [], destinationSubnets = [], ...rest } of match) {
        if (destinationSubnets.length > 0 || route.length === 0) continue;
        if (!holdsStaticallyL4(rest, { workload, gateway: 'mesh', port })) continue;
        groups.push({
          port,
          hosts: sniHosts.map((host) => host.toLowerCase()),
          services: [],
          routes: noRoutes,
        });
      }
    }
  }
  return groups;
}

const noRoutes = lazyRoutes(
  () => [],
  () => [],
);
