import type { RouteConfiguration, VirtualHost } from '@inmesh/model';
import type { VirtualHostPlan } from './virtual-host-plan.js';

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
  virtualHosts: readonly VirtualHostPlan[],
  previous?: RouteConfigurationIndex,
): RouteConfigurationIndex {
  const known = previous instanceof LazyIndex ? previous : undefined;
  return known?.renew(virtualHosts) ? known : new LazyIndex(options, virtualHosts, known);
}

/** With all virtual hosts compiled, as dumps and a control plane want it. */
export function wholeRouteConfiguration(index: RouteConfigurationIndex): RouteConfiguration {
  const names = new Set(index.domains.values());
  const virtualHosts = [...names].flatMap((name) => index.virtualHost(name) ?? []);
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
  #plans: ReadonlyMap<string, VirtualHostPlan>;
  readonly #compiled = new Map<string, Compiled>();
  /** What the index before had compiled. Not that index itself: it would hold on to all before it. */
  readonly #inherited: ReadonlyMap<string, Compiled>;

  constructor(
    options: Omit<RouteConfiguration, 'virtualHosts'>,
    plans: readonly VirtualHostPlan[],
    previous: LazyIndex | undefined,
  ) {
    this.options = options;
    this.#plans = byName(plans);
    this.domains = new Map(
      plans.flatMap(({ name, domains }) => domains.map((domain) => [domain.toLowerCase(), name] as const)),
    );
    this.#inherited = previous ? new Map([...previous.#inherited, ...previous.#compiled]) : new Map();
  }

  get name(): string {
    return this.options.name;
  }

  virtualHost(name: string): VirtualHost | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known.virtualHost;
    const plan = this.#plans.get(name);
    if (plan === undefined) return undefined;
    const compiled = this.#compile(plan);
    this.#compiled.set(name, compiled);
    return compiled.virtualHost;
  }

  /** Takes over plans if they contradict nothing that was answered so far, and tells whether it did. */
  renew(plans: readonly VirtualHostPlan[]): boolean {
    if (plans.length !== this.#plans.size) return false;
    for (const plan of plans) {
      const old = this.#plans.get(plan.name);
      if (old === undefined || !sameItems(old.domains, plan.domains)) return false;
      const compiled = this.#compiled.get(plan.name);
      if (compiled !== undefined && !sameItems(compiled.madeOf, ingredients(plan))) return false;
    }
    this.#plans = byName(plans);
    return true;
  }

  #compile(plan: VirtualHostPlan): Compiled {
    const { name, domains, options, routes } = plan;
    const madeOf = ingredients(plan);
    const inherited = this.#inherited.get(name);
    if (inherited !== undefined && sameItems(inherited.madeOf, madeOf)) return inherited;
    const virtualHost = { name, domains: [...domains], routes: [...routes.routes()], ...options };
    return { virtualHost, madeOf };
  }
}

function byName(plans: readonly VirtualHostPlan[]): ReadonlyMap<string, VirtualHostPlan> {
  return new Map(plans.map((plan) => [plan.name, plan]));
}

/** All that a virtual host is made of; while it is the same, so is the virtual host. */
function ingredients({ domains, options, routes }: VirtualHostPlan): readonly unknown[] {
  return [...domains, options.requireTls, options.includeRequestAttemptCount, ...routes.dependencies()];
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}
