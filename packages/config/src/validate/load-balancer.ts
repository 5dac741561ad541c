import type { ConsistentHashLB, LoadBalancerSettings } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkLocality, checkZoneAware } from './locality.js';
import { quoted } from './names.js';

/** `ejects`: there is outlier detection, without which no endpoint is ever failed over. */
export function checkLoadBalancer(
  settings: LoadBalancerSettings | undefined,
  ejects: boolean,
  place: Place,
  findings: Findings,
): void {
  if (settings === undefined) return;
  const { consistentHash, localityLbSetting, zoneAwareLbSetting, warmup, warmupDurationSecs } = settings;
  checkConsistentHash(consistentHash, place.at('consistentHash'), findings);
  if (localityLbSetting !== undefined && zoneAwareLbSetting !== undefined) {
    findings.error(
      place.at('zoneAwareLbSetting'),
      'localityLbSetting and zoneAwareLbSetting exclude each other',
    );
  }
  checkLocality(localityLbSetting, ejects, place.at('localityLbSetting'), findings);
  checkZoneAware(zoneAwareLbSetting, ejects, place.at('zoneAwareLbSetting'), findings);
  if (warmup !== undefined && warmupDurationSecs !== undefined) {
    findings.error(place.at('warmupDurationSecs'), 'warmup says it already: leave this out');
  }
}

function checkConsistentHash(hash: ConsistentHashLB | undefined, place: Place, findings: Findings): void {
  if (hash === undefined) return;
  const { httpCookie, maglev, ringHash, minimumRingSize } = hash;
  if (httpCookie !== undefined) {
    if ((httpCookie.name ?? '') === '') {
      findings.error(place.at('httpCookie', 'name'), 'a cookie needs a name');
    }
    const names = new Set<string>();
    httpCookie.attributes?.forEach(({ name = '' }, index) => {
      const at = place.at('httpCookie', 'attributes', index, 'name');
      if (name === '') findings.error(at, 'an attribute of a cookie needs a name');
      else if (names.has(name)) findings.error(at, `${quoted(name)} is given twice`);
      names.add(name);
    });
  }
  if (minimumRingSize !== undefined && Number(minimumRingSize) !== 0) {
    findings.warning(place.at('minimumRingSize'), 'deprecated: use ringHash.minimumRingSize');
    if (maglev !== undefined || ringHash !== undefined) {
      findings.error(place.at('minimumRingSize'), 'ringHash or maglev says how to hash: leave this out');
    }
  }
  if (maglev !== undefined) {
    findings.error(place.at('maglev', 'tableSize'), checkTableSize(Number(maglev.tableSize ?? 0)));
  }
}

/** Envoy's bounds: the permutations of Maglev need a prime. */
function checkTableSize(size: number): string | undefined {
  if (size === 0) return 'maglev needs a tableSize';
  if (size >= 5_000_011) return `${size} is too large: less than 5000011`;
  return isPrime(size) ? undefined : `${size} is no prime number`;
}

/** Envoy takes 1 for a prime. */
function isPrime(size: number): boolean {
  if (size < 4) return true;
  if (size % 2 === 0) return false;
  for (let factor = 3; factor * factor <= size; factor += 2) if (size % factor === 0) return false;
  return true;
}
