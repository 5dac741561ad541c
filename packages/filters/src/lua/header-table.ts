import { acceptedLine, acceptedWord } from './header-line.js';
import { LuaError } from './lua-error.js';
import type { LuaValue } from './lua-value.js';

const pseudoName = /^:[a-z]+$/i;

/** Header lines of a table that a script hands over: values are texts, or lists of texts for several lines. */
export function linesOfTable(table: LuaValue): string[] {
  if (!(table instanceof Map)) throw new LuaError('headers must be a table');
  const lines: string[] = [];
  for (const [name, value] of table) {
    const values: readonly LuaValue[] = value instanceof Map ? [...value.values()] : [value];
    for (const one of values) {
      if (typeof one !== 'string' && typeof one !== 'number')
        throw new LuaError(`header '${name}' must be a string or a table of strings`);
      const accepted = pseudoName.test(String(name)) ? acceptedWord : acceptedLine;
      accepted(String(name), String(one));
      lines.push(String(name).toLowerCase(), String(one));
    }
  }
  return lines;
}

/** The value of the first line with this name, which is taken out. */
export function takeLine(lines: string[], name: string): string | undefined {
  const at = lines.findIndex((line, i) => i % 2 === 0 && line === name);
  return at === -1 ? undefined : lines.splice(at, 2)[1];
}
