import {
  type Difference,
  finish,
  isEmpty,
  isHttp,
  isWildcard,
  type Protocol,
  resourceKey,
  type SortedList,
  type Steps,
  turnsPerStep,
  type Workload,
} from '@inmesh/model';
import type { Service } from '../registry/service.js';
import type { EgressListenerScope, ResolvedVirtualService } from '../scope/scope.js';
import { type HostGroup, servedPorts, virtualServiceGroups } from './host-groups.js';
import { HostTable } from './host-table.js';
import { offeredDomains, planVirtualHosts } from './plan-virtual-hosts.js';
import type { RoutePlace } from './route-context.js';
import { RulesByHost } from './rules-by-host.js';
import { ServiceRoutes } from './service-routes.js';
import { ServicesOnPort } from './services-on-port.js';
import { domainWithPort } from './virtual-host-domains.js';
import type { VirtualHostPlan } from './virtual-host-plan.js';

/**
 * Plans the virtual hosts of one port: first the services that VirtualServices own, then all others, and the
 * catch-all. Follows its listener: a change costs the hosts that it speaks of. Where the order of all decides, as
 * with wildcards and with names that several claim, everything is planned anew. Istio:
 * `BuildSidecarOutboundVirtualHosts`.
 */
export class HostPlanner {
  readonly #workload: Workload;
  readonly #port: number;
  readonly #known: ServicesOnPort;
  readonly #place: RoutePlace;
  /** What the table was planned from. */
  #list: SortedList<Service> | undefined;
  #virtualServices: SortedList<ResolvedVirtualService> | undefined;
  #table: HostTable | undefined;
  /** That of the table in force; `undefined` while none is. */
  #catchAll: string | undefined;
  #services = new Map<string, Service>();
  #wildcards: readonly string[] = [];
  #rules = new RulesByHost();
  /** Services that no VirtualService owns. */
  #own = new Map<string, HostGroup>();
  #contested: ReadonlySet<string> = new Set();

