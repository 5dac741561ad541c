import type { LbSubsetConfig, LbSubsetSelector } from '@inmesh/model';
import type { Endpoint } from './endpoint.js';
import type { HostSet } from './host-set.js';
import {
  type Balancer,
  type EndpointChoice,
  type HealthPolicy,
  LoadBalancer,
  type LoadBalancerOptions,
} from './load-balancer.js';
import { criteriaKey, factsIn, type SubsetCriteria } from './subset-criteria.js';

type FallbackPolicy = NonNullable<LbSubsetConfig['fallbackPolicy']>;

/**
 * Chooses only among endpoints whose metadata are what the route asks for. Priorities, panic and localities are
 * reckoned within such a subset; subsets are made for the selectors of the cluster. Envoy: `SubsetLoadBalancer`.
 */
export class SubsetBalancer implements Balancer {
  readonly #options: LoadBalancerOptions;
  readonly #config: LbSubsetConfig;
  /** The one with most keys first: it is the one that counts where keys may be redundant. */
  readonly #selectors: readonly LbSubsetSelector[];
  readonly #whole: LoadBalancer;
  #hostSets: readonly HostSet[] = [];
  #policy: HealthPolicy = { overprovisioning: 140 };
  #members = new Map<string, Set<Endpoint>>();
  /** Made when they are first needed, by the key of their criteria. */
  #subsets = new Map<string, LoadBalancer>();

  constructor(options: LoadBalancerOptions, config: LbSubsetConfig) {
    this.#options = options;
    this.#config = config;
    this.#selectors = [...(config.subsetSelectors ?? [])].sort((a, b) => keysOf(b).length - keysOf(a).length);
    this.#whole = new LoadBalancer(options);
  }

  update(hostSets: readonly HostSet[], policy: HealthPolicy): void {
    this.#hostSets = hostSets;
    this.#policy = policy;
    this.#subsets = new Map();
    this.#members = new Map();
    for (const { endpoints } of hostSets) for (const endpoint of endpoints) this.#place(endpoint);
    this.#whole.update(hostSets, policy);
  }

  refresh(priority: number): void {
    this.#whole.refresh(priority);
    for (const subset of this.#subsets.values()) subset.refresh(priority);
  }

  reasonAgainst(endpoint: Endpoint): string | undefined {
    return this.#whole.reasonAgainst(endpoint);
  }

  pick(choice: EndpointChoice): Endpoint | undefined {
    const { criteria } = choice;
    const fallbacks =
      this.#config.metadataFallbackPolicy === 'FALLBACK_LIST' && criteria?.get('fallback_list');
    if (!Array.isArray(fallbacks) || criteria === undefined) return this.#pickBy(criteria, choice);
    for (const fallback of fallbacks) {
      const others = new Map([...criteria, ...Object.entries(fallback ?? {})]);
      others.delete('fallback_list');
      const endpoint = this.#pickBy(others, choice);
      if (endpoint !== undefined) return endpoint;
    }
    return undefined;
  }

  #pickBy(criteria: SubsetCriteria | undefined, choice: EndpointChoice): Endpoint | undefined {
    if (criteria === undefined || criteria.size === 0) return this.#fallBack(undefined, choice);
    const wanted = this.#config.allowRedundantKeys === true ? this.#reduced(criteria) : criteria;
    const subset = this.#subset(wanted);
    if (subset !== undefined) return subset.pick(choice);
    const selector = this.#selectorOf(wanted);
    if (selector?.fallbackPolicy === 'KEYS_SUBSET') {
      return this.#pickBy(only(wanted, selector.fallbackKeysSubset ?? []), choice);
    }
    return this.#fallBack(selector?.fallbackPolicy, choice);
  }

