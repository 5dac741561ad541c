import { floatCoreTag, intCoreTag, NOT_RESOLVED } from 'js-yaml';

/** What a scalar without quotes may turn out to be, as far as its first character tells. */
const nothing = 0;
const text = 1;
const word = 2;
const number = 3;

const beginnings = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/$^(;=\\') mark(char, text);
for (const char of 'nNtTfF~') mark(char, word);
for (const char of '0123456789+-.') mark(char, number);

function mark(char: string, as: number): void {
  beginnings[char.charCodeAt(0)] = as;
}

/** Words of YAML 1.2's core schema that are no texts. */
const words = new Map<string, boolean | null>([
  ...['~', 'null', 'Null', 'NULL'].map((name) => [name, null] as const),
  ...['true', 'True', 'TRUE'].map((name) => [name, true] as const),
  ...['false', 'False', 'FALSE'].map((name) => [name, false] as const),
]);

/** Whether a scalar without quotes may begin with the character; with those it is left out of, better not. */
export function beginsScalar(charCode: number): boolean {
  return charCode < 128 && beginnings[charCode] !== nothing;
}

/** The value of a scalar without quotes, `begins` as {@link beginsScalar} has it, in YAML 1.2's core schema. */
export function resolveScalar(source: string): string | number | boolean | null {
  switch (beginnings[source.charCodeAt(0)]) {
    case word: {
      const value = words.get(source);
      return value === undefined ? source : value;
    }
    case number:
      return resolveNumber(source);
    default:
      return source;
  }
}

/** The parser's own rules: hexadecimal, octal, infinity and what overflows are too odd to be told twice. */
function resolveNumber(source: string): string | number {
  const int = intCoreTag.resolve(source, false, intCoreTag.tagName);
  if (typeof int === 'number') return int;
  const float = floatCoreTag.resolve(source, false, floatCoreTag.tagName);
  return float === NOT_RESOLVED ? source : (float as number);
}
