import type { Extension, FilterChain, Listener } from '@inmesh/model';
import { mergeMessage, patchedMessages } from '@inmesh/model/envoy-messages';
import { editList, mapOrSame } from './edit-list.js';
import { matchesFilterChain, matchesListener, matchesListenerItself } from './match-listener.js';
import { appliesIn, mergeOptionsOf, type PatchContext, type PatchSet } from './patch.js';
import { mergeTransportSocket } from './patch-cluster.js';
import { mergeTypedConfig, patchNetworkFilters } from './patch-filters.js';

/**
 * The listener after all patches of it and of its parts, in Istio's order: the listener, its listener filters,
 * then chain by chain the chain, its network filters and their HTTP filters, and at last new chains.
 * `undefined` when a patch removes it; the same object when none touches it.
 */
export function patchListener(
  all: PatchSet,
  context: PatchContext,
  listener: Listener,
): Listener | undefined {
  let patched = listener;
  for (const patch of all.LISTENER.filter(appliesIn(context))) {
    if (!matchesListenerItself(patch, patched)) continue;
    if (patch.operation === 'REMOVE') return undefined;
    const options = mergeOptionsOf(patch.operation);
    if (options !== undefined)
      patched = mergeMessage(patchedMessages.LISTENER, patched, patch.value, options);
  }
  patched = patchListenerFilters(all, context, patched);
  return patchFilterChains(all, context, patched);
}

function patchListenerFilters(all: PatchSet, context: PatchContext, listener: Listener): Listener {
  const before: readonly Extension[] = listener.listenerFilters ?? [];
  let filters = before;
  for (const patch of all.LISTENER_FILTER.filter(appliesIn(context))) {
    if (!matchesListener(patch, listener)) continue;
    const { operation, value } = patch;
    const name = patch.match.listener?.listenerFilter;
    const names = name ? (filter: Extension): boolean => filter.name === name : undefined;
    if (operation !== 'MERGE') filters = editList(filters, { operation, value: value as Extension, names });
    // Unlike other filters, a listener filter keeps its name when it is merged.
    else if (names !== undefined) {
      filters = mapOrSame(filters, (f) => (names(f) ? { ...mergeTypedConfig(f, value), name: f.name } : f));
    }
  }
  if (filters === before) return listener;
  const { listenerFilters, ...rest } = listener;
  return { ...rest, ...(filters.length > 0 && { listenerFilters: [...filters] }) };
}

function patchFilterChains(all: PatchSet, context: PatchContext, listener: Listener): Listener {
  const { filterChains: chains = [], defaultFilterChain, ...rest } = listener;
  const change = (chain: FilterChain): FilterChain => patchFilterChain(all, context, listener, chain);
  const added = all.FILTER_CHAIN.filter(appliesIn(context)).filter(
    (patch) => patch.operation === 'ADD' && matchesListener(patch, listener),
  );
  // A chain without filters is one that a patch removed.
  const patched = [...chains.map(change), ...added.map(({ value }) => value)].filter(hasFilters);
  const patchedDefault = defaultFilterChain && change(defaultFilterChain);
  const same =
    patchedDefault === defaultFilterChain &&
    patched.length === chains.length &&
    patched.every((chain, index) => chain === chains[index]);
  if (same) return listener;
  return {
    ...rest,
    ...(patched.length > 0 && { filterChains: patched }),
    ...(patchedDefault && hasFilters(patchedDefault) && { defaultFilterChain: patchedDefault }),
  };
}

function patchFilterChain(
  all: PatchSet,
  context: PatchContext,
  listener: Listener,
  chain: FilterChain,
): FilterChain {
  if (!hasFilters(chain)) return chain;
  let patched = chain;
  for (const patch of all.FILTER_CHAIN.filter(appliesIn(context))) {
    if (!matchesListener(patch, listener) || !matchesFilterChain(patch, listener, patched)) continue;
    if (patch.operation === 'REMOVE') {
      const { filters, ...removed } = patched;
      return removed;
    }
    const options = mergeOptionsOf(patch.operation);
    if (options !== undefined) patched = mergeFilterChain(patched, patch.value, options);
  }
  return patchNetworkFilters(all, context, listener, patched);
}

/** A transport socket of the same name is merged, and is then all that the patch does. */
function mergeFilterChain(
  chain: FilterChain,
  patch: FilterChain,
  options: { readonly replaceLists: boolean },
): FilterChain {
  const { transportSocket } = chain;
  return transportSocket !== undefined && transportSocket.name === patch.transportSocket?.name
    ? { ...chain, transportSocket: mergeTransportSocket(transportSocket, patch.transportSocket) }
    : mergeMessage(patchedMessages.FILTER_CHAIN, chain, patch, options);
}

const hasFilters = ({ filters }: FilterChain): boolean => filters !== undefined;
