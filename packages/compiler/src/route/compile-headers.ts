import type { HeaderOperations, Headers, HeaderValueOption } from '@inmesh/model';

/** Header operations of one level, in the contract's form. Lists are absent when empty. */
export interface HeaderMutations {
  requestHeadersToAdd?: HeaderValueOption[];
  requestHeadersToRemove?: string[];
  responseHeadersToAdd?: HeaderValueOption[];
  responseHeadersToRemove?: string[];
}

/**
 * What a rule does to headers. Pseudo-headers and `host` are beyond the reach of operations; setting or adding
 * the authority is told apart, as it becomes a rewrite of the host. Istio: `TranslateHeadersOperations`.
 */
export function compileHeaders(headers: Headers | undefined): {
  readonly mutations: HeaderMutations;
  readonly authority: string | undefined;
} {
  const { request, response } = headers ?? {};
  return {
    mutations: concatMutations({
      requestHeadersToAdd: [...overwriting(request?.set), ...appending(request?.add)],
      requestHeadersToRemove: withoutReserved(request?.remove ?? []),
      responseHeadersToAdd: [...overwriting(response?.set), ...appending(response?.add)],
      responseHeadersToRemove: withoutReserved(response?.remove ?? []),
    }),
    authority: authorityOf(request?.set) || authorityOf(request?.add) || undefined,
  };
}

/** The operations of several levels as one level's, in order; of two that set a header the last wins. */
export function concatMutations(...levels: HeaderMutations[]): HeaderMutations {
  const joined: HeaderMutations = {};
  for (const level of levels) {
    if (level.requestHeadersToAdd?.length)
      joined.requestHeadersToAdd = [...(joined.requestHeadersToAdd ?? []), ...level.requestHeadersToAdd];
    if (level.requestHeadersToRemove?.length)
      joined.requestHeadersToRemove = [
        ...(joined.requestHeadersToRemove ?? []),
        ...level.requestHeadersToRemove,
      ];
    if (level.responseHeadersToAdd?.length)
      joined.responseHeadersToAdd = [...(joined.responseHeadersToAdd ?? []), ...level.responseHeadersToAdd];
    if (level.responseHeadersToRemove?.length)
      joined.responseHeadersToRemove = [
        ...(joined.responseHeadersToRemove ?? []),
        ...level.responseHeadersToRemove,
      ];
  }
  return joined;
}

function overwriting(set: HeaderOperations['set']): HeaderValueOption[] {
  return sortedEntries(set).map((header) => ({ header, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' }));
}

/** Appending is the enum's zero, which proto3 JSON leaves out. */
function appending(add: HeaderOperations['add']): HeaderValueOption[] {
  return sortedEntries(add).map((header) => ({ header }));
}

function sortedEntries(values: Record<string, string> | undefined): { key: string; value?: string }[] {
  return Object.entries(values ?? {})
    .filter(([key]) => !isReserved(key))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => ({ key, ...(value !== '' && { value }) }));
}

function authorityOf(values: Record<string, string> | undefined): string | undefined {
  return Object.entries(values ?? {}).findLast(([key]) => isAuthority(key))?.[1];
}

function withoutReserved(names: readonly string[]): string[] {
  return names.filter((name) => !isReserved(name));
}

function isReserved(name: string): boolean {
  return name.startsWith(':') || isAuthority(name);
}

function isAuthority(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === ':authority' || lower === 'host';
}
