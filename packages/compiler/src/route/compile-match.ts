import type {
  HeaderMatcher,
  HTTPMatchRequest,
  QueryParameterMatcher,
  RouteMatch,
  StringMatch,
  StringMatcher,
} from '@inmesh/model';
import { claimPathOf, compileClaimMatch, type DynamicMetadataMatch } from './compile-claim-match.js';

/**
 * The conditions that Envoy tests per request. Static ones (port, gateways, source) have decided beforehand
 * whether there is a route at all. Istio: `TranslateRouteMatch`.
 */
export function compileMatch(match: HTTPMatchRequest | undefined): RouteMatch {
  if (match === undefined) return { prefix: '/' };
  const claims = compileClaims(match);
  const headers = [...compileHeaders(match), ...compilePseudoHeaders(match)];
  const queryParameters = Object.entries(match.queryParams ?? {}).map(compileQueryParameter);
  return {
    ...compilePath(match.uri),
    caseSensitive: match.ignoreUriCase !== true,
    ...(headers.length > 0 && { headers }),
    ...(queryParameters.length > 0 && { queryParameters }),
    ...(claims.length > 0 && { dynamicMetadata: claims }),
  };
}

/**
 * Whether a route answers everything, so that no later one can be reached. A prefix `/` with a condition on
 * method or authority is none. Istio: `IsCatchAllRoute`.
 */
export function isCatchAll(match: RouteMatch): boolean {
  const everyPath =
    match.prefix === '/' || match.pathSeparatedPrefix === '/' || match.safeRegex?.regex === '.*';
  return everyPath && !match.headers && !match.queryParameters && !match.dynamicMetadata;
}

/** The contract's form of a match by text; `undefined` where no kind of match is given. */
export function compileStringMatch(match: StringMatch | null | undefined): StringMatcher | undefined {
  if (typeof match?.exact === 'string') return { exact: match.exact };
  if (typeof match?.prefix === 'string') return { prefix: match.prefix };
  if (typeof match?.regex === 'string') return { safeRegex: { regex: match.regex } };
  return undefined;
}

function compilePath(uri: StringMatch | undefined): RouteMatch {
  if (typeof uri?.exact === 'string') return { path: uri.exact };
  if (typeof uri?.prefix === 'string') return { prefix: uri.prefix };
  if (typeof uri?.regex === 'string') return { safeRegex: { regex: uri.regex } };
  return { prefix: '/' };
}

/** Headers wanted and unwanted, sorted together by name: istiod's order, in which Envoy tests them. */
function compileHeaders({ headers, withoutHeaders }: HTTPMatchRequest): HeaderMatcher[] {
  const wanted = Object.entries(headers ?? {})
    .filter(isHeader)
    .map(compileHeader);
  const unwanted = Object.entries(withoutHeaders ?? {})
    .filter(isHeader)
    .map(compileUnwantedHeader);
  return [...wanted, ...unwanted].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function isHeader([name]: [string, unknown]): boolean {
  return claimPathOf(name) === undefined;
}

function compileHeader([name, match]: [string, StringMatch | null]): HeaderMatcher {
  const stringMatch = compileStringMatch(match);
  return asksForPresence(match) || !stringMatch ? { name, presentMatch: true } : { name, stringMatch };
}

/**
 * A missing header counts as an empty one, except where absence itself is asked for. So `withoutHeaders` with
 * the pattern `.*` never matches.
 */
function compileUnwantedHeader(entry: [string, StringMatch | null]): HeaderMatcher {
  const matcher = compileHeader(entry);
  return {
    ...matcher,
    invertMatch: true,
    ...(matcher.presentMatch !== true && { treatMissingHeaderAsEmpty: true }),
  };
}

/** Behind the sorted headers, in this order. */
function compilePseudoHeaders({ method, authority, scheme }: HTTPMatchRequest): HeaderMatcher[] {
  const pseudo: [string, StringMatch | undefined][] = [
    [':method', method],
    [':authority', authority],
    [':scheme', scheme],
  ];
  return pseudo.flatMap(([name, match]) => (match ? [compileHeader([name, match])] : []));
}

function compileQueryParameter([name, match]: [string, StringMatch | null]): QueryParameterMatcher {
  const stringMatch = compileStringMatch(match);
  return asksForPresence(match) || !stringMatch ? { name, presentMatch: true } : { name, stringMatch };
}

/** `{}`, nothing, and the regex `*`, which Istio takes for a sign rather than a pattern. */
function asksForPresence(match: StringMatch | null): boolean {
  return match === null || compileStringMatch(match) === undefined || match.regex === '*';
}

function compileClaims({ headers, withoutHeaders }: HTTPMatchRequest): DynamicMetadataMatch[] {
  const claims = (entries: Record<string, StringMatch | null> | undefined, invert: boolean) =>
    Object.entries(entries ?? {}).flatMap(([name, match]) => {
      const path = claimPathOf(name);
      return path ? [compileClaimMatch(path, compileStringMatch(match), { invert })] : [];
    });
  return [...claims(headers, false), ...claims(withoutHeaders, true)];
}
