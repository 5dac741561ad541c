import type { Filter, FilterCall, FilterConfig, ResponseHold, Verdict } from '@inmesh/engine';
import { HeaderMap, type RequestHead, type ResponseHead } from '@inmesh/model';
import { createLua, type LuaOptions, luaFilterType, type ScriptLog } from '../../src/lua/lua-filter.js';

export interface KitOptions extends Omit<LuaOptions, 'log'> {
  readonly config?: Record<string, unknown>;
  /** Of the route, over the filter's own. */
  readonly perRoute?: Record<string, unknown>;
}

/** A script in a filter of the chain, and what it logged. */
export interface Kit {
  readonly logged: ScriptLog[];
  readonly filter: Filter | undefined;
  /** One call, so far that its request has passed. */
  call(options?: CallOptions): Promise<ScriptedCall>;
}

export interface CallOptions {
  readonly head?: Partial<Omit<RequestHead, 'headers'>>;
  readonly headers?: readonly string[];
  readonly body?: Uint8Array | 'tooLarge';
  readonly call?: Partial<FilterCall>;
}

export interface ScriptedCall {
  readonly head: RequestHead;
  readonly call: FilterCall;
  /** What became of the request: on it goes, or an answer. */
  readonly verdict: Verdict;
  /** How often the route was to be looked up again. */
  readonly reroutes: () => number;
  /** The body as it would go out, once a script has replaced it. */
  readonly sent: () => Uint8Array | undefined;
  /** The response on its way back. */
  respond(response?: {
    status?: number;
    headers?: readonly string[];
    body?: string;
    trailers?: readonly string[];
  }): Promise<ScriptedResponse>;
}

export interface ScriptedResponse extends ResponseHead {
  readonly body: string;
  readonly trailers: HeaderMap;
  /** The script had the head wait for the body. */
  readonly isHeld: boolean;
}

export function scripted(source: string, { config = {}, perRoute, ...options }: KitOptions = {}): Kit {
  const logged: ScriptLog[] = [];
  const own = { '@type': luaFilterType, defaultSourceCode: { inlineString: source }, ...config };
  const level: FilterConfig | undefined = perRoute && { '@type': `${luaFilterType}PerRoute`, ...perRoute };
  const lua = createLua({ ...options, log: (entry) => logged.push(entry) });
  const levels = level === undefined ? [] : [level];
  const filter = lua.filter({
    name: 'my.lua',
    own,
    levels,
    effective: level ?? own,
    holder: {},
    siblings: {},
  });
  return {
    logged,
    filter,
    async call({ head: start, headers = [], body, call: rest } = {}) {
      const head: RequestHead = {
        method: 'GET',
        scheme: 'http',
        authority: 'a.test',
        path: '/p?q=1',
        headers: new HeaderMap([...headers]),
        ...start,
      };
      let rerouted = 0;
      let sent: Uint8Array | undefined;
      const call = {
        stream: streamOf(head),
        route: undefined,
        choice: undefined,
        hasBody: body !== undefined,
        downstream: undefined,
        clientAddress: '127.0.0.1',
        dynamicMetadata: new Map(),
        clearRouteCache: () => void rerouted++,
        readBody: async () => body ?? new Uint8Array(),
        replaceBody(bytes) {
          sent = bytes;
        },
        transformResponse() {},
        ...rest,
      } satisfies FilterCall;
      let verdict: Verdict = filter?.onRequest?.(head, call) ?? 'continue';
      while (typeof verdict === 'object' && verdict.kind === 'wait') {
        await verdict.until;
        verdict = verdict.resume();
      }
      return {
        head,
        call,
        verdict,
        reroutes: () => rerouted,
        sent: () => sent,
        async respond({ status = 200, headers: lines = [], body: text = '', trailers: tail = [] } = {}) {
          const response: ResponseHead = { status, headers: new HeaderMap([...lines]) };
          const trailers = new HeaderMap([...tail]);
          const hold: ResponseHold | undefined = filter?.onResponse?.(response, call);
          const bytes = hold === undefined ? Buffer.from(text) : await hold(Buffer.from(text), trailers);
          const after = Buffer.from(bytes).toString();
          return {
            status: response.status,
            headers: response.headers,
            body: after,
            trailers,
            isHeld: hold !== undefined,
          };
        },
      };
    },
  };
}

function streamOf(requestHead: RequestHead): FilterCall['stream'] {
  return {
    protocol: 'HTTP/1.1',
    startTime: 0,
    downstreamRemoteAddress: '127.0.0.1',
    downstreamRemotePort: 4711,
    downstreamLocalAddress: '10.0.0.1',
    downstreamLocalPort: 8080,
    requestedServerName: undefined,
    requestHeaders: requestHead.headers,
    requestHead,
    responseHeaders: undefined,
    routeName: 'r',
    upstreamCluster: 'c',
    upstreamHost: undefined,
    responseCode: 0,
    responseCodeDetails: '',
    responseFlags: [],
    attempts: 0,
  };
}
