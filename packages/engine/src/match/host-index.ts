import type { RouteConfigurationIndex } from '../resource-view.js';

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

export function createHostIndex(domains: ReadonlyMap<string, string>, ignorePort: boolean): HostIndex {
  const fallback = domains.get('*');
  if (domains.size === 0) return { find: () => undefined };
  // As Envoy: with nothing but `*` the host is not even looked at.
  if (domains.size === 1 && fallback !== undefined) return { find: () => fallback };
  const suffixes = new WildcardTable();
  const prefixes = new WildcardTable();
  for (const [domain, virtualHost] of domains) {
    if (domain === '*') continue;
    if (domain.startsWith('*')) suffixes.add(domain.slice(1), virtualHost);
    else if (domain.endsWith('*')) prefixes.add(domain.slice(0, -1), virtualHost);
  }
  const search = (authority: string): string | undefined => {
    const host = (ignorePort ? withoutPort(authority) : authority).toLowerCase();
    return (
      (isWildcardDomain(host) ? undefined : domains.get(host)) ??
      suffixes.find(host, (length) => host.slice(host.length - length)) ??
      prefixes.find(host, (length) => host.slice(0, length)) ??
      fallback
    );
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

/** Wildcards by the length of their text: one lookup per length that occurs, the longest first. */
class WildcardTable {
  readonly #virtualHosts = new Map<string, string>();
  #lengths: number[] = [];

  add(text: string, virtualHost: string): void {
    this.#virtualHosts.set(text, virtualHost);
    if (!this.#lengths.includes(text.length)) {
      this.#lengths = [...this.#lengths, text.length].sort((a, b) => b - a);
    }
  }

  find(host: string, part: (length: number) => string): string | undefined {
    for (const length of this.#lengths) {
      if (length >= host.length) continue;
      const virtualHost = this.#virtualHosts.get(part(length));
      if (virtualHost !== undefined) return virtualHost;
    }
    return undefined;
  }
}
