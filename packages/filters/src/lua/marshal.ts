import { type LuaApi, luaTypes } from './lua-api.js';
import { LuaError } from './lua-error.js';
import type { LuaTable, LuaValue } from './lua-value.js';

/** Deeper tables are refused: one may contain itself. */
const maxDepth = 32;

/** Everything on the stack of a thread. Functions and the like arrive as `undefined`. */
export function readValues(api: LuaApi, thread: number): LuaValue[] {
  return Array.from({ length: api.lua_gettop(thread) }, (_, i) => readValue(api, thread, i + 1, 0));
}

function readValue(api: LuaApi, thread: number, index: number, depth: number): LuaValue {
  switch (api.lua_type(thread, index)) {
    case luaTypes.boolean:
      return api.lua_toboolean(thread, index) !== 0;
    case luaTypes.number:
      return api.lua_tonumberx(thread, index, 0);
    case luaTypes.string:
      return readString(api, thread, index);
    case luaTypes.table:
      return readTable(api, thread, index, depth + 1);
    default:
      return undefined;
  }
}

function readString(api: LuaApi, thread: number, index: number): string {
  const { module } = api;
  const at = module._lua_tolstring(thread, index, api.scratch);
  return Buffer.from(module.HEAPU8.buffer, at, module.HEAPU32[api.scratch >> 2]).toString('latin1');
}

function readTable(api: LuaApi, thread: number, index: number, depth: number): LuaTable {
  if (depth > maxDepth) throw new LuaError('table is nested too deeply');
  const table = new Map<string | number | boolean, LuaValue>();
  api.luaL_checkstack(thread, 3, null);
  api.lua_pushnil(thread);
  while (api.lua_next(thread, index) !== 0) {
    const top = api.lua_gettop(thread);
    const key = readValue(api, thread, top - 1, depth);
    if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean')
      table.set(key, readValue(api, thread, top, depth));
    api.lua_settop(thread, top - 1);
  }
  return table;
}

/** Whole numbers go as Lua's numbers too: LuaJIT, for which scripts are written, has no other kind. */
export function pushValue(api: LuaApi, thread: number, value: LuaValue): void {
  if (value === undefined) api.lua_pushnil(thread);
  else if (typeof value === 'boolean') api.lua_pushboolean(thread, value ? 1 : 0);
  else if (typeof value === 'number') api.lua_pushnumber(thread, value);
  else if (typeof value === 'string') pushText(api, thread, value);
  else if (value instanceof Uint8Array) pushBytes(api, thread, value);
  else pushTable(api, thread, value);
}

/** Written straight into the module's memory. */
function pushText({ module }: LuaApi, thread: number, text: string): void {
  const at = module._malloc(text.length + 1);
  try {
    const { buffer } = module.HEAPU8;
    Buffer.from(buffer, at, text.length).write(text, 'latin1');
    module._lua_pushlstring(thread, at, text.length);
  } finally {
    module._free(at);
  }
}

function pushBytes({ module }: LuaApi, thread: number, bytes: Uint8Array): void {
  const at = module._malloc(bytes.length + 1);
  try {
    module.HEAPU8.set(bytes, at);
    module._lua_pushlstring(thread, at, bytes.length);
  } finally {
    module._free(at);
  }
}

function pushTable(api: LuaApi, thread: number, table: LuaTable): void {
  api.luaL_checkstack(thread, 3, null);
  api.lua_createtable(thread, 0, table.size);
  for (const [key, value] of table) {
    pushValue(api, thread, key);
    pushValue(api, thread, value);
    api.lua_rawset(thread, -3);
  }
}
