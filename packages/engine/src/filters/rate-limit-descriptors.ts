import type { HeaderMatcher, QueryParameterMatcher, RequestHead } from '@inmesh/model';
import { compileHeaderMatch, headerOf } from '../match/header-match.js';
import { matchRequest, type Predicate } from '../match/predicate.js';
import { compileQueryMatch, queryParameterOf } from '../match/query-match.js';
import type { FilterCall } from './filter.js';

/** One thing that a limit may count, such as `path=/cart`. */
export interface DescriptorEntry {
  readonly key: string;
  readonly value: string;
}

export type Descriptor = readonly DescriptorEntry[];

/** Envoy: `route.v3.RateLimit`. */
export interface RateLimit {
  readonly stage?: number;
  readonly disableKey?: string;
  readonly actions?: readonly RateLimitAction[];
}

/** Envoy: `RateLimit.Action`; one kind. */
interface RateLimitAction {
  readonly genericKey?: { descriptorKey?: string; descriptorValue?: string };
  readonly requestHeaders?: { headerName: string; descriptorKey: string; skipIfAbsent?: boolean };
  readonly queryParameters?: { queryParameterName: string; descriptorKey: string; skipIfAbsent?: boolean };
  readonly remoteAddress?: object;
  readonly destinationCluster?: object;
  readonly headerValueMatch?: {
    descriptorKey?: string;
    descriptorValue: string;
    expectMatch?: boolean;
    headers?: HeaderMatcher[];
  };
  readonly queryParameterValueMatch?: {
    descriptorKey?: string;
    descriptorValue: string;
    expectMatch?: boolean;
    queryParameters?: QueryParameterMatcher[];
  };
}

/** The descriptors of one call. A limit of which one action finds nothing makes none. */
export type Describe = (head: RequestHead, call: FilterCall) => readonly Descriptor[];

export function compileRateLimits(limits: readonly RateLimit[], stage: number): Describe {
  const compiled = limits
    .filter((limit) => (limit.stage ?? 0) === stage && !limit.disableKey)
    .map(({ actions = [] }) => actions.map(compileAction));
  return (head, call) =>
    compiled.flatMap((actions) => {
      const entries = actions.map((action) => action(head, call));
      const found = entries.filter((entry) => entry !== undefined && entry !== 'skip');
      // Nothing where something was asked for spoils the whole descriptor, unless the action allows it.
      return entries.includes(undefined) || found.length === 0 ? [] : [found as Descriptor];
    });
}

type Action = (head: RequestHead, call: FilterCall) => DescriptorEntry | 'skip' | undefined;

function compileAction(action: RateLimitAction): Action {
  const { genericKey, requestHeaders, queryParameters, headerValueMatch, queryParameterValueMatch } = action;
  if (genericKey !== undefined) {
    const entry = { key: genericKey.descriptorKey || 'generic_key', value: genericKey.descriptorValue ?? '' };
    return () => entry;
  }
  if (requestHeaders !== undefined) {
    const name = requestHeaders.headerName.toLowerCase();
    return described(requestHeaders, (head) => headerOf(head, name));
  }
  if (queryParameters !== undefined) {
    const name = queryParameters.queryParameterName;
    return described(queryParameters, ({ path }) => queryParameterOf(path, name));
  }
  if (action.remoteAddress !== undefined) {
    return (_, { stream }) => ({ key: 'remote_address', value: stream.downstreamRemoteAddress });
  }
  if (action.destinationCluster !== undefined) {
    return (_, { choice }) => ({ key: 'destination_cluster', value: choice?.name ?? '' });
  }
  if (headerValueMatch !== undefined) {
    return whenAll(
      headerValueMatch,
      'header_match',
      (headerValueMatch.headers ?? []).map(compileHeaderMatch),
    );
  }
  if (queryParameterValueMatch !== undefined) {
    const predicates = (queryParameterValueMatch.queryParameters ?? []).map(compileQueryMatch);
    return whenAll(queryParameterValueMatch, 'query_match', predicates);
  }
  return () => undefined;
}

function described(
  { descriptorKey, skipIfAbsent = false }: { descriptorKey: string; skipIfAbsent?: boolean },
  read: (head: RequestHead) => string | undefined,
): Action {
  return (head) => {
    const value = read(head);
    if (value === undefined) return skipIfAbsent ? 'skip' : undefined;
    return { key: descriptorKey, value };
  };
}

function whenAll(
  match: { descriptorKey?: string; descriptorValue: string; expectMatch?: boolean },
  defaultKey: string,
  predicates: readonly Predicate[],
): Action {
  const entry = { key: match.descriptorKey || defaultKey, value: match.descriptorValue };
  const expected = match.expectMatch ?? true;
  return (head) => {
    const request = matchRequest(head, 0);
    return predicates.every((predicate) => predicate.test(request)) === expected ? entry : undefined;
  };
}
