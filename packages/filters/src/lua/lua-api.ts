/** An address in the memory of Lua's module: a state, a coroutine, a text. */
export type Address = number;

/**
 * Lua's C interface as WebAssembly: what we use of it, by its own names. Whatever may raise an error does so by
 * unwinding as far as `lua_resume`.
 */
export interface LuaApi {
  readonly module: LuaModule;
  /** Room for one number that a call writes. */
  readonly scratch: Address;
  lua_newstate(allocate: Address, data: number): Address;
  lua_close(state: Address): void;
  luaL_openlibs(state: Address): void;
  luaL_loadbufferx(state: Address, at: Address, bytes: number, name: string, mode: 't'): number;
  lua_newthread(state: Address): Address;
  lua_resume(thread: Address, from: Address, argumentCount: number, resultCountAt: Address): number;
  lua_error(thread: Address): number;
  lua_sethook(state: Address, hook: Address, mask: number, count: number): void;
  luaL_where(thread: Address, level: number): void;
  lua_concat(thread: Address, count: number): void;
  luaL_ref(state: Address, table: number): number;
  luaL_unref(state: Address, table: number, reference: number): void;
  luaL_checkstack(thread: Address, slots: number, message: string | null): void;
  lua_gettop(thread: Address): number;
  lua_settop(thread: Address, index: number): void;
  lua_type(thread: Address, index: number): number;
  lua_toboolean(thread: Address, index: number): number;
  lua_tonumberx(thread: Address, index: number, isNumberAt: Address): number;
  lua_next(thread: Address, index: number): number;
  lua_pushnil(thread: Address): void;
  lua_pushboolean(thread: Address, value: number): void;
  lua_pushnumber(thread: Address, value: number): void;
  lua_pushcclosure(thread: Address, fn: Address, valueCount: number): void;
  lua_createtable(thread: Address, listSize: number, recordSize: number): void;
  lua_rawset(thread: Address, index: number): void;
  lua_rawgeti(thread: Address, index: number, key: bigint): number;
  lua_getglobal(state: Address, name: string): number;
  lua_setglobal(state: Address, name: string): void;
}

/** The module itself. Its memory moves when it grows: the views of it are asked for anew each time. */
export interface LuaModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  addFunction(fn: (...values: number[]) => unknown, signature: string): Address;
  _malloc(bytes: number): Address;
  _realloc(at: Address, bytes: number): Address;
  _free(at: Address): void;
  _lua_tolstring(thread: Address, index: number, lengthAt: Address): Address;
  _lua_pushlstring(thread: Address, at: Address, bytes: number): Address;
}

/** `lua_resume` and `luaL_loadbufferx` answer with one of these, or with an error. */
export const returns = { ok: 0, yield: 1 } as const;

export const luaTypes = { boolean: 1, number: 3, string: 4, table: 5, function: 6 } as const;

/** Where `luaL_ref` keeps what scripts cannot reach. */
export const registryIndex = -1_001_000;

/** For `lua_sethook`: after every so many instructions. */
export const maskCount = 8;

/** Of numbers alone, and asked for many times in each run: called without the conversions that wasmoon adds. */
const direct = [
  'lua_error',
  'lua_gettop',
  'lua_settop',
  'lua_type',
  'lua_toboolean',
  'lua_tonumberx',
  'lua_next',
  'lua_pushnil',
  'lua_pushboolean',
  'lua_pushnumber',
  'lua_createtable',
  'lua_rawset',
  'lua_rawgeti',
  'lua_newthread',
  'lua_resume',
  'luaL_ref',
  'luaL_unref',
] as const satisfies (keyof LuaApi)[];

type Direct = (typeof direct)[number];

interface Wasmoon {
  readonly LuaFactory: new () => {
    getLuaModule(): Promise<LuaApi & { readonly module: { readonly [D in Direct as `_${D}`]: LuaApi[D] } }>;
  };
}

/**
 * Loaded when a rule first has a script: others need not read a quarter of a megabyte. Not by the types of the
 * package, which ask for those of a browser.
 */
export async function loadLuaApi(): Promise<LuaApi> {
  const { LuaFactory }: Wasmoon = await import('wasmoon' as string);
  const api = await new LuaFactory().getLuaModule();
  const calls = direct.map((name) => [name, api.module[`_${name}`]]);
  return Object.assign(Object.create(api), Object.fromEntries(calls), { scratch: api.module._malloc(4) });
}
