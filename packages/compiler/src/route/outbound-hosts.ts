import { resourceKey, type Workload } from '@inmesh/model';
import { isHttp } from '../registry/protocol.js';
import type { Protocol, Service } from '../registry/service.js';
import type { EgressListenerScope, ResolvedVirtualService } from '../scope/scope.js';
import { hasRoutes } from './compile-route.js';
import { type HostGroup, servedPorts, virtualServiceGroups } from './host-groups.js';
import { planVirtualHosts } from './plan-virtual-hosts.js';
import type { RoutePlace } from './route-context.js';
import { ServiceRoutes } from './service-routes.js';
import { haveSameNames, ServicesOnPort } from './services-on-port.js';
import {
  type PlannedHosts,
  plannedHosts,
  type RouteSource,
  type VirtualHostPlan,
} from './virtual-host-plan.js';
import { virtualServiceRoutes } from './virtual-service-routes.js';

/** What a sidecar's virtual hosts are planned for. */
export interface OutboundPlace {
  readonly workload: Workload;
  readonly listener: EgressListenerScope;
  /** 0 stands for listeners that serve all ports at once (sockets, HTTP proxies). */
  readonly port: number;
  /** The only service that counts, on an address of its own. */
  readonly host: string | undefined;
  /** For hosts that nobody knows. */
  readonly catchAll: VirtualHostPlan;
}

/**
 * The virtual hosts that a sidecar sees on one port: first the services that a VirtualService owns, then all
 * others, and the catch-all. While names stay as they are, a changed rule costs no more than itself.
 * Istio: `BuildSidecarOutboundVirtualHosts`.
 */
export class OutboundHosts implements PlannedHosts {
  readonly #layout: Layout;
  readonly #services: readonly Service[];
  readonly #virtualServices: readonly ResolvedVirtualService[];
  /** For routes of the layout whose rules have changed since: those of the rules in force. */
  readonly #renewed: ReadonlyMap<RouteSource, RouteSource>;

  static plan(place: OutboundPlace, previous: PlannedHosts | undefined): OutboundHosts {
    const before = previous instanceof OutboundHosts && previous.#layout.place.port === place.port;
    if (!before) return new OutboundHosts(layOut(place), place.listener, new Map());
    return (
      previous.#revised(place) ??
      new OutboundHosts(layOut(place, previous.#layout.known), place.listener, new Map())
    );
  }

  private constructor(
    layout: Layout,
    { services, virtualServices }: Pick<EgressListenerScope, 'services' | 'virtualServices'>,
    renewed: ReadonlyMap<RouteSource, RouteSource>,
  ) {
    this.#layout = layout;
    this.#services = services;
    this.#virtualServices = virtualServices;
    this.#renewed = renewed;
  }

  get domains(): ReadonlyMap<string, string> {
    return this.#layout.hosts.domains;
  }

  plan(name: string): VirtualHostPlan | undefined {
    const plan = this.#layout.hosts.plan(name);
    if (plan === undefined) return undefined;
    const renewed = this.#renewed.get(plan.routes);
    return renewed === undefined ? plan : { ...plan, routes: renewed };
  }

  /** With the rules in force, if they name what they named before; `undefined` if all has to be planned anew. */
  #revised({ workload, listener, catchAll }: OutboundPlace): OutboundHosts | undefined {
    const { services, virtualServices } = listener;
    const layout = this.#layout;
    if (catchAll.name !== layout.catchAll || !haveSameServices(services, this.#services)) return undefined;
    if (virtualServices.length !== this.#virtualServices.length) return undefined;
    const renewed = new Map(this.#renewed);
    for (const [i, now] of virtualServices.entries()) {
      const before = this.#virtualServices[i];
      if (now === before) continue;
      if (before === undefined || !speaksOfTheSame(now, before, { workload, ...layout.place }))
        return undefined;
      const source = layout.sources.get(resourceKey(now.resource));
      if (source !== undefined) renewed.set(source, virtualServiceRoutes(now, layout.place));
    }
    return new OutboundHosts(layout, listener, renewed);
  }
}

/** What depends on names and ports alone. */
interface Layout {
  readonly known: ServicesOnPort;
  readonly place: RoutePlace;
  readonly hosts: PlannedHosts;
  readonly catchAll: string;
  /** Of each VirtualService that has any, by `kind/namespace/name`. */
  readonly sources: ReadonlyMap<string, RouteSource>;
}

function layOut(
  { workload, listener, port, host, catchAll }: OutboundPlace,
  known = new ServicesOnPort(workload, port),
): Layout {
  const services = known.select(listener.services);
  const place: RoutePlace = {
    gateway: 'mesh',
    port,
    terminatesTls: false,
    service: (hostname) => services.get(hostname),
  };
  const owned = virtualServiceGroups({ listener, services, workload, place, serves: isHttpOrSniffed });
  const groups = [...owned, ...groupsOfTheirOwn(services, owned)].filter(
    (group) => port === 0 || group.port === port,
  );
  const plans = planVirtualHosts(groups, port, { known, options: catchAll.options });
  return {
    known,
    place,
    hosts: plannedHosts(host === undefined ? [...plans, catchAll] : onlyOf(plans, host)),
    catchAll: catchAll.name,
    sources: new Map(
      groups.flatMap(({ virtualService, routes }) =>
        virtualService ? [[resourceKey(virtualService.resource), routes] as const] : [],
      ),
    ),
  };
}

/** Services that no VirtualService owns. An alias is reached under the service that it stands for. */
function groupsOfTheirOwn(services: ReadonlyMap<string, Service>, owned: readonly HostGroup[]): HostGroup[] {
  const taken = new Set(owned.flatMap((group) => group.services.map(({ hostname }) => hostname)));
  const groups: HostGroup[] = [];
  for (const service of services.values()) {
    if (taken.has(service.hostname) || service.resolution === 'Alias') continue;
    for (const port of servedPorts(service, isHttpOrSniffed)) {
      const routes = new ServiceRoutes(service.hostname, port);
      groups.push({ port, hosts: [], services: [service], routes });
    }
  }
  return groups;
}

/** On an address of its own a service answers to whatever host is called there. */
function onlyOf(plans: readonly VirtualHostPlan[], host: string): VirtualHostPlan[] {
  const own = plans.find(({ domains }) => domains.includes(host));
  return own === undefined ? [] : [{ ...own, domains: ['*'] }];
}

/** Whether a rule that took another's place owns the same hosts as that one did. */
function speaksOfTheSame(
  now: ResolvedVirtualService,
  before: ResolvedVirtualService,
  place: Parameters<typeof hasRoutes>[1],
): boolean {
  const { hosts: names = [] } = now.spec;
  const { hosts: namesBefore = [] } = before.spec;
  return (
    now.resource.name === before.resource.name &&
    now.resource.namespace === before.resource.namespace &&
    names.length === namesBefore.length &&
    names.every((name, i) => name === namesBefore[i]) &&
    hasRoutes(now, place) === hasRoutes(before, place)
  );
}

function haveSameServices(a: readonly Service[], b: readonly Service[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (const [i, service] of a.entries()) {
    const other = b[i];
    if (service !== other && (other === undefined || !haveSameNames(service, other))) return false;
  }
  return true;
}

function isHttpOrSniffed(protocol: Protocol): boolean {
  return isHttp(protocol) || protocol === 'Unsupported';
}
