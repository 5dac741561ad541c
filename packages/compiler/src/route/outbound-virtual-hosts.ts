import { hostsOverlap, isWildcard } from '@inmesh/model';
import { isHttp } from '../registry/protocol.js';
import type { Protocol, Service } from '../registry/service.js';
import { HostIndex } from '../scope/host-index.js';
import type { EgressListenerScope, ResolvedVirtualService, Scope } from '../scope/scope.js';
import { hasRoutes } from './compile-route.js';
import type { RouteContext } from './route-context.js';
import { serviceRoutes } from './service-routes.js';
import { bracketed, domainWithPort, type ServiceDomains, serviceDomains } from './virtual-host-domains.js';
import type { RouteSource, VirtualHostPlan } from './virtual-host-plan.js';
import { virtualServiceRoutes } from './virtual-service-routes.js';

/**
 * The virtual hosts that a sidecar sees on one port, sorted by name, without the catch-all. Port 0 stands for
 * listeners that serve all ports at once (sockets, HTTP proxies). Istio: `BuildSidecarOutboundVirtualHosts`.
 */
export function planOutboundVirtualHosts(
  scope: Scope,
  listener: EgressListenerScope,
  port: number,
  options: VirtualHostPlan['options'],
): VirtualHostPlan[] {
  const groups = groupHosts(scope, listener, port);
  const unique = new UniqueDomains(groups);
  const plans: VirtualHostPlan[] = [];
  for (const group of groups) {
    const add = (host: string, service?: Service): void => {
      const name = domainWithPort(host, group.port);
      if (!unique.claimName(name)) return;
      const offered =
        service === undefined
          ? { domains: [bracketed(host)], shortForms: new Set<string>() }
          : serviceDomains(service, scope.workload, port === 0 ? group.port : undefined);
      const domains = reachableDomains(unique.claim(offered), port, group.port);
      if (domains.length > 0) plans.push({ name, domains, routes: group.routes, options });
    };
    for (const host of group.hosts) add(host);
    for (const service of group.services) add(service.hostname, service);
  }
  return plans.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Hosts and services that share their routes. Istio: `VirtualHostWrapper`. */
interface HostGroup {
  readonly port: number;
  /** Hosts of a VirtualService that no service bears. */
  readonly hosts: readonly string[];
  readonly services: readonly Service[];
  readonly routes: RouteSource;
}

/** First the services that a VirtualService owns, in the order of the VirtualServices, then all others. */
function groupHosts(scope: Scope, listener: EgressListenerScope, port: number): HostGroup[] {
  const services = servicesOnPort(listener.services, port);
  const context: RouteContext = {
    scope,
    gateway: 'mesh',
    port,
    terminatesTls: false,
    service: (hostname) => services.get(hostname),
  };
  const owners = new Owners(listener);
  const owned = listener.virtualServices
    // On port 80 rules count for hosts that are no service; elsewhere only beside a service.
    .filter((virtualService) => port === 80 || namesOneOf(virtualService, services))
    .flatMap((virtualService) => groupsOf(virtualService, { services, owners, context }));
  const taken = new Set(owned.flatMap((group) => group.services.map(({ hostname }) => hostname)));
  const others = [...services.values()]
    .filter(({ hostname, resolution }) => !taken.has(hostname) && resolution !== 'Alias')
    .flatMap((service) =>
      httpPorts(service).map((number) => ({
        port: number,
        hosts: [],
        services: [service],
        routes: serviceRoutes(service, number, scope),
      })),
    );
  return [...owned, ...others].filter((group) => port === 0 || group.port === port);
}

/** Each with that port alone, so that a destination without port means the port of the listener. */
function servicesOnPort(services: readonly Service[], port: number): ReadonlyMap<string, Service> {
  const found = new Map<string, Service>();
  for (const service of services) {
    const ports = port === 0 ? service.ports : service.ports.filter(({ number }) => number === port);
    if (ports.length > 0)
      found.set(service.hostname, ports.length === service.ports.length ? service : { ...service, ports });
  }
  return found;
}

function groupsOf(
  virtualService: ResolvedVirtualService,
  {
    services,
    owners,
    context,
  }: {
    readonly services: ReadonlyMap<string, Service>;
    readonly owners: Owners;
    readonly context: RouteContext;
  },
): HostGroup[] {
  if (!hasRoutes(virtualService, context)) return [];
  const { hosts, matching } = separateHosts(virtualService, services, owners);
  const byPort = new Map<number, Service[]>();
  for (const service of matching)
    for (const port of httpPorts(service)) byPort.set(port, [...(byPort.get(port) ?? []), service]);
  if (byPort.size === 0 && context.port === 80) byPort.set(80, []);
  const routes = virtualServiceRoutes(virtualService, context);
  return [...byPort].map(([port, members]) => ({ port, hosts, services: members, routes }));
}

/**
 * A wildcard host stands for the services that it owns and disappears, unless it covers none at all: then it
 * is a host like any other that no service bears. Istio: `separateVSHostsAndServices`.
 */
function separateHosts(
  virtualService: ResolvedVirtualService,
  services: ReadonlyMap<string, Service>,
  owners: Owners,
): { readonly hosts: string[]; readonly matching: Service[] } {
  const all = virtualService.spec.hosts ?? [];
  const hosts: string[] = [];
  const matching: Service[] = [];
  for (const host of all.filter((one) => !isWildcard(one))) {
    const service = services.get(host);
    if (service === undefined) hosts.push(host.toLowerCase());
    else matching.push(service);
  }
  for (const host of all.filter(isWildcard)) {
    const covered = [...services.values()].filter(({ hostname }) => hostsOverlap(hostname, host));
    if (covered.length === 0) hosts.push(host.toLowerCase());
    matching.push(...covered.filter(({ hostname }) => owners.owns(virtualService, hostname)));
  }
  return { hosts, matching };
}

function namesOneOf({ spec }: ResolvedVirtualService, services: ReadonlyMap<string, Service>): boolean {
  return (spec.hosts ?? []).some((host) => {
    if (services.has(host)) return true;
    for (const hostname of services.keys())
      if ((isWildcard(host) || isWildcard(hostname)) && hostsOverlap(host, hostname)) return true;
    return false;
  });
}

/**
 * Which VirtualService a service belongs to: that with the most specific host, of equals the first.
 * Istio: `MostSpecificWildcardVirtualServiceIndex`.
 */
class Owners {
  readonly #listener: EgressListenerScope;
  #index: HostIndex<ResolvedVirtualService> | undefined;

  constructor(listener: EgressListenerScope) {
    this.#listener = listener;
  }

  owns(virtualService: ResolvedVirtualService, hostname: string): boolean {
    this.#index ??= indexHosts(this.#listener.virtualServices);
    return this.#index.mostSpecific(hostname) === virtualService;
  }
}

function indexHosts(virtualServices: readonly ResolvedVirtualService[]): HostIndex<ResolvedVirtualService> {
  const index = new HostIndex<ResolvedVirtualService>();
  for (const virtualService of virtualServices)
    for (const host of virtualService.spec.hosts ?? [])
      if (index.get(host) === undefined) index.set(host, virtualService);
  return index;
}

/** Names and domains belong to whoever asks first. */
class UniqueDomains {
  readonly #names = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #fullNames = new Set<string>();

  constructor(groups: readonly HostGroup[]) {
    for (const { port, services } of groups)
      for (const { hostname } of services) this.#fullNames.add(hostname).add(domainWithPort(hostname, port));
  }

  claimName(name: string): boolean {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    return true;
  }

  /** Those that are free. A short form that is some service's full name is left to that service. */
  claim({ domains, shortForms }: ServiceDomains): string[] {
    return domains.filter((domain) => {
      const lower = domain.toLowerCase();
      if (this.#domains.has(lower)) return false;
      if (shortForms.has(domain) && this.#fullNames.has(domain)) return false;
      this.#domains.add(lower);
      return true;
    });
  }
}

/** Where one listener serves all ports, a name without port means port 80. Istio: `mergeAllVirtualHosts`. */
function reachableDomains(domains: string[], listenerPort: number, port: number): string[] {
  return listenerPort === 0 && port !== 80 ? domains.filter((domain) => domain.includes(':')) : domains;
}

function httpPorts(service: Service): number[] {
  return service.ports.filter(({ protocol }) => isHttpOrSniffed(protocol)).map(({ number }) => number);
}

function isHttpOrSniffed(protocol: Protocol): boolean {
  return isHttp(protocol) || protocol === 'Unsupported';
}
