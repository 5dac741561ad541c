import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

const label = '[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?';
const prefixPattern = new RegExp(`^${label}(?:\\.${label})*$`);
/** A name or a value: letters, digits and, inside, `-`, `_` and `.`. */
const wordPattern = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Labels in Kubernetes' syntax: `[domain/]name` and a value of at most 63 characters. */
export function checkLabels(
  labels: Record<string, string> | undefined,
  place: Place,
  findings: Findings,
): void {
  for (const key in labels) {
    const value = labels[key] ?? '';
    if (!isLabelKey(key)) {
      const reason = `${quoted(key)} is no label: [domain/]name with letters, digits, -, _ and ., the name at most 63`;
      findings.error(place.at(key), reason);
    }
    if (value !== '' && !wordPattern.test(value)) {
      const reason = `${quoted(value)} is no label value: letters, digits, -, _ and ., at most 63`;
      findings.error(place.at(key), reason);
    }
  }
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash === -1) return wordPattern.test(key);
  return slash <= 253 && prefixPattern.test(key.slice(0, slash)) && wordPattern.test(key.slice(slash + 1));
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
