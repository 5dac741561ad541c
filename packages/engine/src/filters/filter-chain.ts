import type { HttpConnectionManager, HttpFilter, RequestHead, ResponseHead } from '@inmesh/model';
import type { ClusterChoice, LevelConfig, RouteEntry } from '../route/route-entry.js';
import { builtInFilters, ignoredFilterTypes } from './built-in-filters.js';
import type {
  Filter,
  FilterCall,
  FilterConfig,
  FilterConfigs,
  FilterEnvironment,
  FilterFactory,
  ResponseHold,
  Verdict,
} from './filter.js';

/** The HTTP filters of one connection manager. Envoy: `FilterChainManager`. */
export interface FilterChain {
  /** The filters of one call, with the route that it has at this moment; `undefined`: it passes none. */
  begin(head: RequestHead, call: FilterCall): FilterRun | undefined;
}

/** One call on its way through the filters. */
export interface FilterRun {
  /** Goes on until the end, an answer or a wait; after a wait it is asked again. Never asked after an answer. */
  next(): Verdict;
  /** The head of the answer on its way back, whoever made it. A hold goes on with the filters that are left. */
  onResponse(head: ResponseHead): ResponseHold | undefined;
  finished(): void;
}

/** Makes the chain of a connection manager on first use, and keeps it for as long as its object lives. */
export function createFilterChains(
  environment: FilterEnvironment,
): (manager: HttpConnectionManager) => FilterChain {
  const chains = new WeakMap<HttpConnectionManager, FilterChain>();
  const factories = new Map([...builtInFilters(environment), ...(environment.extensions ?? [])]);
  return (manager) => {
    let chain = chains.get(manager);
    if (chain === undefined) {
      chain = createFilterChain(manager.httpFilters ?? [], factories, environment);
      chains.set(manager, chain);
    }
    return chain;
  };
}

interface Link {
  readonly name: string;
  readonly own: FilterConfig | undefined;
  readonly disabled: boolean;
  readonly create: FilterFactory;
}

function createFilterChain(
  filters: readonly HttpFilter[],
  factories: ReadonlyMap<string, FilterFactory>,
  environment: FilterEnvironment,
): FilterChain {
  const links = filters.flatMap((filter) => link(filter, factories, environment));
  // Which filters run is a matter of the route: its levels configure and switch off. Most routes run none.
  const resolved = new WeakMap<ClusterChoice['filterConfigs'], readonly PlacedFilter[]>();
  const withoutRoute = resolve(links, () => []);
  const filtersFor = (call: FilterCall): readonly PlacedFilter[] => {
    // Redirects and direct responses choose no cluster, and have filters all the same.
    const configs = (call.choice ?? call.route)?.filterConfigs;
    if (configs === undefined) return withoutRoute;
    let filters = resolved.get(configs);
    if (filters === undefined) {
      filters = resolve(links, configs);
      resolved.set(configs, filters);
    }
    return filters;
  };
  return {
    begin(head, call) {
      const filters = filtersFor(call);
      return filters.length === 0 ? undefined : new Run(filters, head, call, filtersFor);
    },
  };
}

function link(
  { name, typedConfig, disabled = false }: HttpFilter,
  factories: ReadonlyMap<string, FilterFactory>,
  environment: FilterEnvironment,
): Link[] {
  const type = typedConfig?.['@type'] ?? '';
  const create = factories.get(type) ?? factories.get(name);
  if (create !== undefined) return [{ name, own: typedConfig, disabled, create }];
  if (!ignoredFilterTypes.has(type)) environment.onUnsupported?.({ name, type });
  return [];
}

/** A filter as one route has it, and where in the chain it stands. */
interface PlacedFilter {
  readonly filter: Filter;
  readonly place: number;
}

function resolve(links: readonly Link[], configsOf: ClusterChoice['filterConfigs']): readonly PlacedFilter[] {
  const siblings = {};
  return links.flatMap(({ name, own, disabled, create }, place) => {
    const levels = configsOf(name);
    const first = levels[0]?.config;
    const isOff = first === undefined ? disabled : first.disabled === true && isWrapper(first);
    const filter = isOff ? undefined : create({ name, siblings, ...configsInForce(links, own, levels) });
    return filter === undefined ? [] : { filter, place };
  });
}

const wrapperType = 'type.googleapis.com/envoy.config.route.v3.FilterConfig';

function isWrapper(config: FilterConfig): boolean {
  return config['@type'] === wrapperType;
}

/** A wrapper without a configuration only switches the filter on. */
function configsInForce(
  chain: object,
  own: FilterConfig | undefined,
  levels: readonly LevelConfig[],
): Omit<FilterConfigs, 'name' | 'siblings'> {
  const unwrapped = levels.flatMap(({ holder, config }) => {
    if (!isWrapper(config)) return { holder, config };
    const inner = config.config as FilterConfig | undefined;
    return inner === undefined || Object.keys(inner).length === 0 ? [] : { holder, config: inner };
  });
  const [first] = unwrapped;
  return {
    own,
    levels: unwrapped.map(({ config }) => config),
    effective: first?.config ?? own,
    holder: first?.holder ?? chain,
  };
}

class Run implements FilterRun {
  #filters: readonly PlacedFilter[];
  readonly #head: RequestHead;
  readonly #call: FilterCall;
  readonly #filtersFor: (call: FilterCall) => readonly PlacedFilter[];
  /** Changes only when a filter has the route looked up again. */
  #route: RouteEntry | undefined;
  #at = 0;
  #resume: (() => Verdict) | undefined;

  constructor(
    filters: readonly PlacedFilter[],
    head: RequestHead,
    call: FilterCall,
    filtersFor: (call: FilterCall) => readonly PlacedFilter[],
  ) {
    this.#filters = filters;
    this.#head = head;
    this.#call = call;
    this.#filtersFor = filtersFor;
    this.#route = call.route;
  }

  next(): Verdict {
    let verdict = this.#resume?.() ?? 'continue';
    this.#resume = undefined;
    while (verdict === 'continue') {
      if (this.#call.route !== this.#route) this.#adoptRoute();
      if (this.#at >= this.#filters.length) return verdict;
      verdict = this.#filters[this.#at++]?.filter.onRequest?.(this.#head, this.#call) ?? 'continue';
    }
    if (verdict.kind === 'wait') {
      const waited = verdict;
      this.#resume = () => waited.resume();
    }
    return verdict;
  }

  onResponse(head: ResponseHead): ResponseHold | undefined {
    return this.#passBack(head, this.#filters.length);
  }

  finished(): void {
    for (const { filter } of this.#filters) filter.finished?.(this.#call);
  }

  #passBack(head: ResponseHead, end: number): ResponseHold | undefined {
    for (let i = end - 1; i >= 0; i--) {
      const hold = this.#filters[i]?.filter.onResponse?.(head, this.#call);
      if (hold === undefined) continue;
      return async (body, trailers) => {
        const bytes = await hold(body, trailers);
        const next = this.#passBack(head, i);
        return next === undefined ? bytes : next(bytes, trailers);
      };
    }
    return undefined;
  }

  /** The filters still to come have the configuration of the new route; those that ran keep what they know. */
  #adoptRoute(): void {
    this.#route = this.#call.route;
    const ran = this.#filters.slice(0, this.#at);
    const last = ran.at(-1)?.place ?? -1;
    this.#filters = [...ran, ...this.#filtersFor(this.#call).filter(({ place }) => place > last)];
  }
}
