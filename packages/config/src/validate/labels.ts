import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

const keyPattern =
  /^(?:(?<prefix>[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*)\/)?(?<name>(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/;
const valuePattern = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Labels in Kubernetes' syntax: `[domain/]name` and a value of at most 63 characters. */
export function checkLabels(
  labels: Record<string, string> | undefined,
  place: Place,
  findings: Findings,
): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const at = place.at(key);
    findings.error(at, checkKey(key));
    if (value.length > 63 || !valuePattern.test(value)) {
      findings.error(at, `${quoted(value)} is no label value: letters, digits, -, _ and ., at most 63`);
    }
  }
}

function checkKey(key: string): string | undefined {
  const { prefix = '', name = '' } = (key.length <= 400 ? keyPattern.exec(key)?.groups : undefined) ?? {};
  if (name === '' || name.length > 63 || prefix.length > 253) {
    return `${quoted(key)} is no label: [domain/]name with letters, digits, -, _ and ., the name at most 63`;
  }
  return undefined;
}

/** Labels that select workloads: no empty name, no wildcard. */
export function checkSelector(
  labels: Record<string, string> | undefined,
  place: Place,
  findings: Findings,
): void {
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0) {
    findings.warning(place, 'a selector without labels selects every workload of the namespace');
  }
  for (const [key, value] of entries) {
    if (key === '') findings.error(place.at(key), 'a selector cannot ask for a label without a name');
    if (key.includes('*') || value.includes('*')) {
      findings.error(place.at(key), 'a selector compares whole labels: wildcards are not allowed');
    }
  }
}
