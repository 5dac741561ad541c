import type { HeaderMap, HeaderValueOption, RequestHead, StringMatcher } from '@inmesh/model';
import { compileStringMatch } from '../match/string-match.js';
import { compileMutations } from '../route/header-mutations.js';
import type { StreamInfo } from '../route/stream-info.js';
import type { Filter, FilterConfig, FilterFactory } from './filter.js';

/** Envoy: `header_mutation.v3.HeaderMutation`, and its variant per route. */
interface HeaderMutationConfig {
  readonly mutations?: {
    readonly requestMutations?: readonly Mutation[];
    readonly responseMutations?: readonly Mutation[];
    readonly queryParameterMutations?: readonly QueryMutation[];
  };
  readonly mostSpecificHeaderMutationsWins?: boolean;
}

/** One of the three. */
interface Mutation {
  readonly remove?: string;
  readonly append?: HeaderValueOption;
  readonly removeOnMatch?: { readonly keyMatcher?: StringMatcher };
}

interface QueryMutation {
  readonly remove?: string;
  readonly append?: {
    readonly record?: { readonly key?: string; readonly value?: string };
    readonly action?: HeaderValueOption['appendAction'];
  };
}

type Apply = (headers: HeaderMap, head: RequestHead, stream: StreamInfo) => void;

/**
 * Executes mutations strictly in the order of the list, those of the chain first, then those of every level of
 * the route: unlike the mutations of routes, nothing is replaced and nothing goes first.
 */
export const headerMutationFilter: FilterFactory = ({ own, levels }) => {
  const config = (own ?? {}) as HeaderMutationConfig;
  // The least specific level has the last word unless the filter says otherwise.
  const ordered = config.mostSpecificHeaderMutationsWins === true ? levels.toReversed() : levels;
  const all = [...(own === undefined ? [] : [own]), ...ordered].map(mutationsOf);
  const request = all.flatMap(({ requestMutations = [] }) => requestMutations.map(compileMutation));
  const response = all.flatMap(({ responseMutations = [] }) => responseMutations.map(compileMutation));
  const query = all.flatMap(({ queryParameterMutations = [] }) => queryParameterMutations);
  if (request.length + response.length + query.length === 0) return undefined;
  return {
    onRequest(head, { stream }) {
      for (const apply of request) apply(head.headers, head, stream);
      if (query.length > 0) head.path = mutateQuery(head.path, query);
      return 'continue';
    },
    onResponse({ headers }, { stream }) {
      for (const apply of response) apply(headers, stream.requestHead, stream);
    },
  } satisfies Filter;
};

function mutationsOf(config: FilterConfig): NonNullable<HeaderMutationConfig['mutations']> {
  return (config as HeaderMutationConfig).mutations ?? {};
}

function compileMutation({ remove, append, removeOnMatch }: Mutation): Apply {
  if (remove !== undefined) {
    const name = remove.toLowerCase();
    return (headers) => headers.remove(name);
  }
  if (removeOnMatch?.keyMatcher !== undefined) {
    const { test } = compileStringMatch(removeOnMatch.keyMatcher);
    return (headers) => {
      for (const name of new Set([...headers].map(([line]) => line))) if (test(name)) headers.remove(name);
    };
  }
  const mutation = compileMutations(append === undefined ? [] : [append], undefined);
  return (headers, head, stream) => mutation?.apply(headers, head, stream);
}

/** Parameters are decoded and written anew. */
function mutateQuery(path: string, mutations: readonly QueryMutation[]): string {
  const [pathname = '', query = ''] = path.split(/\?(.*)/s, 2);
  const parameters = new URLSearchParams(query);
  for (const { remove, append } of mutations) {
    if (remove !== undefined) parameters.delete(remove);
    const { key, value = '' } = append?.record ?? {};
    if (key === undefined) continue;
    const exists = parameters.has(key);
    switch (append?.action ?? 'APPEND_IF_EXISTS_OR_ADD') {
      case 'APPEND_IF_EXISTS_OR_ADD':
        parameters.append(key, value);
        break;
      case 'ADD_IF_ABSENT':
        if (!exists) parameters.append(key, value);
        break;
      case 'OVERWRITE_IF_EXISTS_OR_ADD':
        parameters.set(key, value);
        break;
      case 'OVERWRITE_IF_EXISTS':
        if (exists) parameters.set(key, value);
    }
  }
  return parameters.size === 0 ? pathname : `${pathname}?${parameters}`;
}
