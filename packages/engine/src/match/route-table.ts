import type { RouteMatch } from '@inmesh/model';
import { type CompiledMatch, compileMatch, conditionsHold } from './compile-match.js';
import { PathTrie } from './path-trie.js';
import type { MatchRequest } from './predicate.js';
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
  const exactCase = new PathTrie();
  const anyCase = new PathTrie();
  const others: number[] = [];
  let hasFolded = false;
  matches.forEach(({ specifier }, order) => {
    switch (specifier.kind) {
      case 'prefix':
      case 'path':
      case 'pathSeparatedPrefix': {
        const kind = specifier.kind === 'path' ? 'exact' : 'prefix';
        if (specifier.folded) anyCase.add(foldCase(specifier.value), order, kind);
        else exactCase.add(specifier.value, order, kind);
        hasFolded ||= specifier.folded;
        return;
      }
      default:
        others.push(order);
    }
  });
  return {
    matches,
    first(request) {
      const accepts = (order: number): boolean => holds(matches[order], request);
      let best = exactCase.first(request.pathname, matches.length, accepts);
      if (hasFolded) best = anyCase.first(foldCase(request.pathname), best, accepts);
      for (const order of others) {
        if (order >= best) break;
        if (accepts(order)) return order;
      }
      return best === matches.length ? -1 : best;
    },
  };
}

/** The path is tested for indexed routes too: a CONNECT and separated prefixes ask more than the text. */
function holds(match: CompiledMatch | undefined, request: MatchRequest): boolean {
  return match?.path.test(request) === true && conditionsHold(match, request);
}
