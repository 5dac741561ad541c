import type { FilterChain, Listener, Protocol } from '@inmesh/model';
import { unknownDestinationCluster } from '../route/catch-all-virtual-host.js';
import type { Scope } from '../scope/scope.js';
import {
  compileFilterChain,
  conflicts,
  type FilterChainPlan,
  matchesEverything,
} from './filter-chain-plan.js';
import { idleTimeoutOf } from './http-connection-manager.js';
import { compileAddress, inspectors, listenerName } from './listener-parts.js';
import { plainTcpProxy } from './tcp-proxy.js';

/** What several services make of one bind and port. Istio: `outboundListenerEntry`. */
export interface OutboundEntry {
  readonly bind: string;
  readonly port: number;
  readonly bindToPort: boolean;
  /** Of the service that came first; `Unsupported` once bytes and http share the port. */
  readonly protocol: Protocol;
  readonly chains: readonly FilterChainPlan[];
}

/** With more chains, except those that Envoy could not tell from the ones that are there: the older service keeps them. */
export function mergeChains(
  chains: readonly FilterChainPlan[],
  incoming: readonly FilterChainPlan[],
): readonly FilterChainPlan[] {
  const merged = [...chains];
  for (const chain of incoming)
    if (!merged.some((existing) => conflicts(existing, chain))) merged.push(chain);
  return merged;
}

/**
 * The chain that matches everything becomes the default, so that a connection that got as far as a wrong chain
 * still ends there; with none, the outbound policy decides. Istio: `buildListenerFromEntry`.
 */
export function compileEntry(entry: OutboundEntry, scope: Scope): Listener {
  const { bind, port, bindToPort, chains } = entry;
  const filterChains = chains.filter((chain) => !matchesEverything(chain)).map(compileFilterChain);
  const rest = chains.findLast(matchesEverything);
  return {
    name: listenerName(bind, port),
    address: compileAddress(bind, port),
    ...withDefault(filterChains, rest && compileFilterChain(rest), scope),
    listenerFilters: inspectors(chains),
    listenerFiltersTimeout: '0s',
    continueOnListenerFiltersTimeout: true,
    ...(!bindToPort && { bindToPort }),
    trafficDirection: 'OUTBOUND',
  };
}

function withDefault(
  filterChains: FilterChain[],
  rest: FilterChain | undefined,
  scope: Scope,
): Pick<Listener, 'filterChains' | 'defaultFilterChain'> {
  if (rest === undefined) return { filterChains, defaultFilterChain: fallthroughChain(scope) };
  return filterChains.length === 0 ? { filterChains: [rest] } : { filterChains, defaultFilterChain: rest };
}

function fallthroughChain(scope: Scope): FilterChain {
  return {
    name: 'PassthroughFilterChain',
    filterChainMatch: {},
    filters: [plainTcpProxy(unknownDestinationCluster(scope), idleTimeoutOf(scope.workload.metadata))],
  };
}
