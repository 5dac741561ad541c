import type { Findings, Place } from './findings.js';
import { checkWholeWildcard, checkWildcardHost, isLabel, quoted } from './names.js';

/** The hosts that a Sidecar imports, `namespace/host`; a namespace that begins with `~` excludes them. */
export function checkEgressHosts(
  hosts: readonly string[],
  namespace: string,
  place: Place,
  findings: Findings,
): void {
  if (hosts.length === 0) findings.error(place, 'a listener needs at least one host, such as "*/*"');
  const seen = new Map<string, Set<string>>();
  hosts.forEach((written, index) => {
    const at = place.at(index);
    const slash = written.indexOf('/');
    if (slash === -1) {
      findings.error(at, `${quoted(written)} names no namespace: write ./${written} or */${written}`);
      return;
    }
    const owner = written.slice(0, slash);
    const host = written.slice(slash + 1);
    checkNamespace(owner, at, findings);
    checkHost(host, at, findings);
    const key = owner === '.' ? namespace : owner;
    const known = seen.get(key) ?? new Set();
    if (known.has(host) || known.has('*') || (host === '*' && known.size > 0)) {
      findings.warning(at, `${quoted(written)} is covered by an entry above, or covers one`);
    }
    seen.set(key, known.add(host));
  });
  if (seen.size > 1 && seen.get('*')?.has('*'))
    findings.warning(place, '*/* imports everything: the others add nothing');
}

function checkNamespace(owner: string, place: Place, findings: Findings): void {
  const named = owner.startsWith('~') ? owner.slice(1) : owner;
  if (owner === '~' || owner === '*' || named === '.' || isLabel(named)) return;
  findings.error(place, `${quoted(owner)} is no namespace: a name, ., * or ~`);
}

function checkHost(host: string, place: Place, findings: Findings): void {
  if (host !== '*' && !host.includes('.'))
    findings.error(place, `${quoted(host)} is a short name: write it in full`);
  findings.error(place, checkWildcardHost(host));
  findings.error(place, checkWholeWildcard(host));
}
