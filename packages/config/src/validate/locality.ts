import type { LocalityLoadBalancerSetting, ZoneAwareLoadBalancerSetting } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

const topologyLabels = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
]);

export function checkLocality(
  setting: LocalityLoadBalancerSetting | undefined,
  ejects: boolean,
  place: Place,
  findings: Findings,
): void {
  if (setting === undefined) return;
  const { distribute = [], failover = [], failoverPriority = [] } = setting;
  if (distribute.length > 0 && failover.length > 0) {
    findings.error(place, 'distribute and failover exclude each other');
    return;
  }
  const topology = failoverPriority.findIndex((label) => topologyLabels.has(label));
  if (failover.length > 0 && topology !== -1) {
    findings.error(
      place.at('failoverPriority', topology),
      'failover decides about regions and zones already',
    );
    return;
  }
  for (const [index, { to = {} }] of distribute.entries()) {
    checkShares(to, place.at('distribute', index, 'to'), findings);
  }
  checkOverlaps(
    distribute.map(({ from = '' }) => from),
    place.at('distribute'),
    findings,
  );
  checkFailover(setting, ejects, place, findings);
}

export function checkZoneAware(
  setting: ZoneAwareLoadBalancerSetting | undefined,
  ejects: boolean,
  place: Place,
  findings: Findings,
): void {
  if (setting === undefined) return;
  setting.failoverPriority?.forEach((label, index) => {
    if (!topologyLabels.has(label)) return;
    findings.error(
      place.at('failoverPriority', index),
      'zone awareness decides about regions and zones already',
    );
  });
  checkFailover(setting, ejects, place, findings);
}

type FailoverSetting = Pick<LocalityLoadBalancerSetting, 'failover' | 'failoverPriority'>;

function checkFailover(
  { failover = [], failoverPriority = [] }: FailoverSetting,
  ejects: boolean,
  place: Place,
  findings: Findings,
): void {
  if ((failover.length > 0 || failoverPriority.length > 0) && !ejects) {
    findings.warning(place, 'nothing fails over without outlierDetection, which finds out what failed');
  }
  failover.forEach(({ from = '', to = '' }, index) => {
    const at = place.at('failover', index);
    if (from === to) findings.error(at, 'a region cannot fail over to itself');
    if (`${from}${to}`.includes('/')) findings.error(at, 'failover is between regions: leave out zones');
    if (`${from}${to}`.includes('*')) findings.error(at, 'failover names regions: wildcards are not allowed');
  });
}

function checkShares(to: Record<string, number>, place: Place, findings: Findings): void {
  let total = 0;
  for (const [locality, weight] of Object.entries(to)) {
    if (weight < 1 || weight > 100) findings.error(place.at(locality), `${weight} is not between 1 and 100`);
    total += weight;
  }
  if (total !== 100) findings.error(place, `the weights add up to ${total}, not to 100`);
  checkOverlaps(Object.keys(to), place, findings);
}

/** Localities are `region/zone/subzone`, the last part a wildcard or all of it left out; none inside another. */
function checkOverlaps(localities: readonly string[], place: Place, findings: Findings): void {
  const seen: string[][] = [];
  for (const locality of localities) {
    const wildcard = locality.indexOf('*');
    if (wildcard !== -1 && wildcard !== locality.length - 1) {
      findings.error(place, `${quoted(locality)}: a wildcard stands at the end only`);
      return;
    }
    const parts = splitLocality(locality);
    if (parts.includes('')) {
      findings.error(place, `${quoted(locality)} has an empty region, zone or subzone`);
      return;
    }
    if (seen.some((earlier) => overlaps(earlier, parts))) {
      findings.error(place, `${quoted(locality)} overlaps with an earlier locality`);
      return;
    }
    seen.push(parts);
  }
}

/** Behind the second slash everything is the subzone. */
function splitLocality(locality: string): string[] {
  const [region = '', zone, ...subzone] = locality.split('/');
  if (zone === undefined) return [region];
  return subzone.length === 0 ? [region, zone] : [region, zone, subzone.join('/')];
}

/**
 * Whether the later locality lies inside the earlier one, or is the same. Istio looks backwards only: a
 * region behind one of its own zones overlaps, a zone behind another does not.
 */
function overlaps(earlier: readonly string[], later: readonly string[]): boolean {
  if (earlier[0] === '*') return true;
  if (earlier[0] !== later[0]) return false;
  if (later.length === 1 || earlier.length === 1 || earlier[1] === '*') return true;
  if (earlier[1] !== later[1]) return false;
  return later.length === 2 || earlier.length === 2 || earlier[2] === '*' || earlier[2] === later[2];
}
