import type { StringMatcher } from '@inmesh/model';
import { compilePattern } from './pattern.js';

/** A test of one text, with its words for `explain`. */
export interface TextTest {
  test(text: string): boolean;
  /** What is expected, such as `exact "jason"`. */
  readonly expectation: string;
}

/** Envoy: `StringMatcher`. `ignoreCase` folds ASCII letters and does not apply to patterns. */
export function compileStringMatch(matcher: StringMatcher): TextTest {
  const { exact, prefix, suffix, contains, safeRegex, ignoreCase = false } = matcher;
  if (exact !== undefined) return text('exact', exact, ignoreCase, (value, wanted) => value === wanted);
  if (prefix !== undefined) {
    return text('prefix', prefix, ignoreCase, (value, wanted) => value.startsWith(wanted));
  }
  if (suffix !== undefined) {
    return text('suffix', suffix, ignoreCase, (value, wanted) => value.endsWith(wanted));
  }
  if (contains !== undefined) {
    return text('contains', contains, ignoreCase, (value, wanted) => value.includes(wanted));
  }
  if (safeRegex !== undefined) return regexTest(safeRegex.regex ?? '');
  // An `exact` of "" is left out of proto3 JSON by some writers.
  return text('exact', '', false, (value, wanted) => value === wanted);
}

/** A pattern that RE2 refuses never matches; where rules are loaded it is refused before it gets here. */
export function regexTest(regex: string): TextTest {
  const pattern = compilePattern(regex);
  if (pattern === undefined) return { test: () => false, expectation: `regex "${regex}", which RE2 refuses` };
  return { test: (value) => pattern.matchesWhole(value), expectation: `regex "${regex}"` };
}

function text(
  kind: string,
  wanted: string,
  ignoreCase: boolean,
  compare: (value: string, wanted: string) => boolean,
): TextTest {
  const expectation = `${kind} "${wanted}"${ignoreCase ? ' in any case' : ''}`;
  if (!ignoreCase) return { test: (value) => compare(value, wanted), expectation };
  const folded = foldCase(wanted);
  return { test: (value) => compare(foldCase(value), folded), expectation };
}

/** Folds ASCII letters only: Unicode folding would let the Kelvin sign pass for a k. */
export function foldCase(value: string): string {
  return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
