import type { Findings, Place } from './findings.js';
import { isLabel, quoted } from './names.js';

interface ExportToOptions {
  /** `~` (to nobody) makes sense for services only. @defaultValue `false` */
  readonly nobodyAllowed?: boolean;
  /** A rule for some workloads stays within its namespace. @defaultValue `false` */
  readonly ownNamespaceOnly?: boolean;
}

/** Namespaces to which a resource is visible: `.` its own, `*` all, or names. */
export function checkExportTo(
  exportTo: readonly string[] | undefined,
  namespace: string,
  place: Place,
  findings: Findings,
  { nobodyAllowed = false, ownNamespaceOnly = false }: ExportToOptions = {},
): void {
  if (exportTo === undefined || exportTo.length === 0) return;
  const seen = new Set<string>();
  exportTo.forEach((entry, index) => {
    const meant = entry === '.' ? namespace : entry;
    const at = place.at(index);
    if (seen.has(meant)) findings.error(at, `${quoted(entry)} repeats an earlier entry`);
    else if (entry === '~' && !nobodyAllowed) findings.error(at, '~ (nobody) is for services only');
    else if (entry !== '~' && entry !== '*' && !isLabel(meant)) {
      findings.error(at, `${quoted(entry)} is no namespace`);
    } else seen.add(meant);
  });
  if (seen.has('*') && exportTo.length > 1) {
    findings.error(place, '* means all namespaces: leave out the others');
  }
  if (seen.has('~') && exportTo.length > 1) findings.error(place, '~ means nobody: leave out the others');
  if (ownNamespaceOnly && seen.size > 0 && (seen.size > 1 || !seen.has(namespace))) {
    findings.error(place, 'a rule with a workloadSelector is visible in its own namespace only');
  }
}
