import { HeaderMap, type HeaderValueOption, type RequestHead, type StringMatcher } from '@inmesh/model';
import { readQuery, withQuery } from '../match/query-parameters.js';
import { compileStringMatch } from '../match/string-match.js';
import { compileFormat, type Format } from '../route/format-string.js';
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
  const query = all.flatMap(({ queryParameterMutations = [] }) =>
    queryParameterMutations.map(compileQueryMutation),
  );
  if (request.length + response.length + query.length === 0) return undefined;
  return {
    onRequest(head, { stream }) {
      for (const apply of request) apply(head.headers, head, stream);
      if (query.length > 0) mutateQuery(head, stream, query);
      return 'continue';
    },
    onResponse({ headers }, { stream }) {
      // Of a request that is none by the protocol nobody has read the head.
      const request = stream.responseFlags.includes('DPE') ? nobodysHead : stream.requestHead;
      for (const apply of response) apply(headers, request, stream);
    },
  } satisfies Filter;
};

const nobodysHead: RequestHead = {
  method: '',
  scheme: 'http',
  authority: '',
  path: '',
  headers: new HeaderMap([]),
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

/** Parameters are decoded, and written as they are. */
function mutateQuery(
  head: RequestHead,
  stream: StreamInfo,
  mutations: readonly CompiledQueryMutation[],
): void {
  const parameters = readQuery(head.path);
  for (const { remove, key, value, action } of mutations) {
    if (remove !== undefined) parameters.delete(remove);
    if (key === undefined) continue;
    const known = parameters.get(key);
    const text = value(head, stream);
    switch (action) {
      case 'APPEND_IF_EXISTS_OR_ADD':
        parameters.set(key, [...(known ?? []), text]);
        break;
      case 'ADD_IF_ABSENT':
        if (known === undefined) parameters.set(key, [text]);
        break;
      case 'OVERWRITE_IF_EXISTS_OR_ADD':
        parameters.set(key, [text]);
        break;
      case 'OVERWRITE_IF_EXISTS':
        if (known !== undefined) parameters.set(key, [text]);
    }
  }
  head.path = withQuery(head.path, parameters);
}

interface CompiledQueryMutation {
  readonly remove: string | undefined;
  readonly key: string | undefined;
  readonly value: Format;
  readonly action: NonNullable<HeaderValueOption['appendAction']>;
}

function compileQueryMutation({ remove, append }: QueryMutation): CompiledQueryMutation {
  const { key, value = '' } = append?.record ?? {};
  return {
    remove,
    key,
    value: compileFormat(value),
    action: append?.action ?? 'APPEND_IF_EXISTS_OR_ADD',
  };
}
