import type { RequestHead, ResponseHead } from '@inmesh/model';
import type { DynamicMetadata } from './metadata-match.js';

/** What a match can ask of a request. The path is cut once per call, not by every route. */
export interface MatchRequest {
  readonly head: RequestHead;
  /** The path up to the first `?` or `#`: all that path specifiers see. */
  readonly pathname: string;
  /** The call's one random number in [0, 2^32): the same for fractions, weighted clusters and mirrors. */
  readonly random: number;
  /** The caller's certificate, as a gateway saw it. A call of the application itself has none. */
  readonly presented: boolean;
  readonly validated: boolean;
  /** What filters have left so far. */
  readonly metadata: DynamicMetadata | undefined;
}

/** One condition of a route, compiled. Free of side effects and called often; allocates nothing. */
export interface Predicate {
  test(request: MatchRequest): boolean;
  /** Why a test failed, such as `header end-user: expected exact "jason", got nothing`. */
  because(request: MatchRequest): string;
}

export function matchRequest(
  head: RequestHead,
  random: number,
  tls?: { readonly presented: boolean; readonly validated: boolean },
  metadata?: DynamicMetadata,
): MatchRequest {
  return new RequestFacts(head, random, tls, metadata);
}

class RequestFacts implements MatchRequest {
  readonly head: RequestHead;
  readonly pathname: string;
  readonly random: number;
  readonly presented: boolean;
  readonly validated: boolean;
  readonly metadata: DynamicMetadata | undefined;

  constructor(
    head: RequestHead,
    random: number,
    tls: { readonly presented: boolean; readonly validated: boolean } | undefined,
    metadata: DynamicMetadata | undefined,
  ) {
    this.head = head;
    this.pathname = pathnameOf(head.path);
    this.random = random;
    this.presented = tls?.presented ?? false;
    this.validated = tls?.validated ?? false;
    this.metadata = metadata;
  }
}

/** All of a path that path specifiers see. */
export function pathnameOf(path: string): string {
  const end = pathEnd(path);
  return end === path.length ? path : path.slice(0, end);
}

/** Header matchers test requests; of a response they see the headers, and the status as a pseudo header. */
export function matchResponse({ status, headers }: ResponseHead): MatchRequest {
  const lines = headers.copy();
  lines.set(':status', String(status));
  return matchRequest({ method: '', scheme: 'http', authority: '', path: '', headers: lines }, 0);
}

/** Where the part of a path ends that is not query or fragment. */
export function pathEnd(path: string): number {
  const query = path.indexOf('?');
  const fragment = path.indexOf('#');
  if (fragment !== -1 && (query === -1 || fragment < query)) return fragment;
  return query === -1 ? path.length : query;
}
