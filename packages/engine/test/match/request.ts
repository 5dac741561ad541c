import { HeaderMap, type RequestHead } from '@inmesh/model';
import { type MatchRequest, matchRequest } from '../../src/match/predicate.js';

/** A head with defaults, header names given as callers write them. */
export function head(
  path: string,
  lines: readonly string[] = [],
  rest: Partial<RequestHead> = {},
): RequestHead {
  return {
    method: 'GET',
    scheme: 'http',
    authority: 'shop.test',
    path,
    headers: new HeaderMap([...lines]),
    ...rest,
  };
}

export function request(path: string, lines: readonly string[] = [], random = 0): MatchRequest {
  return matchRequest(head(path, lines), random);
}