  /** @param port 0 stands for listeners that serve all ports at once (sockets, HTTP proxies). */
  constructor(workload: Workload, port: number, known: ServicesOnPort = new ServicesOnPort(workload, port)) {
    this.#workload = workload;
    this.#port = port;
    this.#known = known;
    this.#place = {
      gateway: 'mesh',
      port,
      terminatesTls: false,
      service: (hostname) => this.#services.get(hostname),
    };
  }

  isFor(workload: Workload, port: number): boolean {
    return workload === this.#workload && port === this.#port;
  }

  /** A planner of the same that has planned nothing yet, and leaves this one as it is. */
  anew(): HostPlanner {
    return new HostPlanner(this.#workload, this.#port, this.#known);
  }

  /** What was planned last; `undefined` when it is void. */
  get table(): HostTable | undefined {
    return this.#table;
  }

  follow(listener: EgressListenerScope, catchAll: VirtualHostPlan): HostTable {
    return (
      finish(this.revising(listener, catchAll)) ?? finish(this.planning(listener, catchAll, this.#table))
    );
  }

  /** `undefined` where a look at what is different does not suffice: then all is to be planned anew. */
  *revising(listener: EgressListenerScope, catchAll: VirtualHostPlan): Steps<HostTable | undefined> {
    const [list, virtualServices] = [this.#list, this.#virtualServices];
    const isRevisable = this.#port !== 0 && catchAll.name === this.#catchAll;
    if (!isRevisable || list === undefined || virtualServices === undefined) return undefined;
    const services = yield* this.#listOf(listener).differenceFrom(list);
    const rules = yield* listener.virtualServices.differenceFrom(virtualServices);
    if (this.#list !== list || this.#virtualServices !== virtualServices) return undefined;
    // Only now, without a pause: whoever asked in between has found everything as it was.
    this.#take(listener);
    const table = this.#revise(services, rules);
    if (table === undefined) this.#catchAll = undefined;
    else this.#table = table;
    return table;
  }

  /** `previous` lends its domains where they are the same. */
  *planning(
    listener: EgressListenerScope,
    catchAll: VirtualHostPlan,
    previous: HostTable | undefined,
  ): Steps<HostTable> {
    let turns = 0;
    const { list, virtualServices } = this.#take(listener);
    this.#services = yield* this.#known.selecting(list);
    this.#wildcards = [...this.#services.keys()].filter(isWildcard);
    const owned = yield* this.#groupsOf(virtualServices.items);
    this.#rules = yield* RulesByHost.planning(virtualServices, owned);
    const taken = new Set<string>();
    for (const { services } of owned) {
      if (++turns % turnsPerStep === 0) yield;
      for (const { hostname } of services) taken.add(hostname);
    }
    const own: HostGroup[] = [];
    this.#own = new Map();
    for (const service of this.#services.values()) {
      if (++turns % turnsPerStep === 0) yield;
      if (taken.has(service.hostname)) continue;
      for (const group of this.#groupsOfItsOwn(service)) {
        own.push(group);
        this.#own.set(service.hostname, group);
      }
    }
    const { plans, contested } = yield* planVirtualHosts([...owned, ...own], this.#port, {
      known: this.#known,
      options: catchAll.options,
    });
    this.#contested = new Set([...contested, ...catchAll.domains]);
    const table = yield* HostTable.planning(plans, catchAll, previous);
    this.#table = table;
    this.#catchAll = catchAll.name;
    return table;
  }

  #take(listener: EgressListenerScope): {
    readonly list: SortedList<Service>;
    readonly virtualServices: SortedList<ResolvedVirtualService>;
  } {
    const list = this.#listOf(listener);
    const { virtualServices } = listener;
    this.#list = list;
    this.#virtualServices = virtualServices;
    return { list, virtualServices };
  }

  #listOf(listener: EgressListenerScope): SortedList<Service> {
    return this.#port === 0 ? listener.services : listener.servicesOn(this.#port);
  }

  /** `undefined` where a look at what is different does not suffice; then nothing here counts any longer. */
  #revise(services: Difference<Service>, rules: Difference<ResolvedVirtualService>): HostTable | undefined {
    const table = this.#table;
    if (table === undefined || (isEmpty(services) && isEmpty(rules))) return table;
    const changed = [...services.removed, ...services.added];
    const touched = [...rules.removed, ...rules.added];
    if (changed.length + touched.length > manyChanges) return undefined;
    const hosts = new Set(changed.map(({ hostname }) => hostname));

    // Whose hosts became services or ceased to be, those are planned again; and with them all that they name.
    const renewed = new Map(
      touched.map((rule) => [resourceKey(rule.resource), undefined as typeof rule | undefined]),
    );
    for (const rule of rules.added) renewed.set(resourceKey(rule.resource), rule);
    for (const host of hosts)
      for (const { virtualService } of this.#rules.of(host)) {
        const key = resourceKey(virtualService.resource);
        if (!renewed.has(key)) renewed.set(key, virtualService);
      }
    for (const [key, after] of renewed)
      for (const { spec } of [this.#rules.get(key)?.virtualService, after].filter((one) => one !== undefined))
        for (const host of spec.hosts ?? []) hosts.add(host);

    // The owner of a host under a wildcard is found among all rules.
    if ([...hosts].some((host) => isWildcard(host) || this.#rules.hasWildcardOver(host))) return undefined;

    const old = [...renewed.keys()].flatMap((key) => this.#rules.get(key)?.groups ?? []);
    for (const host of hosts) {
      const own = this.#own.get(host);
      if (own !== undefined) old.push(own);
    }
    const removed = this.#plansOf(old, table);
    if (removed === undefined) return undefined;
    this.#replaceServices(services);
    const young = this.#replaceRules(renewed);
    for (const host of hosts) young.push(...this.#replaceOwn(host));

    const known = this.#known;
    const { options } = table.catchAll;
    const { plans, contested } = finish(planVirtualHosts(young, this.#port, { known, options }));
    const isFree = (domain: string): boolean => {
      const owner = table.domains.get(domain);
      return !this.#contested.has(domain) && (owner === undefined || removed.has(owner));
    };
    if (
      contested.size > 0 ||
      !plans.every(({ domains }) => domains.every((one) => isFree(one.toLowerCase())))
    )
      return undefined;
    return table.with([...removed.values()], plans);
  }

  /** The virtual hosts of these groups by name; `undefined` where somebody else was after one of their domains. */
  #plansOf(groups: readonly HostGroup[], table: HostTable): Map<string, VirtualHostPlan> | undefined {
    const plans = new Map<string, VirtualHostPlan>();
    for (const { port, hosts, services } of groups) {
      const members = [
        ...hosts.map((host) => [host] as const),
        ...services.map((one) => [one.hostname, one] as const),
      ];
      for (const [host, service] of members) {
        const { domains } = offeredDomains(host, service, { known: this.#known, port });
        if (domains.some((domain) => this.#contested.has(domain.toLowerCase()))) return undefined;
        const plan = table.plan(domainWithPort(host, port));
        if (plan !== undefined) plans.set(plan.name, plan);
      }
    }
    return plans;
  }

  #replaceServices({ removed, added }: Difference<Service>): void {
    const hostnames = new Set([...removed, ...added].map(({ hostname }) => hostname));
    this.#select(hostnames, added);
    // An object may give a host several addresses, each of them a service: then all together say which is the last.
    if (this.#list !== undefined && this.#services.size !== this.#list.length) {
      this.#select(
        hostnames,
        this.#list.items.filter(({ hostname }) => hostnames.has(hostname)),
      );
    }
  }

  #select(hostnames: ReadonlySet<string>, now: readonly Service[]): void {
    const selected = this.#known.select(now);
    for (const hostname of hostnames) {
      const service = selected.get(hostname);
      if (service === undefined) this.#services.delete(hostname);
      else this.#services.set(hostname, service);
    }
  }

  #replaceRules(renewed: ReadonlyMap<string, ResolvedVirtualService | undefined>): HostGroup[] {
    return [...renewed].flatMap(([key, rule]) => {
      const groups = rule === undefined ? [] : finish(this.#groupsOf([rule]));
      this.#rules.replace(key, rule && { virtualService: rule, groups });
      return groups;
    });
  }

  #replaceOwn(host: string): HostGroup[] {
    this.#own.delete(host);
    const service = this.#services.get(host);
    if (service === undefined || this.#rules.owns(host)) return [];
    const groups = this.#groupsOfItsOwn(service);
    for (const group of groups) this.#own.set(host, group);
    return groups;
  }

  *#groupsOf(virtualServices: readonly ResolvedVirtualService[]): Steps<HostGroup[]> {
    const groups = yield* virtualServiceGroups({
      listener: { virtualServices },
      services: this.#services,
      wildcards: this.#wildcards,
      workload: this.#workload,
      place: this.#place,
      serves: isHttpOrSniffed,
    });
    return groups.filter(({ port }) => this.#port === 0 || port === this.#port);
  }

  /** An alias is reached under the service that it stands for. */
  #groupsOfItsOwn(service: Service): HostGroup[] {
    if (service.resolution === 'Alias') return [];
    return servedPorts(service, isHttpOrSniffed)
      .filter((port) => this.#port === 0 || port === this.#port)
      .map((port) => ({
        port,
        hosts: [],
        services: [service],
        routes: new ServiceRoutes(service.hostname, port),
      }));
  }
}

/** From here on all is planned anew, which costs less for each. */
const manyChanges = 256;

function isHttpOrSniffed(protocol: Protocol): boolean {
  return isHttp(protocol) || protocol === 'Unsupported';
}
