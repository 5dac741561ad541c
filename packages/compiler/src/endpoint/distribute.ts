import type { Locality, LocalityLoadBalancerSetting } from '@inmesh/model';
import { type LocalityGroup, matchesLocality } from './locality-group.js';

/**
 * Shares by locality: the first entry that is meant for callers from here decides. Localities that it does not
 * name keep their place, but no endpoints.
 */
export function distribute(
  groups: readonly LocalityGroup[],
  entries: NonNullable<LocalityLoadBalancerSetting['distribute']>,
  here: Locality,
): readonly LocalityGroup[] {
  const entry = entries.find(({ from }) => matchesLocality(here, from ?? ''));
  if (entry === undefined) return groups;
  const shared = new Map<LocalityGroup, LocalityGroup>();
  for (const [pattern, share] of Object.entries(entry.to ?? {})) {
    const meant = groups.filter((group) => !shared.has(group) && matchesLocality(group.locality, pattern));
    const total = meant.reduce((sum, { weight }) => sum + weight, 0);
    for (const group of meant) {
      const weight = Math.ceil((group.weight * share) / total);
      shared.set(group, weight > 0 ? { ...group, weight } : group);
    }
  }
  return groups.map((group) => shared.get(group) ?? { ...group, members: [], lbEndpoints: [] });
}
