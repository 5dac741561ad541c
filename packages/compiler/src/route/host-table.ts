import { type Steps, turnsPerStep } from '@inmesh/model';
import { LayeredMap } from '../layered-map.js';
import type { PlannedHosts, VirtualHostPlan } from './virtual-host-plan.js';

/**
 * The virtual hosts of one port by name and by domain, and the one for everything else behind them. Immutable; a
 * change costs the virtual hosts that it names, whatever the number of the others.
 */
export class HostTable implements PlannedHosts {
  readonly domains: HostDomains;
  readonly #plans: LayeredMap<VirtualHostPlan>;
  readonly catchAll: VirtualHostPlan;

  /** `plans` have neither names nor domains in common. Where these are those of `previous`, it lends its domains. */
  static *planning(
    plans: readonly VirtualHostPlan[],
    catchAll: VirtualHostPlan,
    previous?: HostTable,
  ): Steps<HostTable> {
    let turns = 0;
    const byName = new Map<string, VirtualHostPlan>();
    const byDomain = new Map<string, string>();
    let lengths: WildcardLengths = { suffixes: [], prefixes: [] };
    let isSame = true;
    for (const plan of plans) {
      if (++turns % turnsPerStep === 0) yield;
      byName.set(plan.name, plan);
      for (const [domain, name] of domainsOf(plan)) {
        byDomain.set(domain, name);
        lengths = withLengthOf(domain, lengths);
        isSame &&= previous?.domains.get(domain) === name;
      }
    }
    for (const [domain, name] of domainsOf(catchAll)) {
      byDomain.set(domain, name);
      isSame &&= previous?.domains.get(domain) === name;
    }
    const allPlans = LayeredMap.of(byName);
    return isSame && previous?.domains.size === byDomain.size
      ? new HostTable(allPlans, catchAll, previous.domains)
      : new HostTable(
          allPlans,
          catchAll,
          new HostDomains(LayeredMap.of(byDomain), lengths, allPlans, catchAll),
        );
  }

  private constructor(plans: LayeredMap<VirtualHostPlan>, catchAll: VirtualHostPlan, domains: HostDomains) {
    this.#plans = plans;
    this.catchAll = catchAll;
    this.domains = domains;
  }

  plan(name: string): VirtualHostPlan | undefined {
    return name === this.catchAll.name ? this.catchAll : this.#plans.get(name);
  }

  with(removed: readonly VirtualHostPlan[], added: readonly VirtualHostPlan[]): HostTable {
    if (removed.length === 0 && added.length === 0) return this;
    const plans = this.#plans.with(
      removed.map(({ name }) => name),
      added.map((plan) => [plan.name, plan]),
    );
    return new HostTable(plans, this.catchAll, this.domains.with({ removed, added }, plans));
  }
}

/**
 * How long the domains with a wildcard are, the longest first: whoever looks for the best match need not read them.
 * Lengths of which no domain is left stay known, which costs a look in vain.
 */
export interface WildcardLengths {
  /** `*.shop.test` */
  readonly suffixes: readonly number[];
  /** `shop.*` */
  readonly prefixes: readonly number[];
}

/** Each domain in lower case with the name of its virtual host, in the order of the virtual hosts' names. */
export class HostDomains implements ReadonlyMap<string, string> {
  readonly wildcardLengths: WildcardLengths;
  readonly #table: LayeredMap<string>;
  readonly #plans: LayeredMap<VirtualHostPlan>;
  readonly #catchAll: VirtualHostPlan;

  constructor(
    table: LayeredMap<string>,
    wildcardLengths: WildcardLengths,
    plans: LayeredMap<VirtualHostPlan>,
    catchAll: VirtualHostPlan,
  ) {
    this.wildcardLengths = wildcardLengths;
    this.#table = table;
    this.#plans = plans;
    this.#catchAll = catchAll;
  }

  get size(): number {
    return this.#table.size;
  }

  get(domain: string): string | undefined {
    return this.#table.get(domain);
  }

  has(domain: string): boolean {
    return this.#table.get(domain) !== undefined;
  }

  /** The very same where no domain comes, goes or changes hands. */
  with(
    { removed, added }: Record<'removed' | 'added', readonly VirtualHostPlan[]>,
    plans: LayeredMap<VirtualHostPlan>,
  ): HostDomains {
    const [old, young] = [removed.flatMap(domainsOf), added.flatMap(domainsOf)];
    const isSame = old.length === young.length && young.every(([domain, name]) => this.get(domain) === name);
    if (isSame) return this;
    let lengths = this.wildcardLengths;
    for (const [domain] of young) lengths = withLengthOf(domain, lengths);
    const table = this.#table.with(
      old.map(([domain]) => domain),
      young,
    );
    return new HostDomains(table, lengths, plans, this.#catchAll);
  }

  *entries(): MapIterator<[string, string]> {
    for (const name of [...this.#plans.keys()].sort()) {
      for (const [domain] of domainsOf(this.#plans.get(name)))
        if (this.#table.get(domain) === name) yield [domain, name];
    }
    for (const entry of domainsOf(this.#catchAll)) yield entry;
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  *keys(): MapIterator<string> {
    for (const [domain] of this.entries()) yield domain;
  }

  *values(): MapIterator<string> {
    for (const [, name] of this.entries()) yield name;
  }

  forEach(callback: (name: string, domain: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [domain, name] of this.entries()) callback(name, domain, this);
  }
}

function domainsOf(plan: VirtualHostPlan | undefined): [domain: string, name: string][] {
  if (plan === undefined) return [];
  return plan.domains.map((domain) => [domain.toLowerCase(), plan.name]);
}

/** The same object where the length is not new. */
function withLengthOf(domain: string, known: WildcardLengths): WildcardLengths {
  const end = domain.startsWith('*') ? 'suffixes' : domain.endsWith('*') ? 'prefixes' : undefined;
  if (end === undefined || known[end].includes(domain.length)) return known;
  return { ...known, [end]: [...known[end], domain.length].sort((a, b) => b - a) };
}
