import type { RequestHead, RouteMatch } from '@inmesh/model';
import { isWithin, runtimeFraction } from './fraction.js';
import { compileHeaderMatch } from './header-match.js';
import { compileMetadataMatch, type MetadataMatcher } from './metadata-match.js';
import { compilePathMatch, type PathSpecifier, pathSpecifier } from './path-match.js';
import { type MatchRequest, matchRequest, type Predicate } from './predicate.js';
import { compileQueryMatch } from './query-match.js';

/** One route match, compiled: the path apart, so that an index over paths need not test it again. */
export interface CompiledMatch {
  readonly specifier: PathSpecifier;
  readonly path: Predicate;
  /** Everything but the path, in Envoy's order. */
  readonly conditions: readonly Predicate[];
}

export function compileMatch(match: RouteMatch): CompiledMatch {
  const specifier = pathSpecifier(match);
  const conditions: Predicate[] = [];
  if (match.runtimeFraction !== undefined) conditions.push(fractionMatch(match));
  if (match.grpc !== undefined) conditions.push(grpcMatch);
  for (const header of match.headers ?? []) conditions.push(compileHeaderMatch(header));
  for (const parameter of match.queryParameters ?? []) conditions.push(compileQueryMatch(parameter));
  if (match.tlsContext !== undefined) conditions.push(...tlsMatches(match.tlsContext));
  for (const matcher of match.dynamicMetadata ?? []) conditions.push(metadataMatch(matcher));
  return { specifier, path: compilePathMatch(specifier), conditions };
}

/** Whether a request is one that a filter's own rule means: for filters that have rules of that form. */
export function compileRequestMatch(match: RouteMatch): (head: RequestHead) => boolean {
  const { path, conditions } = compileMatch(match);
  return (head) => {
    const request = matchRequest(head, 0);
    return path.test(request) && allHold(conditions, request);
  };
}

export function allHold(predicates: readonly Predicate[], request: MatchRequest): boolean {
  for (let i = 0; i < predicates.length; i++) if (predicates[i]?.test(request) === false) return false;
  return true;
}

/** The first predicate that fails, in words; `undefined` when all hold. */
export function whyNot(match: CompiledMatch, request: MatchRequest): string | undefined {
  const failed = [...match.conditions, match.path].find((predicate) => !predicate.test(request));
  return failed?.because(request);
}

function fractionMatch({ runtimeFraction: setting }: RouteMatch): Predicate {
  const share = runtimeFraction(setting, 'always');
  return {
    test: ({ random }) => isWithin(share, random),
    because: () => `fraction: the call is not among ${share.numerator} of ${share.denominator}`,
  };
}

const grpcMatch: Predicate = {
  test: ({ head }) => isGrpc(head.headers.get('content-type')),
  because: () => 'header content-type: expected gRPC',
};

/** As Envoy: neither `application/grpc-web` nor a parameter behind the plain type counts. */
export function isGrpc(contentType: string | undefined): boolean {
  if (contentType === undefined || !contentType.startsWith('application/grpc')) return false;
  return contentType.length === 16 || contentType[16] === '+';
}

function tlsMatches({ presented, validated }: NonNullable<RouteMatch['tlsContext']>): Predicate[] {
  const tests: Predicate[] = [];
  if (presented !== undefined) {
    tests.push({
      test: (request) => request.presented === presented,
      because: () => `client certificate: expected ${presented ? 'one' : 'none'}`,
    });
  }
  if (validated !== undefined) {
    tests.push({
      test: (request) => request.validated === validated,
      because: () => `client certificate: expected ${validated ? 'a' : 'no'} validated one`,
    });
  }
  return tests;
}

/** Such as the claims of a token, once a filter has checked it and the route is looked up again. */
function metadataMatch(matcher: MetadataMatcher): Predicate {
  const holds = compileMetadataMatch(matcher);
  const place = [matcher.filter, ...(matcher.path ?? []).map(({ key }) => key)].join(' ');
  return {
    test: ({ metadata }) => holds(metadata),
    because: () =>
      `metadata ${place}: expected ${matcher.invert === true ? 'another value' : 'a value that fits'}`,
  };
}
