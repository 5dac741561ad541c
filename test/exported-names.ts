import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The names that an index exports, types marked as such, sorted. Read off the text: TypeScript 7 has no API that
 * would tell, and at run time types are gone.
 */
export function exportedNames(index: string): readonly string[] {
  const text = readFileSync(index, 'utf8').replaceAll(/\/\/.*$/gm, '');
  return [...lists(text), ...stars(text, index), ...declarations(text)].sort(byName);
}

/** `export { a, type B } from`, `export type { C } from`. */
function lists(text: string): readonly string[] {
  return [...text.matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)].flatMap(([, type = '', names = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^(type\s+)?.* as /, '$1'))
      .filter((name) => name !== '')
      .map((name) => (type !== '' && !name.startsWith('type ') ? `type ${name}` : name)),
  );
}

/** `export type * from './file.js'`: what that file declares. */
function stars(text: string, index: string): readonly string[] {
  return [...text.matchAll(/export\s+(type\s+)?\*\s+from\s+'(\.[^']+)'/g)].flatMap(
    ([, type = '', file = '']) =>
      exportedNames(join(index, '..', file.replace(/\.js$/, '.ts'))).map((name) =>
        type !== '' && !name.startsWith('type ') ? `type ${name}` : name,
      ),
  );
}

/** `export interface A`, `export const b`. */
function declarations(text: string): readonly string[] {
  const declared =
    /^export\s+(?:declare\s+|abstract\s+|async\s+)*(interface|type|const|let|function\*?|class)\s+(\w+)/gm;
  return [...text.matchAll(declared)].map(([, kind = '', name = '']) =>
    kind === 'interface' || kind === 'type' ? `type ${name}` : name,
  );
}

const bare = (name: string): string => name.replace(/^type /, '');
const byName = (a: string, b: string): number => (bare(a) < bare(b) ? -1 : bare(a) > bare(b) ? 1 : 0);
