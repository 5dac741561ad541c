import type { DomainTable, RouteConfigurationIndex, WildcardLengths } from '../resource-view.js';

/**
 * Which virtual host takes an authority: the exact domain, else the longest suffix (`*.shop.test`), else the
 * longest prefix (`shop.*`), else `*`. Letters compare in any case; a wildcard stands for one character at least.
 */
export interface HostIndex {
  /** The name of the virtual host. */
  find(authority: string): string | undefined;
}

const indexes = new WeakMap<RouteConfigurationIndex, HostIndex>();

export function hostIndex(routes: RouteConfigurationIndex): HostIndex {
  let index = indexes.get(routes);
  if (index === undefined) {
    index = createHostIndex(routes.domains, routes.options.ignorePortInHostMatching ?? false);
    indexes.set(routes, index);
  }
  return index;
}

export function createHostIndex(domains: DomainTable, ignorePort: boolean): HostIndex {
  const fallback = domains.get('*');
  if (domains.size === 0) return { find: () => undefined };
  // As Envoy: with nothing but `*` the host is not even looked at.
  if (domains.size === 1 && fallback !== undefined) return { find: () => fallback };
  const { suffixes, prefixes } = domains.wildcardLengths ?? readWildcardLengths(domains);
  const search = (authority: string): string | undefined => {
    const host = (ignorePort ? withoutPort(authority) : authority).toLowerCase();
    const exact = isWildcardDomain(host) ? undefined : domains.get(host);
    if (exact !== undefined) return exact;
    for (const length of suffixes) {
      if (length > host.length) continue;
      const found = domains.get(`*${host.slice(host.length - length + 1)}`);
      if (found !== undefined) return found;
    }
    // What begins with a star is a suffix; no prefix fits a host that does.
    if (!host.startsWith('*')) {
      for (const length of prefixes) {
        if (length > host.length) continue;
        const found = domains.get(`${host.slice(0, length - 1)}*`);
        if (found !== undefined) return found;
      }
    }
    return fallback;
  };
  // Calls come in runs to the same host.
  let last = '';
  let found = search(last);
  return {
    find(authority) {
      if (authority === last) return found;
      last = authority;
      found = search(authority);
      return found;
    },
  };
}

/** A request may spell a domain of the rules that is a wildcard there; it is not its exact match. */
function isWildcardDomain(host: string): boolean {
  return host.startsWith('*') || host.endsWith('*');
}

/** Cut at the last colon outside the brackets of an IPv6 address. */
export function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(':');
  return colon === -1 || authority.indexOf(']', colon) !== -1 ? authority : authority.slice(0, colon);
}

function readWildcardLengths(domains: Iterable<readonly [domain: string, name: string]>): WildcardLengths {
  const suffixes = new Set<number>();
  const prefixes = new Set<number>();
  for (const [domain] of domains) {
    if (domain === '*') continue;
    if (domain.startsWith('*')) suffixes.add(domain.length);
    else if (domain.endsWith('*')) prefixes.add(domain.length);
  }
  return { suffixes: longestFirst(suffixes), prefixes: longestFirst(prefixes) };
}

function longestFirst(lengths: ReadonlySet<number>): number[] {
  return [...lengths].sort((a, b) => b - a);
}
