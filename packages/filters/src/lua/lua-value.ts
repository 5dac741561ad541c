/**
 * What passes between a script and its host. Lua's strings are bytes: here a string holds one byte per character
 * (latin1, as header lines do), and bytes of bodies come as buffers. A table arrives as a `Map`; lists have the
 * keys 1, 2, 3, …
 */
export type LuaValue = string | number | boolean | undefined | Uint8Array | LuaTable;
export type LuaTable = ReadonlyMap<string | number | boolean, LuaValue>;

/** Text of ours as Lua has it: its UTF-8 bytes, one per character. */
export function luaText(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A value of a configuration, such as metadata, as Lua has it. */
export function luaValueOf(json: unknown): LuaValue {
  if (typeof json === 'string') return luaText(json);
  if (typeof json === 'number' || typeof json === 'boolean') return json;
  if (typeof json !== 'object' || json === null) return undefined;
  const entries: [string | number, LuaValue][] = Array.isArray(json)
    ? json.map((value, i) => [i + 1, luaValueOf(value)])
    : Object.entries(json).map(([key, value]) => [luaText(key), luaValueOf(value)]);
  return new Map(entries);
}
