import type { Duplex } from 'node:stream';
import type {
  HttpFilter,
  PerFilterConfig,
  RequestHead,
  ResponseHead,
  Route,
  VirtualHost,
} from '@inmesh/model';
import { HeaderMap } from '@inmesh/model';
import type { Clock } from '../../src/engine.js';
import type { FilterCall, FilterEnvironment, LocalReply, Verdict } from '../../src/filters/filter.js';
import { createFilterChains, type FilterChain, type FilterRun } from '../../src/filters/filter-chain.js';
import { compileRoute } from '../../src/route/compile-route.js';
import { managerConfig } from '../listener/view.js';
import { streamOf } from '../route/stream.js';

const extension = 'type.googleapis.com/envoy.extensions.filters.http.';

/** A filter of the chain, by the name and version of its type. */
export function filter(name: string, type: string, config: Record<string, unknown> = {}): HttpFilter {
  return { name, typedConfig: typed(type, config) };
}

export function typed(
  type: string,
  config: Record<string, unknown> = {},
): { '@type': string } & Record<string, unknown> {
  return { '@type': extension + type, ...config };
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves when the test says so. */
export class HandClock implements Clock {
  #now = 0;
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.splice(this.#timers.indexOf(timer as Timer), 1);
  }

  move(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers.filter(({ at }) => at <= this.#now)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      timer.callback();
    }
  }
}

export interface Kit {
  readonly chain: FilterChain;
  readonly clock: HandClock;
  readonly unsupported: string[];
}

/** The chain of a connection manager with these filters. */
export function kit(filters: readonly HttpFilter[], environment: Partial<FilterEnvironment> = {}): Kit {
  const clock = new HandClock();
  const unsupported: string[] = [];
  const chains = createFilterChains({
    clock,
    random: () => 0,
    onUnsupported: ({ name }) => unsupported.push(name),
    ...environment,
  });
  return { chain: chains(managerConfig({ httpFilters: [...filters] })), clock, unsupported };
}

export interface CallOptions {
  readonly route?: Partial<Route>;
  readonly virtualHost?: Partial<VirtualHost>;
  readonly configs?: PerFilterConfig;
  readonly hasBody?: boolean;
  readonly body?: Uint8Array;
}

export interface TestCall {
  readonly run: FilterRun;
  readonly call: FilterCall;
  readonly transforms: (() => Duplex)[];
  next(): Verdict;
  /** The answer on its way back, as header lines. */
  respond(lines?: readonly string[], status?: number): ResponseHead;
}

/** One call on a route of its own. */
export function begin(chain: FilterChain, head: RequestHead, options: CallOptions = {}): TestCall {
  return beginOn(chain, head, routeOf(options), options);
}

export function routeOf({ route, virtualHost, configs }: CallOptions): ReturnType<typeof compileRoute> {
  return compileRoute(
    {
      match: { prefix: '/' },
      route: { cluster: 'c' },
      ...(configs === undefined ? {} : { typedPerFilterConfig: configs }),
      ...route,
    },
    { name: 'v', domains: ['*'], ...virtualHost },
    { configuration: { name: 'rc' }, suppressEnvoyHeaders: false },
  );
}

export function beginOn(
  chain: FilterChain,
  head: RequestHead,
  route: ReturnType<typeof compileRoute>,
  { body = new Uint8Array(), hasBody = body.length > 0 }: CallOptions = {},
): TestCall {
  const transforms: (() => Duplex)[] = [];
  const call: FilterCall = {
    stream: streamOf(head),
    route,
    choice: route.action === 'route' ? route.chooseCluster(head, 0) : undefined,
    hasBody,
    downstream: undefined,
    clientAddress: '127.0.0.1',
    dynamicMetadata: new Map(),
    clearRouteCache() {},
    readBody: async () => body,
    replaceBody() {},
    transformResponse: (make) => transforms.push(make),
  };
  const run = chain.begin(head, call) ?? passed;
  return {
    run,
    call,
    transforms,
    next: () => run.next(),
    respond(lines = [], status = 200) {
      const response = { status, headers: new HeaderMap([...lines]) };
      run.onResponse(response);
      return response;
    },
  };
}

/** Of a route whose filters have nothing to do. */
const passed: FilterRun = { next: () => 'continue', onResponse: () => undefined, finished() {} };

export function replyOf(verdict: Verdict): LocalReply {
  if (verdict === 'continue' || verdict.kind === 'wait')
    throw new Error(`no reply: ${JSON.stringify(verdict)}`);
  return verdict;
}
