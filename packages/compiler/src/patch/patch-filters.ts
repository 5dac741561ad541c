import type { Extension, FilterChain, HttpConnectionManager, HttpFilter, Listener } from '@inmesh/model';
import { mergeAny } from '@inmesh/model/envoy-messages';
import { editList, mapOrSame } from './edit-list.js';
import { matchesFilterChain, matchesListener } from './match-listener.js';
import { appliesIn, type Patch, type PatchContext, type PatchSet } from './patch.js';

const connectionManager = 'envoy.filters.network.http_connection_manager';
const connectionManagerUrl =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

/**
 * The chain with its network filters and the HTTP filters inside them patched; the same object when no patch
 * touches them. Merges come last, so that they also reach what a later patch inserted.
 */
export function patchNetworkFilters(
  all: PatchSet,
  context: PatchContext,
  listener: Listener,
  chain: FilterChain,
): FilterChain {
  const meant = (patch: Patch): boolean =>
    matchesListener(patch, listener) && matchesFilterChain(patch, listener, chain);
  const patches = all.NETWORK_FILTER.filter(appliesIn(context)).filter(meant);
  const httpPatches = all.HTTP_FILTER.filter(appliesIn(context)).filter(meant);

  const before: readonly Extension[] = chain.filters ?? [];
  let filters = before;
  for (const patch of patches) {
    const names = namesFilter(patch);
    filters = editList(filters, { operation: patch.operation, value: patch.value as Extension, names });
  }
  filters = mapOrSame(filters, (filter) => {
    const merged = mergeAll(filter, patches, (patch) => namesFilter(patch) ?? (() => true));
    return patchHttpFilters(merged, httpPatches);
  });
  return filters === before ? chain : { ...chain, filters: [...filters] };
}

function patchHttpFilters(filter: Extension, patches: readonly Patch<'HTTP_FILTER'>[]): Extension {
  const { name, typedConfig } = filter;
  if (name !== connectionManager || typedConfig?.['@type'] !== connectionManagerUrl) return filter;
  const manager: HttpConnectionManager = typedConfig;
  const meant = patches.filter((patch) => namesFilter(patch)?.(filter) ?? true);

  const before: readonly HttpFilter[] = manager.httpFilters ?? [];
  let filters = before;
  for (const patch of meant) {
    const names = namesHttpFilter(patch);
    filters = editList(filters, { operation: patch.operation, value: patch.value as HttpFilter, names });
  }
  filters = mapOrSame(filters, (httpFilter) => mergeAll(httpFilter, meant, namesHttpFilter));
  if (filters === before) return filter;
  const { httpFilters, ...rest } = manager;
  return {
    ...filter,
    typedConfig: {
      ...rest,
      '@type': manager['@type'],
      ...(filters.length > 0 && { httpFilters: [...filters] }),
    },
  };
}

/** One filter after all merges that name it, by the name that it has by then. */
function mergeAll<T extends Extension, P extends Patch>(
  filter: T,
  patches: readonly P[],
  namesOf: (patch: P) => ((filter: Extension) => boolean) | undefined,
): T {
  let merged = filter;
  for (const patch of patches) {
    if (patch.operation === 'MERGE' && namesOf(patch)?.(merged))
      merged = mergeTypedConfig(merged, patch.value);
  }
  return merged;
}

/** A filter's settings merged if both are of one type, and its name overwritten; nothing else of it changes. */
export function mergeTypedConfig<T extends Extension>(filter: T, patch: Partial<Extension>): T {
  if (filter.typedConfig === undefined) return filter;
  const merged = patch.typedConfig && mergeAny(filter.typedConfig, patch.typedConfig);
  return {
    ...filter,
    ...(patch.name && { name: patch.name }),
    ...(merged !== undefined && { typedConfig: merged }),
  };
}

/** The network filters that a patch names; `undefined` when it names none. */
function namesFilter({ match }: Patch): ((filter: Extension) => boolean) | undefined {
  const filter = match.listener?.filterChain?.filter;
  return filter && (({ name }) => name === filter.name);
}

function namesHttpFilter({ match }: Patch): ((filter: Extension) => boolean) | undefined {
  const subFilter = match.listener?.filterChain?.filter?.subFilter;
  return subFilter && (({ name }) => name === subFilter.name);
}
