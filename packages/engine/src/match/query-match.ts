import type { QueryParameterMatcher } from '@inmesh/model';
import type { MatchRequest, Predicate } from './predicate.js';
import { compileStringMatch } from './string-match.js';

/**
 * Envoy: `QueryParameterMatcher`. Names and values are compared as they stand in the path, without decoding;
 * of a repeated name the first counts.
 */
export function compileQueryMatch(matcher: QueryParameterMatcher): Predicate {
  const { name, stringMatch, presentMatch = true } = matcher;
  if (stringMatch === undefined) {
    return {
      test: (request) => (queryParameter(request, name) !== undefined) === presentMatch,
      because: () => `query ${name}: expected to be ${presentMatch ? 'present' : 'absent'}`,
    };
  }
  const value = compileStringMatch(stringMatch);
  return {
    test(request) {
      const text = queryParameter(request, name);
      return text !== undefined && value.test(text);
    },
    because(request) {
      const text = queryParameter(request, name);
      return `query ${name}: expected ${value.expectation}, got ${text === undefined ? 'nothing' : `"${text}"`}`;
    },
  };
}

function queryParameter({ head }: MatchRequest, name: string): string | undefined {
  return queryParameterOf(head.path, name);
}

/** The raw value of the first parameter of this name; a parameter without `=` is empty. */
export function queryParameterOf(path: string, name: string): string | undefined {
  let start = path.indexOf('?') + 1;
  if (start === 0) return undefined;
  while (start <= path.length) {
    const ampersand = path.indexOf('&', start);
    const end = ampersand === -1 ? path.length : ampersand;
    const equals = path.indexOf('=', start);
    const nameEnd = equals === -1 || equals > end ? end : equals;
    if (nameEnd - start === name.length && path.startsWith(name, start)) {
      return nameEnd === end ? '' : path.slice(nameEnd + 1, end);
    }
    start = end + 1;
  }
  return undefined;
}
