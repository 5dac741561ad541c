import type { RouteMatch } from '@inmesh/model';
import { allHold, type CompiledMatch, compileMatch } from './compile-match.js';
import { createPathTrie, type PathEntry } from './path-trie.js';
import type { MatchRequest, Predicate } from './predicate.js';
import { foldCase } from './string-match.js';

/** The routes of one virtual host in their order: the first that matches wins, always. */
export interface RouteTable {
  readonly matches: readonly CompiledMatch[];
  /** The index of the first route that matches, or -1. */
  first(request: MatchRequest): number;
}

/** Up to here a plain loop is faster than any index. */
const linearLimit = 8;

export function createRouteTable(routes: readonly RouteMatch[]): RouteTable {
  const matches = routes.map(compileMatch);
  return matches.length <= linearLimit ? linearTable(matches) : indexedTable(matches);
}

export function linearTable(matches: readonly CompiledMatch[]): RouteTable {
  return {
    matches,
    first(request) {
      for (let i = 0; i < matches.length; i++) if (holds(matches[i], request)) return i;
      return -1;
    },
  };
}

/**
 * Plain paths and prefixes stand in two tries (as they are, and folded for routes that ignore case); routes of
 * other kinds are tried one by one, but only as long as they stand before what the tries have found.
 */
export function indexedTable(matches: readonly CompiledMatch[]): RouteTable {
  const remaining = matches.map(remainingPredicates);
  const exactCase: PathEntry[] = [];
  const anyCase: PathEntry[] = [];
  const others: number[] = [];
  matches.forEach(({ specifier }, order) => {
    if (!('folded' in specifier)) {
      others.push(order);
      return;
    }
    const { kind, value: text } = specifier;
    const entry: PathEntry = {
      text,
      order,
      kind: kind === 'path' ? 'exact' : 'prefix',
      isBare: remaining[order]?.length === 0,
    };
    if (specifier.folded) anyCase.push({ ...entry, text: foldCase(text) });
    else exactCase.push(entry);
  });
  const asIs = createPathTrie(exactCase);
  const folded = anyCase.length > 0 ? createPathTrie(anyCase) : undefined;
  const accepts = (order: number, request: MatchRequest): boolean =>
    allHold(remaining[order] ?? none, request);
  return {
    matches,
    first(request) {
      let best = asIs.first(request.pathname, matches.length, accepts, request);
      if (folded !== undefined) best = folded.first(foldCase(request.pathname), best, accepts, request);
      for (const order of others) {
        if (order >= best) break;
        if (accepts(order, request)) return order;
      }
      return best === matches.length ? -1 : best;
    },
  };
}

const none: readonly Predicate[] = [];

/** What is left to ask when the text of the path fits. Most routes leave nothing. */
function remainingPredicates({ specifier, path, conditions }: CompiledMatch): readonly Predicate[] {
  // A separated prefix asks for more than its text, and the empty text does not take a CONNECT.
  const isText = specifier.kind === 'path' || specifier.kind === 'prefix';
  if (!isText || specifier.value === '') return [path, ...conditions];
  return conditions.length === 0 ? none : conditions;
}

function holds(match: CompiledMatch | undefined, request: MatchRequest): boolean {
  return match?.path.test(request) === true && allHold(match.conditions, request);
}
