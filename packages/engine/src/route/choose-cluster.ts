import type { ClusterWeight, RequestHead, RouteAction, WeightedCluster } from '@inmesh/model';
import { subsetCriteriaOf } from '../cluster/subset-criteria.js';
import { headerOf } from '../match/header-match.js';
import { compileMutations, type HeaderMutations } from './header-mutations.js';
import type { ClusterChoice } from './route-entry.js';

/** What an entry of a split brings along besides the cluster's name. */
export interface WeightedChoice extends ClusterChoice {
  readonly requestMutations: HeaderMutations | undefined;
  readonly responseMutations: HeaderMutations | undefined;
  readonly hostRewriteLiteral: string | undefined;
}

export type ChooseCluster = (head: RequestHead, random: number) => WeightedChoice;

/** The filter configurations of the route, with those of a weighted entry before them. */
type FilterConfigs = (entry: ClusterWeight | undefined) => WeightedChoice['filterConfigs'];

/** Envoy: `RouteAction.cluster_specifier`. An unknown or empty name is found out by the attempts. */
export function compileClusterChoice(action: RouteAction, filterConfigs: FilterConfigs): ChooseCluster {
  const { cluster, clusterHeader, weightedClusters } = action;
  const configs = { filterConfigs: filterConfigs(undefined) };
  const criteria = subsetCriteriaOf(action);
  const named = (name: string): WeightedChoice => ({
    name,
    criteria,
    ...configs,
    requestMutations: undefined,
    responseMutations: undefined,
    hostRewriteLiteral: undefined,
  });
  if (weightedClusters !== undefined) {
    return split(action, weightedClusters, filterConfigs);
  }
  if (clusterHeader !== undefined) {
    const header = clusterHeader.toLowerCase();
    return (head) => named(headerOf(head, header) ?? '');
  }
  const choice = named(cluster ?? '');
  return () => choice;
}

/**
 * Half-open intervals in the order of the entries, over the sum of the weights: `total_weight` is not looked
 * at. A header may bring the number, if it stands there once and is an unsigned integer.
 */
function split(
  action: RouteAction,
  { clusters: entries = [], headerName: givenName }: WeightedCluster,
  filterConfigs: FilterConfigs,
): ChooseCluster {
  const headerName = givenName?.toLowerCase();
  const weights = entries.map(({ weight = 0 }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const choices = entries.map((entry) => compileEntry(entry, action, filterConfigs));
  return (head, random) => {
    let at =
      (headerName === undefined ? undefined : numberIn(head, headerName, total)) ?? (random >>> 0) % total;
    for (let i = 0; i < choices.length; i++) {
      const weight = weights[i] ?? 0;
      const choice = choices[i];
      if (choice !== undefined && at < weight) return choice(head);
      at -= weight;
    }
    return nowhere;
  };
}

function compileEntry(
  entry: ClusterWeight,
  action: RouteAction,
  filterConfigs: FilterConfigs,
): (head: RequestHead) => WeightedChoice {
  const choice: WeightedChoice = {
    name: entry.name ?? '',
    criteria: subsetCriteriaOf(action, entry),
    filterConfigs: filterConfigs(entry),
    requestMutations: compileMutations(entry.requestHeadersToAdd, entry.requestHeadersToRemove),
    responseMutations: compileMutations(entry.responseHeadersToAdd, entry.responseHeadersToRemove),
    hostRewriteLiteral: entry.hostRewriteLiteral,
  };
  const header = entry.clusterHeader?.toLowerCase();
  if (header === undefined) return () => choice;
  return (head) => ({ ...choice, name: headerOf(head, header) ?? '' });
}

/** Weights that sum up to nothing: Envoy refuses them, so no cluster is the answer. */
const nowhere: WeightedChoice = {
  name: '',
  filterConfigs: () => [],
  requestMutations: undefined,
  responseMutations: undefined,
  hostRewriteLiteral: undefined,
};

function numberIn({ headers }: RequestHead, name: string, total: number): number | undefined {
  const lines = headers.all(name);
  const [text = ''] = lines;
  if (lines.length !== 1 || !/^\d{1,20}$/.test(text) || total === 0) return undefined;
  const value = BigInt(text);
  return value === BigInt.asUintN(64, value) ? Number(value % BigInt(total)) : undefined;
}
