import { LuaError } from './lua-error.js';

/**
 * Refuses what would break out of its line, or what no connection would take: here, where the script can be told.
 * Answers with the name in lower case. @throws {LuaError}
 */
export function acceptedLine(name: string, value: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new LuaError(`invalid header name '${name}'`);
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new LuaError(`invalid value of header '${name}'`);
  return name.toLowerCase();
}

/** The same for what stands in the first line of a request: no blanks. @throws {LuaError} */
export function acceptedWord(name: string, value: string): string {
  if (!/^[\x21-\x7e\x80-\xff]+$/.test(value)) throw new LuaError(`invalid value of header '${name}'`);
  return value;
}
