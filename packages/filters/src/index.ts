// Filters with a dependency of their own; the engine's light ones live in the engine.
export { createJwt, type JwtOptions, jwtFilterType } from './jwt/jwt-filter.js';
export type { FetchKeys } from './jwt/provider-keys.js';
export { createLua, type Lua, type LuaOptions, luaFilterType, type ScriptLog } from './lua/lua-filter.js';
export type { ClusterAnswer, ClusterRequest, LogLevel } from './lua/script-stream.js';
