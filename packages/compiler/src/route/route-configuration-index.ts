import type { RouteConfiguration, VirtualHost } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { HostDomains } from './host-table.js';
import type { PlannedHosts, VirtualHostPlan } from './virtual-host-plan.js';

/** One route configuration: the domains of all virtual hosts at once, each virtual host compiled on first use. */
export interface RouteConfigurationIndex {
  readonly name: string;
  /** Everything but the virtual hosts. */
  readonly options: Omit<RouteConfiguration, 'virtualHosts'>;
  /** Each domain, in lower case, with the name of its virtual host. In the order of the virtual hosts. */
  readonly domains: ReadonlyMap<string, string>;
  virtualHost(name: string): VirtualHost | undefined;
}

/**
 * An index over virtual hosts that are yet to be compiled. Where all that `previous` has told is still true, it is
 * `previous` itself, with these plans for what it has not told yet; else an index that answers with the same object
 * for each virtual host that `previous` has compiled from the same objects.
 */
export function createRouteConfigurationIndex(
  options: Omit<RouteConfiguration, 'virtualHosts'>,
  hosts: PlannedHosts,
  scope: Scope,
  previous?: RouteConfigurationIndex,
): RouteConfigurationIndex {
  const known = previous instanceof LazyIndex ? previous : undefined;
  return known?.renew(hosts, scope) ? known : new LazyIndex(options, hosts, scope, known);
}

/** The plans behind an index, so that the next ones can be made from them. */
export function plansOf(index: RouteConfigurationIndex | undefined): PlannedHosts | undefined {
  return index instanceof LazyIndex ? index.hosts : undefined;
}

/** With all virtual hosts compiled, as dumps and a control plane want it. */
export function wholeRouteConfiguration(index: RouteConfigurationIndex): RouteConfiguration {
  const names = new Set(index.domains.values());
  const virtualHosts = [...names].flatMap((name) => index.virtualHost(name) ?? []);
  // Canonical JSON knows no empty lists: a patch may have removed every virtual host.
  return { ...index.options, ...(virtualHosts.length > 0 && { virtualHosts }) };
}

/** A virtual host with the objects that it was made of. */
interface Compiled {
  readonly virtualHost: VirtualHost;
  readonly madeOf: readonly unknown[];
}

class LazyIndex implements RouteConfigurationIndex {
  readonly options: Omit<RouteConfiguration, 'virtualHosts'>;
  readonly domains: ReadonlyMap<string, string>;
  readonly #compiled = new Map<string, Compiled>();
  /** What the index before had compiled. Not that index itself: it would hold on to all before it. */
  readonly #inherited: ReadonlyMap<string, Compiled>;
  #hosts: PlannedHosts;
  #scope: Scope;

  constructor(
    options: Omit<RouteConfiguration, 'virtualHosts'>,
    hosts: PlannedHosts,
    scope: Scope,
    previous: LazyIndex | undefined,
  ) {
    this.options = options;
    this.domains = hosts.domains;
    this.#hosts = hosts;
    this.#scope = scope;
    this.#inherited = previous ? new Map([...previous.#inherited, ...previous.#compiled]) : new Map();
  }

  get name(): string {
    return this.options.name;
  }

  get hosts(): PlannedHosts {
    return this.#hosts;
  }

  virtualHost(name: string): VirtualHost | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known.virtualHost;
    const plan = this.#hosts.plan(name);
    if (plan === undefined) return undefined;
    const compiled = this.#compile(plan);
    this.#compiled.set(name, compiled);
    return compiled.virtualHost;
  }

  /** Takes over plans if they contradict nothing that was answered so far, and tells whether it did. */
  renew(hosts: PlannedHosts, scope: Scope): boolean {
    if (!sameEntries(hosts.domains, this.domains)) return false;
    for (const [name, { madeOf }] of this.#compiled) {
      const plan = hosts.plan(name);
      if (plan === undefined || !sameItems(madeOf, ingredients(plan, scope))) return false;
    }
    this.#hosts = hosts;
    this.#scope = scope;
    return true;
  }

  #compile(plan: VirtualHostPlan): Compiled {
    const { name, domains, options, routes } = plan;
    const madeOf = ingredients(plan, this.#scope);
    const inherited = this.#inherited.get(name);
    if (inherited !== undefined && sameItems(inherited.madeOf, madeOf)) return inherited;
    const virtualHost = { name, domains: [...domains], routes: [...routes.routes(this.#scope)], ...options };
    return { virtualHost, madeOf };
  }
}

/** All that a virtual host is made of; while it is the same, so is the virtual host. */
function ingredients({ domains, options, routes }: VirtualHostPlan, scope: Scope): readonly unknown[] {
  return [...domains, options.requireTls, options.includeRequestAttemptCount, ...routes.dependencies(scope)];
}

function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a === b) return true;
  // Planners lend domains as long as they stay the same.
  if (a.size !== b.size || (a instanceof HostDomains && b instanceof HostDomains)) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}
