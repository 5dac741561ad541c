import type { RouteMatch } from '@inmesh/model';
import type { Predicate } from './predicate.js';
import { foldCase, regexTest } from './string-match.js';
import { compileUriTemplate } from './uri-template.js';

/** The path specifier of a match. Envoy: `RouteMatch.path_specifier`. */
export type PathSpecifier =
  | {
      readonly kind: 'prefix' | 'path' | 'pathSeparatedPrefix';
      readonly value: string;
      readonly folded: boolean;
    }
  | { readonly kind: 'safeRegex' | 'uriTemplate'; readonly value: string }
  | { readonly kind: 'connect' };

/** A match without a specifier is refused by Envoy; here it takes every path. */
export function pathSpecifier(match: RouteMatch): PathSpecifier {
  const folded = match.caseSensitive === false;
  if (match.path !== undefined) return { kind: 'path', value: match.path, folded };
  if (match.safeRegex !== undefined) return { kind: 'safeRegex', value: match.safeRegex.regex ?? '' };
  if (match.pathSeparatedPrefix !== undefined) {
    return { kind: 'pathSeparatedPrefix', value: match.pathSeparatedPrefix, folded };
  }
  if (match.connectMatcher !== undefined) return { kind: 'connect' };
  if (match.pathMatchPolicy !== undefined) {
    return { kind: 'uriTemplate', value: String(match.pathMatchPolicy.typedConfig?.pathTemplate ?? '') };
  }
  return { kind: 'prefix', value: match.prefix ?? '', folded };
}

/** Paths are compared without query and without decoding. Folding is ASCII's and not for patterns. */
export function compilePathMatch(specifier: PathSpecifier): Predicate {
  switch (specifier.kind) {
    case 'connect':
      return { test: ({ head }) => head.method === 'CONNECT', because: () => 'method: expected CONNECT' };
    case 'safeRegex': {
      const whole = regexTest(specifier.value);
      return paths((pathname) => whole.test(pathname), whole.expectation);
    }
    case 'uriTemplate': {
      const template = compileUriTemplate(specifier.value);
      return paths((pathname) => template?.match(pathname) !== undefined, `template "${specifier.value}"`);
    }
    default:
      return specifier.folded
        ? folded(specifier.kind, specifier.value)
        : textMatch(specifier.kind, specifier.value, `${specifier.kind} "${specifier.value}"`);
  }
}

type TextKind = 'prefix' | 'path' | 'pathSeparatedPrefix';

function folded(kind: TextKind, value: string): Predicate {
  const { test } = textMatch(kind, foldCase(value), '');
  return {
    test: (request) => test({ ...request, pathname: foldCase(request.pathname) }),
    because: mismatch(`${kind} "${value}" in any case`),
  };
}

/** A plain CONNECT has no path, and no text but the empty one fits that. */
function textMatch(kind: TextKind, value: string, expectation: string): Predicate {
  const because = mismatch(expectation);
  if (value === '') return paths(kind === 'path' ? (pathname) => pathname === '' : () => true, expectation);
  switch (kind) {
    case 'prefix':
      return { test: ({ pathname }) => pathname.startsWith(value), because };
    case 'path':
      return { test: ({ pathname }) => pathname === value, because };
    case 'pathSeparatedPrefix':
      return { test: ({ pathname }) => startsWithSegments(pathname, value), because };
  }
}

function startsWithSegments(pathname: string, value: string): boolean {
  return pathname.startsWith(value) && (pathname.length === value.length || pathname[value.length] === '/');
}

/** A plain CONNECT is for connect matchers only. */
function paths(test: (pathname: string) => boolean, expectation: string): Predicate {
  return {
    test: ({ head, pathname }) => (pathname !== '' || head.method !== 'CONNECT') && test(pathname),
    because: mismatch(expectation),
  };
}

function mismatch(expectation: string): Predicate['because'] {
  return ({ pathname }) => `path: expected ${expectation}, got "${pathname}"`;
}