  #fallBack(policy: LbSubsetSelector['fallbackPolicy'], choice: EndpointChoice): Endpoint | undefined {
    const isOwn = policy !== undefined && policy !== 'NOT_DEFINED';
    const effective = (isOwn ? policy : this.#config.fallbackPolicy) as FallbackPolicy | undefined;
    const endpoint =
      effective === 'ANY_ENDPOINT'
        ? this.#whole.pick(choice)
        : effective === 'DEFAULT_SUBSET'
          ? this.#default()?.pick(choice)
          : undefined;
    return endpoint ?? (this.#config.panicModeAny === true ? this.#whole.pick(choice) : undefined);
  }

  #default(): LoadBalancer | undefined {
    const { defaultSubset = {} } = this.#config;
    const name = 'default';
    const facts = Object.entries(defaultSubset);
    return this.#create(name, (endpoint) => {
      const own = new Map(factsIn(endpoint.metadata));
      return facts.every(([key, value]) => sameFact(own.get(key), value));
    });
  }

  #subset(criteria: SubsetCriteria): LoadBalancer | undefined {
    const key = criteriaKey(criteria);
    const members = this.#members.get(key);
    return members && this.#create(key, (endpoint) => members.has(endpoint));
  }

  #create(name: string, belongs: (endpoint: Endpoint) => boolean): LoadBalancer {
    let subset = this.#subsets.get(name);
    if (subset === undefined) {
      const { localityWeightAware = false } = this.#config;
      subset = new LoadBalancer({
        ...this.#options,
        name: `${name}/`,
        localityWeighted: this.#options.localityWeighted && localityWeightAware,
      });
      subset.update(
        this.#hostSets.map((hosts) => this.#within(hosts, belongs)),
        this.#policy,
      );
      this.#subsets.set(name, subset);
    }
    return subset;
  }

  #within({ priority, endpoints, localities }: HostSet, belongs: (endpoint: Endpoint) => boolean): HostSet {
    return {
      priority,
      endpoints: endpoints.filter(belongs),
      localities: localities.map(({ weight, endpoints: all }) => {
        const left = all.filter(belongs);
        const share = all.length === 0 ? 0 : left.length / all.length;
        return {
          endpoints: left,
          weight: this.#config.scaleLocalityWeight === true ? weight * share : weight,
        };
      }),
    };
  }

  /** An endpoint belongs to a subset of every selector all of whose keys it has. */
  #place(endpoint: Endpoint): void {
    const facts = new Map(factsIn(endpoint.metadata));
    for (const selector of this.#selectors) {
      for (const criteria of combinations(keysOf(selector), facts, this.#config.listAsAny === true)) {
        const key = criteriaKey(criteria);
        const members = this.#members.get(key) ?? new Set();
        this.#members.set(key, members.add(endpoint));
      }
    }
  }

  /** Without the keys that the best selector does not ask for. */
  #reduced(criteria: SubsetCriteria): SubsetCriteria {
    const selector = this.#selectors.find((one) => keysOf(one).every((key) => criteria.has(key)));
    return selector === undefined ? criteria : only(criteria, keysOf(selector));
  }

  #selectorOf(criteria: SubsetCriteria): LbSubsetSelector | undefined {
    return this.#selectors.find((selector) => {
      const keys = new Set(keysOf(selector));
      return keys.size === criteria.size && [...keys].every((key) => criteria.has(key));
    });
  }
}

function keysOf({ keys = [] }: LbSubsetSelector): readonly string[] {
  return keys;
}

function only(criteria: SubsetCriteria, keys: readonly string[]): SubsetCriteria {
  return new Map([...criteria].filter(([key]) => keys.includes(key)));
}

function sameFact(a: unknown, b: unknown): boolean {
  return criteriaKey(new Map([['', a]])) === criteriaKey(new Map([['', b]]));
}

/** The criteria that facts fulfil: one, or none; a list that stands for any of its values makes several. */
function combinations(
  keys: readonly string[],
  facts: ReadonlyMap<string, unknown>,
  listAsAny: boolean,
): SubsetCriteria[] {
  if (keys.length === 0) return [];
  let found: SubsetCriteria[] = [new Map()];
  for (const key of keys) {
    const fact = facts.get(key);
    if (fact === undefined) return [];
    const values: readonly unknown[] = listAsAny && Array.isArray(fact) ? fact : [fact];
    found = found.flatMap((criteria) => values.map((value) => new Map([...criteria, [key, value]])));
  }
  return found;
}
