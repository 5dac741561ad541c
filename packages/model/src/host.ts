/**
 * Host names as Istio's rules use them: a name, or a wildcard whose first character is `*`. Suffixes are
 * compared as text (`*com` covers `foocom`) and case counts, as in Istio's `host.Name`.
 */
export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether the two overlap, whichever of them is the wider. Istio: `Name.Matches`. */
export function hostsOverlap(a: string, b: string): boolean {
  if (isWildcard(a)) {
    if (!isWildcard(b)) return b.endsWith(a.slice(1));
    return a.length < b.length ? b.endsWith(a.slice(1)) : a.endsWith(b.slice(1));
  }
  return isWildcard(b) ? a.endsWith(b.slice(1)) : a === b;
}

/** Whether every name that `a` covers is covered by `b` too. Istio: `Name.SubsetOf`. */
export function isHostSubset(a: string, b: string): boolean {
  if (isWildcard(a)) return isWildcard(b) && a.length >= b.length && a.endsWith(b.slice(1));
  return isWildcard(b) ? a.endsWith(b.slice(1)) : a === b;
}

/** Sorts the more specific host first: plain before wildcard, longer before shorter, then by the alphabet. */
export function compareSpecificity(a: string, b: string): number {
  if (isWildcard(a) !== isWildcard(b)) return isWildcard(a) ? 1 : -1;
  if (a.length !== b.length) return b.length - a.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The more specific host of each overlapping pair, in order and without repetition. Istio: `Names.Intersection`. */
export function intersectHosts(a: readonly string[], b: readonly string[]): string[] {
  const common = new Set<string>();
  for (const left of a) {
    for (const right of b) {
      if (isHostSubset(left, right)) common.add(left);
      else if (isHostSubset(right, left)) common.add(right);
    }
  }
  return [...common];
}

/**
 * Completes a short name with the namespace of the rule that uses it: `reviews` →
 * `reviews.app.svc.cluster.local`. Names with a dot, addresses, `*` and the empty name stay as they are.
 * Istio: `ResolveShortnameToFQDN`.
 */
export function resolveShortName(host: string, namespace: string, domain = 'cluster.local'): string {
  if (host === '' || host === '*' || host.includes('.') || host.includes(':')) return host;
  const qualified = namespace === '' ? host : `${host}.${namespace}`;
  return domain === '' ? qualified : `${qualified}.svc.${domain}`;
}
