import { type Address, luaTypes, registryIndex } from './lua-api.js';
import { LuaError } from './lua-error.js';
import type { Host, LuaMachine } from './lua-machine.js';
import type { LuaValue } from './lua-value.js';
import { pushValue } from './marshal.js';
import { prelude } from './prelude.js';

/** What scripts are called in their errors. */
export const scriptName = 'script';

/** A function of a script, kept apart from its globals: what they become later does not matter. */
export type LuaFunction = number & { readonly kind: 'LuaFunction' };

/** The globals of one script, which all of its runs share: what one leaves there, the next one finds. */
export class LuaState {
  readonly machine: LuaMachine;
  /** For the machine. */
  readonly address: Address;
  readonly #enter: LuaFunction;
  #lastRun = 0;

  /** @throws {LuaError} when `source` is not Lua, or fails when it is run for the first time */
  constructor(machine: LuaMachine, source: string, log: (text: string) => void) {
    this.machine = machine;
    this.address = machine.openState();
    try {
      this.#execute(prelude, 'prelude', () => []);
      const enter = this.functionNamed('enter');
      if (enter === undefined) throw new LuaError('the prelude has no entry');
      this.#enter = enter;
      this.#execute('enter = nil', 'prelude', () => []);
      this.#execute(source, scriptName, (operation, [, text]) => {
        if (operation === 'print') log(String(text));
        return [];
      });
    } catch (error) {
      machine.closeState(this.address);
      throw error;
    }
  }

  /** A global that is a function at this moment. */
  functionNamed(name: string): LuaFunction | undefined {
    const { api } = this.machine;
    const type = api.lua_getglobal(this.address, name);
    if (type === luaTypes.function) return api.luaL_ref(this.address, registryIndex) as LuaFunction;
    api.lua_settop(this.address, 0);
    return undefined;
  }

  /** A run of `entry` that has not begun. Its number tells it from all others of this script. */
  begin(entry: LuaFunction): LuaRun {
    return new LuaRun(this, [this.#enter, entry], ++this.#lastRun);
  }

  #execute(source: string, chunkName: string, host: Host): void {
    const thread = new LuaThread(this);
    try {
      this.machine.compile(thread.address, source, chunkName);
      if (this.machine.resume(thread.address, this.address, 0, host) === 'yielded')
        throw new LuaError('script yielded while it was loaded');
    } finally {
      thread.close();
    }
  }
}

/** One call of a script's function, in a coroutine of its own. */
export class LuaRun {
  readonly number: number;
  readonly #thread: LuaThread;
  readonly #state: LuaState;

  constructor(state: LuaState, functions: readonly LuaFunction[], number: number) {
    const { api } = state.machine;
    this.number = number;
    this.#state = state;
    this.#thread = new LuaThread(state);
    for (const one of functions) api.lua_rawgeti(this.#thread.address, registryIndex, BigInt(one));
  }

  /** Starts the function; it is handed the number of the run. @throws {LuaError} */
  start(host: Host): 'done' | 'yielded' {
    return this.#go([this.number], 2, host);
  }

  /** Goes on where the function yielded, which then has these values. @throws {LuaError} */
  resume(values: readonly LuaValue[], host: Host): 'done' | 'yielded' {
    return this.#go(values, values.length, host);
  }

  /** Nobody goes on with it any more. */
  close(): void {
    this.#thread.close();
  }

  #go(values: readonly LuaValue[], argumentCount: number, host: Host): 'done' | 'yielded' {
    const { machine, address } = this.#state;
    for (const value of values) pushValue(machine.api, this.#thread.address, value);
    return machine.resume(this.#thread.address, address, argumentCount, host);
  }
}

/** A coroutine, held in the registry until it is closed. */
class LuaThread {
  readonly address: Address;
  readonly #state: LuaState;
  #reference: number | undefined;

  constructor(state: LuaState) {
    const { api } = state.machine;
    this.#state = state;
    this.address = api.lua_newthread(state.address);
    this.#reference = api.luaL_ref(state.address, registryIndex);
  }

  close(): void {
    if (this.#reference === undefined) return;
    this.#state.machine.api.luaL_unref(this.#state.address, registryIndex, this.#reference);
    this.#reference = undefined;
  }
}
