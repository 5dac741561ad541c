import { compareSpecificity, intersectHosts, type Route, type Workload } from '@inmesh/model';
import { isCatchAll } from '../route/compile-match.js';
import { hasRoutes } from '../route/compile-route.js';
import { includesAttemptCount } from '../route/proxy-headers.js';
import {
  createRouteConfigurationIndex,
  type RouteConfigurationIndex,
} from '../route/route-configuration-index.js';
import { routeConfigurationOptions } from '../route/route-configuration-options.js';
import type { RoutePlace } from '../route/route-context.js';
import { domainWithPort } from '../route/virtual-host-domains.js';
import {
  lazyRoutes,
  plannedHosts,
  type RouteSource,
  type VirtualHostPlan,
} from '../route/virtual-host-plan.js';
import { virtualServiceRoutes } from '../route/virtual-service-routes.js';
import type { ResolvedVirtualService, Scope } from '../scope/scope.js';
import { type GatewayServer, hostsForNamespace } from './gateway-server.js';
import { mergeGateways } from './merge-gateways.js';

/** A gateway's route configuration by its name, `http.<port>` or `https.…`. Istio: `buildGatewayHTTPRouteConfig`. */
export function gatewayRouteConfiguration(
  scope: Scope,
  name: string,
  previous?: RouteConfigurationIndex,
): RouteConfigurationIndex | undefined {
  const servers = mergeGateways(scope).serversByRouteName.get(name);
  const [first] = servers ?? [];
  if (servers === undefined || first === undefined) return undefined;
  const hosts = gatherHosts(scope, servers);
  const virtualHosts =
    hosts.size === 0 ? [blackhole(first.port)] : collapse(hosts).map((host) => planHost(host, scope));
  virtualHosts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return createRouteConfigurationIndex(
    routeConfigurationOptions(name),
    plannedHosts(virtualHosts),
    scope,
    previous,
  );
}

/** One host and all VirtualServices that speak of it, in order: their routes follow one another. */
interface GatewayHost {
  readonly name: string;
  readonly domains: string[];
  readonly sources: RouteSource[];
  requiresTls: boolean;
}

function gatherHosts(scope: Scope, servers: readonly GatewayServer[]): ReadonlyMap<string, GatewayHost> {
  const hosts = new Map<string, GatewayHost>();
  const sources = new RouteSources(scope.workload);
  const open = (host: string, port: number): GatewayHost => {
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const opened = { name: domainWithPort(host, port), domains: [host], sources: [], requiresTls: false };
    hosts.set(host, opened);
    return opened;
  };
  for (const server of servers) {
    const redirects = server.spec.tls?.httpsRedirect === true;
    for (const virtualService of scope.virtualServicesOf(server.gateway)) {
      const { namespace } = virtualService.resource;
      const common = intersectHosts(hostsForNamespace(server, namespace), virtualService.spec.hosts ?? []);
      const source = common.length > 0 ? sources.of(virtualService, server) : undefined;
      if (source === undefined) continue;
      for (const host of common) {
        const entry = open(host.toLowerCase(), server.port);
        entry.sources.push(source);
        entry.requiresTls ||= redirects;
      }
    }
    // Hosts without any rule are redirected all the same.
    if (redirects) for (const host of server.hosts) open(host.toLowerCase(), server.port).requiresTls = true;
  }
  return hosts;
}

/** The routes of each VirtualService, made once per Gateway: of several servers the first one's port counts. */
class RouteSources {
  readonly #workload: Workload;
  readonly #known = new Map<string, Map<ResolvedVirtualService, RouteSource>>();

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  /** `undefined` where no rule holds on this port. */
  of(virtualService: ResolvedVirtualService, server: GatewayServer): RouteSource | undefined {
    const ofGateway = this.#known.get(server.gateway) ?? new Map<ResolvedVirtualService, RouteSource>();
    this.#known.set(server.gateway, ofGateway);
    const known = ofGateway.get(virtualService);
    if (known !== undefined) return known;
    const { namespace } = virtualService.resource;
    const place: RoutePlace = {
      gateway: server.gateway,
      port: server.port,
      terminatesTls: server.spec.tls !== undefined,
      service: (hostname, scope) => scope.serviceFor(hostname, namespace),
    };
    if (!hasRoutes(virtualService, { workload: this.#workload, ...place })) return undefined;
    const source = virtualServiceRoutes(virtualService, place);
    ofGateway.set(virtualService, source);
    return source;
  }
}

/**
 * Hosts with the very same routes become one virtual host, named after the most specific of them.
 * Istio: `collapseDuplicateRoutes`.
 */
function collapse(hosts: ReadonlyMap<string, GatewayHost>): GatewayHost[] {
  const collapsed: GatewayHost[] = [];
  const latest = new Map<string, GatewayHost>();
  const numbers = new Map<RouteSource, number>();
  const sorted = [...hosts].sort(([a], [b]) => compareSpecificity(a, b));
  for (const [, host] of sorted) {
    const key = host.sources.map((source) => numberOf(source, numbers)).join();
    const same = latest.get(key);
    if (same !== undefined && same.requiresTls === host.requiresTls) same.domains.push(...host.domains);
    else {
      latest.set(key, host);
      collapsed.push(host);
    }
  }
  return collapsed;
}

function numberOf(source: RouteSource, numbers: Map<RouteSource, number>): number {
  const number = numbers.get(source) ?? numbers.size;
  numbers.set(source, number);
  return number;
}

function planHost({ name, domains, sources, requiresTls }: GatewayHost, scope: Scope): VirtualHostPlan {
  return {
    name,
    domains,
    routes: lazyRoutes(
      (now) => catchAllsLast(sources.flatMap((source) => source.routes(now))),
      (now) => sources.flatMap((source) => source.dependencies(now)),
    ),
    options: {
      ...(includesAttemptCount(scope.mesh) && { includeRequestAttemptCount: true }),
      ...(requiresTls && { requireTls: 'ALL' }),
    },
  };
}

/** So that one VirtualService's catch-all does not hide another's rules for the same host. Istio: `SortVHostRoutes`. */
function catchAllsLast(routes: readonly Route[]): Route[] {
  return [
    ...routes.filter(({ match }) => !isCatchAll(match)),
    ...routes.filter(({ match }) => isCatchAll(match)),
  ];
}

/** Answers everything with 404: Envoy wants at least one virtual host. */
function blackhole(port: number): VirtualHostPlan {
  return {
    name: `blackhole:${port}`,
    domains: ['*'],
    routes: lazyRoutes(
      () => [],
      () => [],
    ),
    options: {},
  };
}
