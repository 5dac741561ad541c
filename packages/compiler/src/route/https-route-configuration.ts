import { hostsOverlap, isTls, isWildcard, type Route, type TLSRoute } from '@inmesh/model';
import type { EgressListenerScope, ResolvedVirtualService, Scope } from '../scope/scope.js';
import { compileTimeout } from './compile-route-action.js';
import { egressListenerFor } from './egress-listener.js';
import { type HostGroup, virtualServiceGroups } from './host-groups.js';
import { planVirtualHosts } from './plan-virtual-hosts.js';
import { includesAttemptCount } from './proxy-headers.js';
import { createRouteConfigurationIndex, type RouteConfigurationIndex } from './route-configuration-index.js';
import { routeConfigurationOptions } from './route-configuration-options.js';
import { destinationCluster } from './route-context.js';
import { ruleMetadata } from './rule-metadata.js';
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
 * Routes for calls that a process sees before they are encrypted: those hosts of HTTPS and TLS ports that a rule
 * names. Hosts that no rule names are absent, so that their bytes pass by server name as in Istio, where an http
 * rule says nothing of such ports.
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

/** Whether a rule names any host on this port. */
export function hasHttpsRoutes(scope: Scope, port: number): boolean {
  return planHttpsVirtualHosts(scope, port).length > 0;
}

/** A `tls` block is what Istio honours on such a port, so it goes before http rules for the same name. */
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
  const httpGroups = virtualServiceGroups({
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
  return planVirtualHosts([...tlsGroups(scope, listener, [...services.keys()], port), ...httpGroups], port, {
    known,
    options: { ...(includesAttemptCount(scope.mesh) && { includeRequestAttemptCount: true }) },
  }).plans;
}

/** Matches by address are left out: of a call before it is made no address is known. */
function tlsGroups(
  scope: Scope,
  { virtualServices }: EgressListenerScope,
  hostnames: readonly string[],
  port: number,
): HostGroup[] {
  const { workload } = scope;
  const groups: HostGroup[] = [];
  for (const virtualService of virtualServices) {
    const { hosts = [], tls = [] } = virtualService.spec;
    if (!hosts.some((host) => hostnames.some((hostname) => hostsOverlap(host, hostname)))) continue;
    for (const [index, rule] of tls.entries()) {
      for (const [matchIndex, match] of (rule.match ?? []).entries()) {
        if (match.destinationSubnets?.length || !rule.route?.length) continue;
        if (!holdsStaticallyL4(match, { workload, gateway: 'mesh', port })) continue;
        const path = `spec.tls[${index}].match[${matchIndex}]`;
        groups.push({
          port,
          hosts: (match.sniHosts ?? []).map((host) => host.toLowerCase()),
          services: [],
          routes: lazyRoutes(
            (now) => [compileTlsRoute(now, virtualService, { rule, path, port })],
            (now) => [virtualService, ...onlyPorts(now, rule)],
          ),
        });
      }
    }
  }
  return groups;
}

/** Bytes are not tried again by Istio, so neither are requests that stand for them. */
function compileTlsRoute(
  scope: Scope,
  { resource }: ResolvedVirtualService,
  { rule, path, port }: { readonly rule: TLSRoute; readonly path: string; readonly port: number },
): Route {
  const context = { port, service: (hostname: string) => scope.service(hostname) };
  const destinations = rule.route ?? [];
  const clusters = destinations
    .filter(({ weight = 0 }) => weight > 0 || destinations.length === 1)
    .map(({ destination, weight = 0 }) => ({ name: destinationCluster(destination, context), weight }));
  return {
    match: { prefix: '/' },
    route: {
      ...(destinations.length === 1
        ? { cluster: clusters[0]?.name ?? '' }
        : { weightedClusters: { clusters } }),
      ...compileTimeout(),
    },
    metadata: ruleMetadata(resource, path),
  };
}

function onlyPorts(scope: Scope, { route = [] }: TLSRoute): unknown[] {
  return route.flatMap(({ destination }) => {
    const service = scope.service(destination?.host ?? '');
    return [service?.externalName, ...(service?.ports ?? []).map(({ number }) => number)];
  });
}
