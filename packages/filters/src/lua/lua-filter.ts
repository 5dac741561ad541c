import type { Filter, FilterCall, FilterConfigs, FilterFactory, ResponseHold, Verdict } from '@inmesh/engine';
import type { RequestHead, ResponseHead } from '@inmesh/model';
import { HeaderView } from './header-view.js';
import { type LuaInForce, luaInForce } from './lua-config.js';
import { type LuaValue, luaText, luaValueOf } from './lua-value.js';
import { ScriptRun } from './script-run.js';
import type { ClusterRequest, LogLevel, ScriptStream } from './script-stream.js';
import { type Script, Scripts } from './scripts.js';
import { RequestBody, ResponseBody } from './stream-bodies.js';

/** What a script logged, or what went wrong with it. */
export interface ScriptLog {
  readonly level: LogLevel;
  /** The name of the filter in its chain. */
  readonly filter: string;
  readonly text: string;
}

export interface LuaOptions {
  /** Called synchronously; must not throw. */
  readonly log?: (entry: ScriptLog) => void;
  /** Carries what scripts send by `httpCall`; without it that raises an error in the script. */
  readonly request?: ClusterRequest;
  /** For how long a script may run without a pause, in milliseconds. @defaultValue 50 */
  readonly budgetMs?: number;
  /** How much the globals and values of one script may hold. @defaultValue 32 MiB */
  readonly memoryBytes?: number;
  /** Monotonic milliseconds, for {@link budgetMs}. @defaultValue the time of the process */
  readonly now?: () => number;
}

/** The type of the filter's configuration: its name among the filters of an engine. */
export const luaFilterType = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua';

/** Lua for the filters of one mesh. */
export interface Lua {
  /**
   * Runs scripts on requests and responses, with Envoy's stream handle. A script that fails is logged, and the call
   * goes on with what was changed so far. Envoy: `envoy.filters.http.lua`.
   */
  readonly filter: FilterFactory;
  /** What is wrong with a script as Lua, with its line; `undefined`: nothing. It is not run. */
  check(source: string): Promise<string | undefined>;
}

/** Loads nothing before the first script. */
export function createLua({ log = () => {}, request, ...bounds }: LuaOptions = {}): Lua {
  const metadata = new WeakMap<FilterCall, ScriptStream['dynamicMetadata']>();
  const scripts = new Scripts(bounds);
  return {
    check: (source) => scripts.check(source),
    filter(configs) {
      const inForce = luaInForce(configs);
      if (inForce === undefined) return undefined;
      const logHere = (level: LogLevel, text: string): void => log({ level, filter: configs.name, text });
      const script = scripts.of(inForce.source, logHere);
      return new LuaFilter({ name: configs.name, inForce, script, metadata, log: logHere, request });
    },
  };
}

interface LuaFilterParts {
  readonly name: FilterConfigs['name'];
  readonly inForce: LuaInForce;
  readonly script: Script;
  readonly metadata: WeakMap<FilterCall, ScriptStream['dynamicMetadata']>;
  readonly log: ScriptStream['log'];
  readonly request: ClusterRequest | undefined;
}

class LuaFilter implements Filter {
  readonly #parts: LuaFilterParts;
  /** The last run of a call that had to wait for something. */
  readonly #waiting = new WeakMap<FilterCall, ScriptRun>();

  constructor(parts: LuaFilterParts) {
    this.#parts = parts;
  }

  onRequest(head: RequestHead, call: FilterCall): Verdict {
    const { script, inForce } = this.#parts;
    if (script.loading !== undefined)
      return { kind: 'wait', until: script.loading, resume: () => this.onRequest(head, call) };
    const { state, onRequest } = script.functions;
    if (state === undefined || onRequest === undefined) return 'continue';
    const headers = HeaderView.ofRequest(head, () => {
      if (inForce.clearsRouteCache) call.clearRouteCache();
    });
    const stream = this.#stream({ direction: 'request', call, headers, body: new RequestBody(call) });
    const run = new ScriptRun(state, onRequest, stream);
    const verdict = verdictOf(run, stream, []);
    if (stream.waiting !== undefined) this.#waiting.set(call, run);
    return verdict;
  }

  onResponse(head: ResponseHead, call: FilterCall): ResponseHold | undefined {
    const { script } = this.#parts;
    // An earlier filter may have answered before this one was ready.
    if (script.loading !== undefined) {
      const { loading } = script;
      return async (bytes, trailers) => {
        await loading;
        return this.onResponse(head, call)?.(bytes, trailers) ?? bytes;
      };
    }
    const { state, onResponse } = script.functions;
    if (state === undefined || onResponse === undefined) return undefined;
    const body = new ResponseBody();
    const stream = this.#stream({ direction: 'response', call, headers: HeaderView.ofResponse(head), body });
    const run = new ScriptRun(state, onResponse, stream);
    const waiting = run.go([]);
    if (waiting === undefined) return undefined;
    this.#waiting.set(call, run);
    return async (bytes, trailers) => {
      stream.trailers = trailers.lines.length > 0 ? HeaderView.ofTrailers(trailers) : undefined;
      body.arrived(bytes);
      for (let next: typeof waiting | undefined = waiting; next !== undefined; ) next = run.go(await next);
      return body.bytes ?? bytes;
    };
  }

  /** A caller who leaves does not say what their script waits for. */
  finished(call: FilterCall): void {
    this.#waiting.get(call)?.close();
  }

  #stream(own: Pick<ScriptStream, 'direction' | 'call' | 'headers' | 'body'>): ScriptStream {
    const { name, inForce, log, request, metadata } = this.#parts;
    let dynamicMetadata = metadata.get(own.call);
    if (dynamicMetadata === undefined) {
      dynamicMetadata = foundByOthers(own.call);
      metadata.set(own.call, dynamicMetadata);
    }
    const nothingYet = { trailers: undefined, reply: undefined, waiting: undefined };
    return { filterName: name, inForce, log, request, dynamicMetadata, ...nothingYet, ...own };
  }
}

/** What filters before have left: the claims of a token. What scripts add is theirs. */
function foundByOthers({ dynamicMetadata }: FilterCall): ScriptStream['dynamicMetadata'] {
  const tables = [...dynamicMetadata].map(([name, values]) => {
    const entries = Object.entries(values).map(([key, value]) => [luaText(key), luaValueOf(value)] as const);
    return [name, new Map(entries)] as const;
  });
  return new Map(tables);
}

function verdictOf(run: ScriptRun, stream: ScriptStream, values: readonly LuaValue[]): Verdict {
  const waiting = run.go(values);
  if (stream.reply !== undefined) return stream.reply;
  if (waiting === undefined) return 'continue';
  let arrived: readonly LuaValue[] = [];
  const until = waiting.then((answer) => {
    arrived = answer;
  });
  return { kind: 'wait', until, resume: () => verdictOf(run, stream, arrived) };
}
