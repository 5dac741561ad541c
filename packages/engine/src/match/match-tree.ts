import type { StringMatcher } from '@inmesh/model';
import { compileStringMatch } from './string-match.js';

/** Envoy: `xds.type.matcher.v3.Matcher`; a list or a tree. */
export interface Matcher {
  readonly matcherList?: {
    readonly matchers?: readonly { readonly predicate?: MatcherPredicate; readonly onMatch?: OnMatch }[];
  };
  readonly matcherTree?: {
    readonly input?: MatchInput;
    readonly exactMatchMap?: MatchMap;
    readonly prefixMatchMap?: MatchMap;
  };
  readonly onNoMatch?: OnMatch;
}

/** What is looked at, as an extension of its own type. */
export interface MatchInput {
  readonly typedConfig?: Readonly<Record<string, unknown>>;
}

interface MatcherPredicate {
  readonly singlePredicate?: { readonly input?: MatchInput; readonly valueMatch?: StringMatcher };
  readonly orMatcher?: { readonly predicate?: readonly MatcherPredicate[] };
  readonly andMatcher?: { readonly predicate?: readonly MatcherPredicate[] };
  readonly notMatcher?: MatcherPredicate;
}

interface MatchMap {
  readonly map?: Readonly<Record<string, OnMatch>>;
}

interface OnMatch {
  readonly matcher?: Matcher;
  readonly action?: { readonly typedConfig?: Readonly<Record<string, unknown>> };
}

/** Reads one fact. `undefined`: it is not there, and nothing matches it. */
export type ReadInput<Data> = (data: Data) => string | undefined;

export interface MatchTreeOptions<Data, Result> {
  /** Inputs that are not known are never there. */
  readonly compileInput: (input: MatchInput) => ReadInput<Data> | undefined;
  readonly compileAction: (config: Readonly<Record<string, unknown>>) => Result;
}

/** What becomes of a request. `undefined`: nothing fits. */
export type MatchTree<Data, Result> = (data: Data) => Result | undefined;

/**
 * Compiles a matcher. Where what follows a match finds nothing, the search goes on as if that had not matched.
 * Envoy: `Matcher::MatchTree`.
 */
export function compileMatchTree<Data, Result>(
  matcher: Matcher,
  options: MatchTreeOptions<Data, Result>,
): MatchTree<Data, Result> {
  const otherwise = compileNext(matcher.onNoMatch, options);
  const search =
    matcher.matcherTree === undefined ? compileList(matcher, options) : compileMap(matcher, options);
  return (data) => search(data) ?? otherwise(data);
}

function compileNext<Data, Result>(
  next: OnMatch | undefined,
  options: MatchTreeOptions<Data, Result>,
): MatchTree<Data, Result> {
  if (next?.matcher !== undefined) return compileMatchTree(next.matcher, options);
  if (next?.action === undefined) return () => undefined;
  const result = options.compileAction(next.action.typedConfig ?? {});
  return () => result;
}

function compileList<Data, Result>(
  { matcherList }: Matcher,
  options: MatchTreeOptions<Data, Result>,
): MatchTree<Data, Result> {
  const entries = (matcherList?.matchers ?? []).map(({ predicate = {}, onMatch }) => ({
    holds: compilePredicate(predicate, options),
    next: compileNext(onMatch, options),
  }));
  return (data) => {
    for (const { holds, next } of entries) {
      const result = holds(data) ? next(data) : undefined;
      if (result !== undefined) return result;
    }
    return undefined;
  };
}

function compileMap<Data, Result>(
  { matcherTree = {} }: Matcher,
  options: MatchTreeOptions<Data, Result>,
): MatchTree<Data, Result> {
  const { input = {}, exactMatchMap, prefixMatchMap } = matcherTree;
  const read = options.compileInput(input);
  if (read === undefined) return () => undefined;
  const entries = new Map(
    Object.entries((exactMatchMap ?? prefixMatchMap)?.map ?? {}).map(
      ([key, next]) => [key, compileNext(next, options)] as const,
    ),
  );
  if (exactMatchMap !== undefined) return (data) => entries.get(read(data) ?? absent)?.(data);
  const lengths = [...new Set([...entries.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  return (data) => {
    const value = read(data);
    if (value === undefined) return undefined;
    for (const length of lengths) {
      const result = length > value.length ? undefined : entries.get(value.slice(0, length))?.(data);
      if (result !== undefined) return result;
    }
    return undefined;
  };
}

/** No key of a map from a configuration: texts of requests have bytes only. */
const absent = '\u{10ffff}';

function compilePredicate<Data, Result>(
  { singlePredicate, orMatcher, andMatcher, notMatcher }: MatcherPredicate,
  options: MatchTreeOptions<Data, Result>,
): (data: Data) => boolean {
  if (orMatcher !== undefined) {
    const tests = (orMatcher.predicate ?? []).map((one) => compilePredicate(one, options));
    return (data) => tests.some((test) => test(data));
  }
  if (andMatcher !== undefined) {
    const tests = (andMatcher.predicate ?? []).map((one) => compilePredicate(one, options));
    return (data) => tests.every((test) => test(data));
  }
  if (notMatcher !== undefined) {
    const test = compilePredicate(notMatcher, options);
    return (data) => !test(data);
  }
  const read = options.compileInput(singlePredicate?.input ?? {});
  if (read === undefined || singlePredicate?.valueMatch === undefined) return () => false;
  const { test } = compileStringMatch(singlePredicate.valueMatch);
  return (data) => {
    const value = read(data);
    return value !== undefined && test(value);
  };
}
