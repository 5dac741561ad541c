import {
  hostsOverlap,
  isWildcard,
  type Protocol,
  type Steps,
  turnsPerStep,
  type Workload,
} from '@inmesh/model';
import type { Service } from '../registry/service.js';
import { HostIndex } from '../scope/host-index.js';
import type { ResolvedVirtualService } from '../scope/scope.js';
import { hasRoutes } from './compile-route.js';
import type { RoutePlace } from './route-context.js';
import type { RouteSource } from './virtual-host-plan.js';
import { virtualServiceRoutes } from './virtual-service-routes.js';

/** Hosts and services that share their routes. Istio: `VirtualHostWrapper`. */
export interface HostGroup {
  readonly port: number;
  /** Hosts of a VirtualService that no service bears. */
  readonly hosts: readonly string[];
  readonly services: readonly Service[];
  readonly routes: RouteSource;
  /** Whose rules the routes are; none for a service by itself. */
  readonly virtualService?: ResolvedVirtualService;
}

/** What the rules of one listener are translated for. */
export interface GroupContext {
  readonly listener: { readonly virtualServices: readonly ResolvedVirtualService[] };
  readonly services: ReadonlyMap<string, Service>;
  /** Those of their names that are wildcards. */
  readonly wildcards: readonly string[];
  readonly workload: Workload;
  readonly place: RoutePlace;
  /** Which ports have virtual hosts. */
  readonly serves: (protocol: Protocol) => boolean;
}

/**
 * The services that VirtualServices own and the hosts that stand beside them, in the order of the VirtualServices.
 * Istio: `buildSidecarVirtualHostsForVirtualService`.
 */
export function* virtualServiceGroups(given: GroupContext): Steps<HostGroup[]> {
  let turns = 0;
  const { listener, place } = given;
  const owners = new Owners(listener);
  const groups: HostGroup[] = [];
  for (const virtualService of listener.virtualServices) {
    if (++turns % turnsPerStep === 0) yield;
    // On port 80 rules count for hosts that are no service; elsewhere only beside a service.
    if (place.port !== 80 && !namesOneOf(virtualService, given)) continue;
    groups.push(...groupsOf(virtualService, owners, given));
  }
  return groups;
}

/** The numbers of the ports that have virtual hosts. */
export function servedPorts(service: Service, serves: GroupContext['serves']): number[] {
  return service.ports.filter(({ protocol }) => serves(protocol)).map(({ number }) => number);
}

function groupsOf(
  virtualService: ResolvedVirtualService,
  owners: Owners,
  { services, workload, place, serves }: GroupContext,
): HostGroup[] {
  if (!hasRoutes(virtualService, { workload, ...place })) return [];
  const { hosts, matching } = separateHosts(virtualService, services, owners);
  const byPort = new Map<number, Service[]>();
  for (const service of matching)
    for (const port of servedPorts(service, serves)) byPort.set(port, [...(byPort.get(port) ?? []), service]);
  if (byPort.size === 0 && place.port === 80) byPort.set(80, []);
  const routes = virtualServiceRoutes(virtualService, place);
  return [...byPort].map(([port, members]) => ({ port, hosts, services: members, routes, virtualService }));
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

function namesOneOf(
  { spec }: ResolvedVirtualService,
  { services, wildcards }: Pick<GroupContext, 'services' | 'wildcards'>,
): boolean {
  return (spec.hosts ?? []).some((host) => {
    if (services.has(host)) return true;
    const candidates = isWildcard(host) ? [...services.keys()] : wildcards;
    return candidates.some((hostname) => hostsOverlap(host, hostname));
  });
}

/**
 * Which VirtualService a service belongs to: that with the most specific host, of equals the first.
 * Istio: `MostSpecificWildcardVirtualServiceIndex`.
 */
class Owners {
  readonly #listener: GroupContext['listener'];
  #index: HostIndex<ResolvedVirtualService> | undefined;

  constructor(listener: GroupContext['listener']) {
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
