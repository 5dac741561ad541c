import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { linearRegExp } from './linear-pattern.js';

/** A pattern with the syntax and meaning of RE2, matched in linear time whatever the text. */
export interface Pattern {
  /** Whether the whole text matches. Envoy: `RE2::FullMatch`. */
  matchesWhole(text: string): boolean;
  /** Every match replaced; `\0` is the match, `\1` to `\9` its groups. Envoy: `RE2::GlobalReplace`. */
  replaceAll(text: string, substitution: Substitution): string;
}

/** A substitution, read once: literal text and numbers of groups. */
export type Substitution = readonly (string | number)[];

/**
 * Compiling costs a thousand times what matching does, and the same few patterns come back with every version
 * of the rules. Whatever is evicted can be compiled again.
 */
const compiled = new LRUCache<string, { pattern: Pattern | undefined }>({ max: 1000 });

/** `undefined` when RE2 would refuse the pattern. */
export function compilePattern(regex: string): Pattern | undefined {
  let entry = compiled.get(regex);
  if (entry === undefined) {
    entry = { pattern: createPattern(regex) };
    compiled.set(regex, entry);
  }
  return entry.pattern;
}

/** Reads RE2's substitution syntax: `\1` a group, `\\` a backslash; anything else stands for itself. */
export function parseSubstitution(text: string): Substitution {
  const parts: (string | number)[] = [];
  let literal = '';
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1] ?? '';
    if (text[i] !== '\\') literal += text[i];
    else if (next >= '0' && next <= '9') {
      if (literal !== '') parts.push(literal);
      parts.push(Number(next));
      literal = '';
      i++;
    } else if (next === '\\') {
      literal += '\\';
      i++;
    }
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

function createPattern(regex: string): Pattern | undefined {
  const linear = linearRegExp(regex);
  // Whatever the quick one understands is fit for RE2, and rewrites are rare: the program is made when asked for.
  let program = linear === undefined ? compileRe2(regex) : undefined;
  if (linear === undefined && program === undefined) return undefined;
  return {
    matchesWhole: (text) => linear?.test(text) ?? program?.testExact(text) === true,
    replaceAll(text, substitution) {
      program ??= compileRe2(regex);
      return program === undefined ? text : replaceAll(program, text, substitution);
    },
  };
}

function replaceAll(program: RE2JS, text: string, substitution: Substitution): string {
  const matcher = program.matcher(text);
  let result = '';
  let end = -1;
  while (matcher.find()) {
    // As RE2: nothing is matched right behind a match. `.*` is replaced once, not twice.
    if (matcher.end() === end) continue;
    result += text.slice(Math.max(end, 0), matcher.start());
    for (const part of substitution) {
      if (typeof part === 'string') result += part;
      else if (part <= matcher.groupCount()) result += matcher.group(part) ?? '';
    }
    end = matcher.end();
  }
  return result + text.slice(Math.max(end, 0));
}

function compileRe2(regex: string): RE2JS | undefined {
  try {
    return RE2JS.compile(regex);
  } catch {
    return undefined;
  }
}
