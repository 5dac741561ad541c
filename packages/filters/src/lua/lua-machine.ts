import { type Address, type LuaApi, maskCount, returns } from './lua-api.js';
import { LuaError } from './lua-error.js';
import type { LuaValue } from './lua-value.js';
import { pushValue, readValues } from './marshal.js';

/** Who answers when a script asks for something: throws a {@link LuaError} to raise it in the script. */
export type Host = (operation: string, values: readonly LuaValue[]) => readonly LuaValue[];

/** One stretch of a script's life, from a start to its end or to the next wait. */
interface Stretch {
  readonly host: Host;
  /** On the machine's clock. */
  readonly deadline: number;
}

export interface LuaMachineOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** For how long a script may run without a pause, in milliseconds. */
  readonly budgetMs: number;
  /** How much one state may hold. */
  readonly memoryBytes: number;
}

/** How many instructions pass between two looks at the clock: some ten microseconds. */
const instructionsPerLook = 1000;

/**
 * Lua as WebAssembly, with three bounds that it lacks: a state's memory, the time of each stretch, and a single
 * function by which scripts reach their host. One per mesh; each script has a state of its own in it.
 */
export class LuaMachine {
  readonly api: LuaApi;
  readonly #options: LuaMachineOptions;
  readonly #host: Address;
  readonly #look: Address;
  readonly #allocate: Address;
  /** Bytes in use, by the number that a state's allocations carry. */
  readonly #usedBytes = new Map<number, number>();
  #lastState = 0;
  #stretch: Stretch | undefined;

  constructor(api: LuaApi, options: LuaMachineOptions) {
    this.api = api;
    this.#options = options;
    const { module } = api;
    this.#host = module.addFunction((thread: number) => this.#askHost(thread), 'ii');
    this.#look = module.addFunction((thread: number) => this.#lookAtClock(thread), 'vii');
    this.#allocate = module.addFunction(
      (state: number, at: number, before: number, bytes: number) =>
        this.#reallocate(state, at, before, bytes),
      'iiiii',
    );
    printNumbersAsLuaJit(module.HEAPU8);
  }

  /** An empty state with the standard libraries. It lives until {@link closeState}. */
  openState(): number {
    const { api } = this;
    const state = api.lua_newstate(this.#allocate, ++this.#lastState);
    api.luaL_openlibs(state);
    // Coroutines inherit the hook from whoever makes them.
    api.lua_sethook(state, this.#look, maskCount, instructionsPerLook);
    api.lua_pushcclosure(state, this.#host, 0);
    api.lua_setglobal(state, 'host');
    return state;
  }

  closeState(state: number): void {
    this.api.lua_close(state);
  }

  /** Compiles `source` and leaves it on the stack as a function. @throws {LuaError} where it is not Lua */
  compile(state: number, source: string, chunkName: string): void {
    const { api } = this;
    const bytes = Buffer.from(source);
    const at = api.module._malloc(bytes.length + 1);
    api.module.HEAPU8.set(bytes, at);
    const status = api.luaL_loadbufferx(state, at, bytes.length, `=${chunkName}`, 't');
    api.module._free(at);
    if (status !== returns.ok) throw this.#error(state);
  }

  /**
   * Runs the function below `argumentCount` values on the stack of `thread`, or goes on where it yielded.
   * `yielded`: it waits for something.
   *
   * @throws {LuaError} what the script raised; the thread is of no use any more
   */
  resume(thread: number, from: number, argumentCount: number, host: Host): 'done' | 'yielded' {
    const { api } = this;
    const before = this.#stretch;
    this.#stretch = { host, deadline: this.#options.now() + this.#options.budgetMs };
    try {
      const status = api.lua_resume(thread, from, argumentCount, api.scratch);
      if (status !== returns.ok && status !== returns.yield) throw this.#error(thread);
      api.lua_settop(thread, 0);
      return status === returns.yield ? 'yielded' : 'done';
    } finally {
      this.#stretch = before;
    }
  }

  /** Answers with what went wrong, which the prelude raises, or nil; the results follow. */
  #askHost(thread: number): number {
    const { api } = this;
    let results: readonly LuaValue[] = [];
    let failure: LuaValue;
    try {
      const [operation, ...values] = readValues(api, thread);
      results = this.#stretch?.host(String(operation), values) ?? [];
    } catch (error) {
      // Lua's own way of unwinding, which throws a number, must go on to where it is expected.
      if (!(error instanceof Error)) throw error;
      failure = error.message;
    }
    api.lua_settop(thread, 0);
    pushValue(api, thread, failure);
    for (const value of results) pushValue(api, thread, value);
    return results.length + 1;
  }

  #lookAtClock(thread: number): void {
    const { api } = this;
    if (this.#options.now() <= (this.#stretch?.deadline ?? Number.POSITIVE_INFINITY)) return;
    // From now on at each instruction: a script that catches this error would otherwise go on.
    api.lua_sethook(thread, this.#look, maskCount, 1);
    api.luaL_where(thread, 0);
    pushValue(api, thread, `script ran longer than ${this.#options.budgetMs} ms`);
    api.lua_concat(thread, 2);
    api.lua_error(thread);
  }

  #reallocate(state: number, at: number, before: number, bytes: number): number {
    const { module } = this.api;
    const used = this.#usedBytes.get(state) ?? 0;
    // Of a new block Lua says its kind in place of its former size.
    const growth = bytes - (at === 0 ? 0 : before);
    if (bytes === 0) {
      if (at !== 0) module._free(at);
    } else {
      // Only scripts are held to it: what the host pushes between their stretches could not be refused in order.
      if (this.#stretch !== undefined && growth > 0 && used + growth > this.#options.memoryBytes) return 0;
      at = module._realloc(at, bytes);
      if (at === 0) return 0;
    }
    // The last block of a state goes when it is closed.
    if (used + growth === 0) this.#usedBytes.delete(state);
    else this.#usedBytes.set(state, used + growth);
    return bytes === 0 ? 0 : at;
  }

  #error(thread: number): LuaError {
    const [message] = readValues(this.api, thread).slice(-1);
    this.api.lua_settop(thread, 0);
    return new LuaError(typeof message === 'string' ? message : 'error object is not a string');
  }
}

/**
 * LuaJIT has one kind of number and prints 10 / 2 as `5`, newer Lua as `5.0`. It appends the `.0` to whatever has
 * only these characters; of none of them nothing consists. They stand in the module's memory once.
 */
function printNumbersAsLuaJit(memory: Uint8Array): void {
  const at = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength).indexOf(
    '-0123456789\0',
    0,
    'latin1',
  );
  if (at !== -1) memory[at] = 0;
}
