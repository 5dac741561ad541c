import type { DestinationRule } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';
import type { ConsolidatedDestinationRule } from './scope.js';

/** Rules of one host that were merged, and who may see the result. */
export interface MergedRule extends ConsolidatedDestinationRule {
  readonly namespace: string;
  /** As written; empty: the default of the mesh. */
  readonly exportTo: ReadonlySet<string>;
}

/** Merges rules of one host and namespace in their order. Istio: `mergeDestinationRule`. */
export function mergeRules(rules: readonly MergedRule[]): readonly MergedRule[] {
  const merged: MergedRule[] = [];
  for (const rule of rules) addTo(merged, rule);
  return merged;
}

/**
 * A rule goes into each that is seen by the same namespaces or by fewer, unless both select different workloads. The
 * last one that it meets decides whether it stands by itself as well. So a rule that is seen by more than the one it
 * goes into is lost to the others, and one without a selector to workloads that the other's does not select: Istio
 * has it so.
 */
function addTo(known: MergedRule[], rule: MergedRule): void {
  let standsAlone = true;
  for (const [index, other] of known.entries()) {
    const sameReach = equalSets(rule.exportTo, other.exportTo);
    standsAlone = !sameReach;
    if (!sameReach && !(other.exportTo.size > 0 && isSuperset(rule.exportTo, other.exportTo))) continue;
    const mine = rule.spec.workloadSelector;
    const theirs = other.spec.workloadSelector;
    if (mine && theirs && !equalLabels(mine.matchLabels ?? {}, theirs.matchLabels ?? {})) {
      standsAlone = true;
      continue;
    }
    if ((mine === undefined) === (theirs === undefined)) standsAlone = false;
    known[index] = merge(other, rule);
  }
  if (standsAlone) known.push(rule);
}

/** Subsets of new names are added; a policy only where there was none. Nothing else changes. */
function merge(into: MergedRule, from: MergedRule): MergedRule {
  const names = new Set((into.spec.subsets ?? []).map(({ name }) => name));
  const spec: DestinationRule = {
    ...into.spec,
    subsets: [
      ...(into.spec.subsets ?? []),
      ...(from.spec.subsets ?? []).filter(({ name }) => !names.has(name)),
    ],
  };
  const trafficPolicy = into.spec.trafficPolicy ?? from.spec.trafficPolicy;
  if (trafficPolicy !== undefined) spec.trafficPolicy = trafficPolicy;
  return { ...into, resources: [...into.resources, ...from.resources], spec };
}

function equalLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && hasLabels(a, b);
}

function isSuperset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of b) if (!a.has(item)) return false;
  return true;
}

function equalSets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && isSuperset(a, b);
}
