import type { Locality, LocalityLbEndpoints } from '@inmesh/model';
import type { ServiceEndpoint } from '../registry/service.js';

/** Endpoints of one locality, with the facts that their messages no longer hold. */
export interface LocalityGroup {
  readonly locality: Locality;
  readonly members: readonly ServiceEndpoint[];
  readonly lbEndpoints: NonNullable<LocalityLbEndpoints['lbEndpoints']>;
  readonly weight: number;
  /** 0 is the most wanted. */
  readonly priority: number;
}

/** `region/zone/subzone`; what follows is passed over. */
export function parseLocality(text: string): Locality {
  const [region, zone, subZone] = text.split('/');
  return { ...(region && { region }), ...(zone && { zone }), ...(subZone && { subZone }) };
}

/** Whether a locality is meant by a rule: `*`, and a missing zone or subzone, mean any. */
export function matchesLocality({ region = '', zone = '', subZone = '' }: Locality, rule: string): boolean {
  const [ruleRegion = '', ruleZone = '', ruleSubZone = ''] = rule.split('/');
  return (
    (ruleRegion === '*' || ruleRegion === region) &&
    (ruleZone === '*' || ruleZone === '' || ruleZone === zone) &&
    (ruleSubZone === '*' || ruleSubZone === '' || ruleSubZone === subZone)
  );
}

/** Priorities without gaps: 0, 2, 5 become 0, 1, 2. Envoy knows no others. */
export function withoutGaps(groups: readonly LocalityGroup[]): LocalityGroup[] {
  const order = [...new Set(groups.map(({ priority }) => priority))].sort((a, b) => a - b);
  return groups.map((group) => ({ ...group, priority: order.indexOf(group.priority) }));
}

/** The sum, which may not exceed what Envoy can hold. */
export function totalWeight(lbEndpoints: LocalityGroup['lbEndpoints']): number {
  const sum = lbEndpoints.reduce((total, { loadBalancingWeight = 1 }) => total + loadBalancingWeight, 0);
  return Math.min(sum, 4_294_967_295);
}
