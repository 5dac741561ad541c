import type { HttpConnectionManager, HttpFilter, RequestHead, ResponseHead } from '@inmesh/model';
import type { ClusterChoice } from '../route/route-entry.js';
import { builtInFilters, ignoredFilterTypes } from './built-in-filters.js';
import type {
  Filter,
  FilterCall,
  FilterConfig,
  FilterConfigs,
  FilterEnvironment,
  FilterFactory,
  Verdict,
} from './filter.js';

/** The HTTP filters of one connection manager. Envoy: `FilterChainManager`. */
export interface FilterChain {
  /** The filters of one call, with the route that it has at this moment. */
  begin(head: RequestHead, call: FilterCall): FilterRun;
}

/** One call on its way through the filters. */
export interface FilterRun {
  /** Goes on until the end, an answer or a wait; after a wait it is asked again. Never asked after an answer. */
  next(): Verdict;
  /** The head of the answer on its way back, whoever made it. */
  onResponse(head: ResponseHead): void;
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
  const resolved = new WeakMap<ClusterChoice['filterConfigs'], readonly Filter[]>();
  const withoutRoute = resolve(links, () => []);
  return {
    begin(head, call) {
      // Redirects and direct responses choose no cluster, and have filters all the same.
      const configs = (call.choice ?? call.route)?.filterConfigs;
      if (configs === undefined) return run(withoutRoute, head, call);
      let active = resolved.get(configs);
      if (active === undefined) {
        active = resolve(links, configs);
        resolved.set(configs, active);
      }
      return run(active, head, call);
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

function resolve(links: readonly Link[], configsOf: ClusterChoice['filterConfigs']): readonly Filter[] {
  return links.flatMap(({ name, own, disabled, create }) => {
    const levels = configsOf(name);
    const isOff = levels[0] === undefined ? disabled : levels[0].disabled === true && isWrapper(levels[0]);
    const filter = isOff ? undefined : create(configsInForce(own, levels));
    return filter ?? [];
  });
}

const wrapperType = 'type.googleapis.com/envoy.config.route.v3.FilterConfig';

function isWrapper(config: FilterConfig): boolean {
  return config['@type'] === wrapperType;
}

/** A wrapper without a configuration only switches the filter on. */
function configsInForce(own: FilterConfig | undefined, levels: readonly FilterConfig[]): FilterConfigs {
  const unwrapped = levels.flatMap((level) => {
    if (!isWrapper(level)) return level;
    const inner = level.config as FilterConfig | undefined;
    return inner === undefined || Object.keys(inner).length === 0 ? [] : inner;
  });
  return { own, levels: unwrapped, effective: unwrapped[0] ?? own };
}

function run(filters: readonly Filter[], head: RequestHead, call: FilterCall): FilterRun {
  return filters.length === 0 ? idle : new Run(filters, head, call);
}

const idle: FilterRun = { next: () => 'continue', onResponse() {}, finished() {} };

class Run implements FilterRun {
  readonly #filters: readonly Filter[];
  readonly #head: RequestHead;
  readonly #call: FilterCall;
  #at = 0;
  #resume: (() => Verdict) | undefined;

  constructor(filters: readonly Filter[], head: RequestHead, call: FilterCall) {
    this.#filters = filters;
    this.#head = head;
    this.#call = call;
  }

  next(): Verdict {
    const resumed = this.#resume?.() ?? 'continue';
    this.#resume = undefined;
    if (resumed !== 'continue') return resumed;
    while (this.#at < this.#filters.length) {
      const filter = this.#filters[this.#at++];
      const verdict = filter?.onRequest?.(this.#head, this.#call) ?? 'continue';
      if (verdict === 'continue') continue;
      if (verdict.kind === 'wait') this.#resume = () => verdict.resume();
      return verdict;
    }
    return 'continue';
  }

  onResponse(head: ResponseHead): void {
    for (let i = this.#filters.length - 1; i >= 0; i--) this.#filters[i]?.onResponse?.(head, this.#call);
  }

  finished(): void {
    for (const filter of this.#filters) filter.finished?.(this.#call);
  }
}
