import type { HeaderMatcher, RequestHead } from '@inmesh/model';
import type { MatchRequest, Predicate } from './predicate.js';
import { compileStringMatch, regexTest, type TextTest } from './string-match.js';

/**
 * Envoy: `HeaderMatcher`. Each line of a repeated header is tested by itself and one that passes is enough; an
 * inverted match fails as soon as one line has the value. A header that is missing passes no test of values,
 * not even an inverted one, unless it is to be treated as empty.
 */
export function compileHeaderMatch(matcher: HeaderMatcher): Predicate {
  const name = slotOf(matcher.name);
  const invert = matcher.invertMatch ?? false;
  const missingAsEmpty = matcher.treatMissingHeaderAsEmpty ?? false;
  const value = valueTest(matcher);
  return value === undefined
    ? presence(name, (matcher.presentMatch ?? true) !== invert, missingAsEmpty)
    : values(name, value, { invert, missingAsEmpty });
}

/** `host` and `:authority` are one slot in Envoy. */
function slotOf(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'host' ? ':authority' : lower;
}

function presence(name: string, wanted: boolean, missingAsEmpty: boolean): Predicate {
  const has = missingAsEmpty ? () => true : ({ head }: MatchRequest) => headerOf(head, name) !== undefined;
  return {
    test: (request) => has(request) === wanted,
    because: () => `header ${name}: expected ${wanted ? 'to be present' : 'to be absent'}`,
  };
}

function values(
  name: string,
  value: TextTest,
  { invert, missingAsEmpty }: { invert: boolean; missingAsEmpty: boolean },
): Predicate {
  const onMissing = missingAsEmpty && value.test('') !== invert;
  const pseudo = name.startsWith(':');
  return {
    test({ head }) {
      if (pseudo) {
        const text = pseudoHeader(head, name);
        return text === undefined ? onMissing : value.test(text) !== invert;
      }
      const { lines } = head.headers;
      let present = false;
      for (let i = 0; i < lines.length; i += 2) {
        if (lines[i] !== name) continue;
        present = true;
        if (value.test(lines[i + 1] ?? '')) return !invert;
      }
      return present ? invert : onMissing;
    },
    because({ head }) {
      const found = pseudo ? [pseudoHeader(head, name) ?? ''] : head.headers.all(name);
      const got = found.length === 0 ? 'nothing' : found.map((line) => `"${line}"`).join(' and ');
      return `header ${name}: expected ${invert ? 'other than ' : ''}${value.expectation}, got ${got}`;
    },
  };
}

/** The first line of a header, pseudo headers included. `name` is in lower case. */
export function headerOf(head: RequestHead, name: string): string | undefined {
  return name.startsWith(':') ? pseudoHeader(head, name) : head.headers.get(name);
}

function pseudoHeader(head: RequestHead, name: string): string | undefined {
  switch (name) {
    case ':method':
      return head.method;
    case ':path':
      return head.path;
    case ':authority':
      return head.authority;
    case ':scheme':
      return head.scheme;
    // The status of a response, which stands among its lines.
    default:
      return head.headers.get(name);
  }
}

/** `undefined`: only presence counts. */
function valueTest(matcher: HeaderMatcher): TextTest | undefined {
  if (matcher.stringMatch !== undefined) return compileStringMatch(matcher.stringMatch);
  if (matcher.safeRegexMatch !== undefined) return regexTest(matcher.safeRegexMatch.regex ?? '');
  if (matcher.exactMatch !== undefined) {
    // The older field means "any value" when it is empty; `stringMatch` does not.
    if (matcher.exactMatch === '') return { test: () => true, expectation: 'any value' };
    return compileStringMatch({ exact: matcher.exactMatch });
  }
  if (matcher.prefixMatch !== undefined) return compileStringMatch({ prefix: matcher.prefixMatch });
  if (matcher.suffixMatch !== undefined) return compileStringMatch({ suffix: matcher.suffixMatch });
  if (matcher.containsMatch !== undefined) return compileStringMatch({ contains: matcher.containsMatch });
  if (matcher.rangeMatch !== undefined) return rangeTest(matcher.rangeMatch);
  return undefined;
}

/** The whole value as a signed 64-bit decimal integer, `start` included and `end` not. */
function rangeTest(range: { start?: string | number; end?: string | number }): TextTest {
  const start = BigInt(range.start ?? 0);
  const end = BigInt(range.end ?? 0);
  return {
    expectation: `an integer in [${start}, ${end})`,
    test(text) {
      if (!/^\s*[+-]?\d{1,19}\s*$/.test(text)) return false;
      const value = BigInt(text.trim().replace(/^\+/, ''));
      return start <= value && value < end && value === BigInt.asIntN(64, value);
    },
  };
}
