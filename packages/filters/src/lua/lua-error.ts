/** What a script did wrong, in Lua's words: with its position, and never a reason to fail the request. */
export class LuaError extends Error {
  override readonly name = 'LuaError';
}
