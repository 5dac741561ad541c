import type {
  HeaderMatcher,
  Route,
  RouteAction,
  RouteMatch,
  StringMatcher,
  VirtualHost,
} from '@inmesh/model';
import { compilePattern } from '../match/pattern.js';

/**
 * Why Envoy would refuse the virtual host: then none of its routes is in force, and its calls are answered with
 * 404 NR. Unlike Envoy, which refuses the whole route configuration for it, other hosts stay in force.
 */
export function findRefusal({ routes = [] }: VirtualHost): string | undefined {
  for (const [i, route] of routes.entries()) {
    const reason = refusalOf(route);
    if (reason !== undefined) return `route ${route.name || i} ${reason}`;
  }
  return undefined;
}

function refusalOf(route: Route): string | undefined {
  const { route: action, redirect, directResponse, nonForwardingAction } = route;
  if ((action ?? redirect ?? directResponse ?? nonForwardingAction) === undefined) return 'has no action';
  const pattern = patternsOf(route.match, action).find((regex) => compilePattern(regex) === undefined);
  if (pattern !== undefined) return `has a pattern that RE2 refuses: ${pattern}`;
  const { clusters } = action?.weightedClusters ?? {};
  if (clusters?.every(({ weight = 0 }) => weight === 0)) return 'splits by weights that sum up to nothing';
  return undefined;
}

function patternsOf(match: RouteMatch, action: RouteAction | undefined): string[] {
  const matchers = [
    match,
    ...(match.headers ?? []).map(stringMatchOf),
    ...(match.queryParameters ?? []).map(stringMatchOf),
  ];
  return [
    ...matchers.flatMap((matcher) => matcher?.safeRegex?.regex ?? []),
    ...(match.headers ?? []).flatMap(({ safeRegexMatch }) => safeRegexMatch?.regex ?? []),
    ...[action?.regexRewrite, action?.hostRewritePathRegex].flatMap(
      (rewrite) => rewrite?.pattern?.regex ?? [],
    ),
  ];
}

function stringMatchOf({ stringMatch }: Pick<HeaderMatcher, 'stringMatch'>): StringMatcher | undefined {
  return stringMatch;
}
