import { performance } from 'node:perf_hooks';
import { type DataSource, readDataSource } from '../data-source.js';
import { loadLuaApi } from './lua-api.js';
import { LuaMachine, type LuaMachineOptions } from './lua-machine.js';
import { type LuaFunction, LuaState, scriptName } from './lua-state.js';
import type { LogLevel } from './script-stream.js';

/** A script on its way into force, and then what it offers. */
export interface Script {
  /** Settles when {@link functions} are what they will be; `undefined` from then on. */
  readonly loading: Promise<void> | undefined;
  readonly functions: ScriptFunctions;
}

/** Those that Envoy's contract names. Nothing of a script that cannot be loaded. */
export interface ScriptFunctions {
  readonly state?: LuaState;
  readonly onRequest?: LuaFunction | undefined;
  readonly onResponse?: LuaFunction | undefined;
}

type Log = (level: LogLevel, text: string) => void;

const defaultBudgetMs = 50;
const defaultMemoryBytes = 32 * 1024 * 1024;

/**
 * The scripts of one mesh, one per source object of the rules: routes that share it share the script's globals.
 * Lua itself is loaded with the first of them; a script whose rule has gone takes its globals along.
 */
export class Scripts {
  readonly #bounds: LuaMachineOptions;
  readonly #scripts = new WeakMap<DataSource, LoadedScript>();
  readonly #gone = new FinalizationRegistry<() => void>((close) => close());
  #machine: Promise<LuaMachine> | undefined;

  constructor({
    now = () => performance.now(),
    budgetMs = defaultBudgetMs,
    memoryBytes = defaultMemoryBytes,
  }: Partial<LuaMachineOptions>) {
    this.#bounds = { now, budgetMs, memoryBytes };
  }

  /** Loads it when it is first asked for. `log` is told what it prints meanwhile, and why it cannot be loaded. */
  of(source: DataSource, log: Log): Script {
    let script = this.#scripts.get(source);
    if (script === undefined) {
      script = new LoadedScript(() => this.#load(source, log));
      this.#scripts.set(source, script);
    }
    return script;
  }

  /** What is wrong with a text as Lua, with its line; `undefined`: nothing. It is not run. */
  async check(text: string): Promise<string | undefined> {
    const machine = await this.#loadMachine();
    const state = machine.openState();
    try {
      machine.compile(state, text, scriptName);
      return undefined;
    } catch (error) {
      return messageOf(error);
    } finally {
      machine.closeState(state);
    }
  }

  #loadMachine(): Promise<LuaMachine> {
    this.#machine ??= loadLuaApi().then((api) => new LuaMachine(api, this.#bounds));
    return this.#machine;
  }

  async #load(source: DataSource, log: Log): Promise<ScriptFunctions> {
    try {
      const [machine, text] = await Promise.all([this.#loadMachine(), readDataSource(source)]);
      const state = new LuaState(machine, text, (printed) => log('info', printed));
      const { address } = state;
      this.#gone.register(state, () => machine.closeState(address));
      return {
        state,
        onRequest: state.functionNamed('envoy_on_request'),
        onResponse: state.functionNamed('envoy_on_response'),
      };
    } catch (error) {
      log('critical', `script load error: ${messageOf(error)}`);
      return {};
    }
  }
}

class LoadedScript implements Script {
  loading: Promise<void> | undefined;
  functions: ScriptFunctions = {};

  constructor(load: () => Promise<ScriptFunctions>) {
    this.loading = load().then((functions) => {
      this.functions = functions;
      this.loading = undefined;
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
