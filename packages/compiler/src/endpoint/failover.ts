import type { Locality, LocalityLoadBalancerSetting } from '@inmesh/model';
import type { ServiceEndpoint } from '../registry/service.js';
import { type LocalityGroup, totalWeight, withoutGaps } from './locality-group.js';

type Failover = NonNullable<LocalityLoadBalancerSetting['failover']>;

/** The nearer, the earlier. A rule may name the one region that follows the caller's own. */
export function byLocality(
  groups: readonly LocalityGroup[],
  failover: Failover,
  here: Locality,
): LocalityGroup[] {
  const follower = failover.find(({ from }) => (from ?? '') === (here.region ?? ''));
  return withoutGaps(
    groups.map((group) => {
      const distance = distanceOf(group.locality, here);
      const isOther =
        distance === 3 && follower !== undefined && (group.locality.region ?? '') !== (follower.to ?? '');
      // Labels may have ordered them already; localities refine that order.
      return { ...group, priority: group.priority * 5 + (isOther ? 4 : distance) };
    }),
  );
}

function distanceOf(there: Locality, here: Locality): 0 | 1 | 2 | 3 {
  if ((there.region ?? '') !== (here.region ?? '')) return 3;
  if ((there.zone ?? '') !== (here.zone ?? '')) return 2;
  return (there.subZone ?? '') === (here.subZone ?? '') ? 0 : 1;
}

/** Zones are weighed by Envoy itself, so that only regions have an order. */
export function byRegion(
  groups: readonly LocalityGroup[],
  failover: Failover,
  here: Locality,
): LocalityGroup[] {
  const own = here.region ?? '';
  const next = failover.find(({ from }) => (from ?? '') === own)?.to;
  return withoutGaps(
    groups.map((group) => {
      const region = group.locality.region ?? '';
      return { ...group, priority: region === own ? 0 : region === next ? 1 : 2 };
    }),
  );
}

/**
 * The more labels of the list, from its start, an endpoint shares with the caller, the earlier. `key=value` asks
 * for a value whatever the caller's; of several for one key the last counts wherever the key stands. Splits localities.
 */
export function byLabels(
  groups: readonly LocalityGroup[],
  priorities: readonly string[],
  labels: Readonly<Record<string, string>>,
): LocalityGroup[] {
  const entries = priorities.map((entry) => entry.split('='));
  const asked = new Map(
    entries.filter(({ length }) => length === 2).map(([key = '', value = '']) => [key, value] as const),
  );
  const wanted = entries.map(([key = '']) => [key, asked.get(key) ?? labels[key] ?? ''] as const);
  return withoutGaps(groups.flatMap((group) => split(group, (member) => rank(member, wanted))));
}

function rank(endpoint: ServiceEndpoint, wanted: readonly (readonly [key: string, value: string])[]): number {
  let rank = 0;
  for (const [index, [key, value]] of wanted.entries()) {
    if ((endpoint.labels[key] ?? '') === value) continue;
    rank += wanted.length - index;
    // Behind a foreign network the other labels still count.
    if (index > 0 || key !== 'topology.istio.io/network') break;
  }
  return rank;
}

function split(group: LocalityGroup, rankOf: (member: ServiceEndpoint) => number): LocalityGroup[] {
  const parts = new Map<number, { members: ServiceEndpoint[]; lbEndpoints: LocalityGroup['lbEndpoints'] }>();
  for (const [index, member] of group.members.entries()) {
    const lbEndpoint = group.lbEndpoints[index];
    if (lbEndpoint === undefined) continue;
    const rank = rankOf(member);
    let part = parts.get(rank);
    if (part === undefined) {
      part = { members: [], lbEndpoints: [] };
      parts.set(rank, part);
    }
    part.members.push(member);
    part.lbEndpoints.push(lbEndpoint);
  }
  return [...parts]
    .sort(([a], [b]) => a - b)
    .map(([priority, part]) => ({ ...group, ...part, priority, weight: totalWeight(part.lbEndpoints) }));
}
