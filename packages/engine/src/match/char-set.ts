/** Code points as sorted ranges that do not touch, ends included. */
export type CharSet = readonly (readonly [first: number, last: number])[];

const highest = 0x10ffff;

export function charSet(ranges: readonly (readonly [number, number])[]): CharSet {
  const joined: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = joined.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

export function complement(set: CharSet): CharSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= highest) gaps.push([next, highest]);
  return gaps;
}

export function areDisjoint(a: CharSet, b: CharSet): boolean {
  return !a.some(([first, last]) => b.some(([from, to]) => from <= last && first <= to));
}

/** As the source of a `RegExp` with the flag `u`. */
export function charSetSource(set: CharSet): string {
  const escaped = (code: number): string => `\\u{${code.toString(16)}}`;
  return `[${set.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('')}]`;
}

const code = (character: string): number => character.codePointAt(0) ?? 0;
const range = (first: string, last: string): [number, number] => [code(first), code(last)];

/** RE2's `.`: everything but a line feed. `RegExp` leaves out more. */
export const anyButNewline: CharSet = complement([[10, 10]]);

const digits = charSet([range('0', '9')]);
const wordCharacters = charSet([range('0', '9'), range('A', 'Z'), range('_', '_'), range('a', 'z')]);
/** Neither the vertical tab nor the spaces of Unicode, unlike `RegExp`. */
const spaces = charSet([
  [9, 10],
  [12, 13],
  [32, 32],
]);

/** What a letter behind a backslash stands for, in a class and outside; `undefined` for all that is no set. */
export function escapedSet(letter: string): CharSet | undefined {
  switch (letter) {
    case 'd':
      return digits;
    case 'D':
      return complement(digits);
    case 'w':
      return wordCharacters;
    case 'W':
      return complement(wordCharacters);
    case 's':
      return spaces;
    case 'S':
      return complement(spaces);
    case 't':
      return [[9, 9]];
    case 'n':
      return [[10, 10]];
    case 'f':
      return [[12, 12]];
    case 'r':
      return [[13, 13]];
    default:
      return /^[!-/:-@[-`{-~]$/.test(letter) ? [[code(letter), code(letter)]] : undefined;
  }
}
