import type { RouteConfiguration, VirtualHost } from '@inmesh/model';
import type { RouteConfigurationIndex } from '../route/route-configurations.js';
import type { RouteConfigurationPatches } from './patch-route-configuration.js';

/** A whole route configuration patched at once, as inbound ones are, which stand inside their listener. */
export function patchRouteConfiguration(
  patches: RouteConfigurationPatches,
  { virtualHosts = [], ...options }: RouteConfiguration,
): RouteConfiguration {
  const generated = patches.replacesVirtualHosts ? [] : virtualHosts;
  const removed = new Set<string>();
  const patched = [...generated, ...patches.mergedVirtualHosts].flatMap((host) => {
    const after = patches.virtualHost(host);
    if (after === undefined) removed.add(host.name);
    return after ?? [];
  });
  const kept = [...patched, ...patches.addedVirtualHosts].filter(({ name }) => !removed.has(name));
  return { ...patches.options(options), ...(kept.length > 0 && { virtualHosts: kept }) };
}

/**
 * The same for a route configuration whose virtual hosts are compiled on first use. What patches do to names and
 * domains is worked out at once, on virtual hosts without routes; the rest waits as before.
 */
export function patchRouteIndex(
  patches: RouteConfigurationPatches,
  index: RouteConfigurationIndex,
): RouteConfigurationIndex {
  return new PatchedIndex(patches, index);
}

/** What an index was before it was patched: that is what knows the virtual hosts that can be used again. */
export function unpatchedIndex(index: RouteConfigurationIndex): RouteConfigurationIndex {
  return index instanceof PatchedIndex ? index.unpatched : index;
}

class PatchedIndex implements RouteConfigurationIndex {
  readonly unpatched: RouteConfigurationIndex;
  readonly options: RouteConfigurationIndex['options'];
  readonly domains: ReadonlyMap<string, string>;
  readonly #patches: RouteConfigurationPatches;
  /** How to come by a virtual host, by the name that it has in the end; absent where all keep their names. */
  readonly #hosts: ReadonlyMap<string, HostSource> | undefined;

  constructor(patches: RouteConfigurationPatches, index: RouteConfigurationIndex) {
    this.#patches = patches;
    this.unpatched = index;
    this.options = patches.options(index.options);
    this.#hosts = patches.touchHosts ? hostsOf(patches, index) : undefined;
    this.domains = this.#hosts === undefined ? index.domains : domainsOf(this.#hosts);
  }

  get name(): string {
    return this.unpatched.name;
  }

  virtualHost(name: string): VirtualHost | undefined {
    if (this.#hosts === undefined) return this.#patched(this.unpatched.virtualHost(name));
    const host = this.#hosts.get(name);
    return host?.isAdded ? host.head : this.#patched(host?.compile());
  }

  #patched(virtualHost: VirtualHost | undefined): VirtualHost | undefined {
    return virtualHost && this.#patches.virtualHost(virtualHost);
  }
}

interface HostSource {
  /** Without routes, unless it was added. */
  readonly head: VirtualHost;
  readonly isAdded: boolean;
  /** The virtual host before it is patched. */
  readonly compile: () => VirtualHost | undefined;
}

/** All virtual hosts by the name that they have in the end. A removed name stays removed; of equals the first counts. */
function hostsOf(
  patches: RouteConfigurationPatches,
  index: RouteConfigurationIndex,
): ReadonlyMap<string, HostSource> {
  const generated = patches.replacesVirtualHosts ? [] : headsOf(index);
  const before = [
    ...generated.map((head) => ({ head, compile: () => index.virtualHost(head.name) })),
    ...patches.mergedVirtualHosts.map((head) => ({ head, compile: () => head })),
  ];
  const removed = new Set<string>();
  const after = before.flatMap(({ head, compile }): HostSource[] => {
    const patched = patches.head(head);
    if (patched === undefined) removed.add(head.name);
    return patched === undefined ? [] : [{ head: patched, isAdded: false, compile }];
  });
  const added = patches.addedVirtualHosts.map((head) => ({ head, isAdded: true, compile: () => head }));
  const hosts = new Map<string, HostSource>();
  for (const host of [...after, ...added]) {
    const { name } = host.head;
    if (!removed.has(name) && !hosts.has(name)) hosts.set(name, host);
  }
  return hosts;
}

function domainsOf(hosts: ReadonlyMap<string, HostSource>): ReadonlyMap<string, string> {
  const domains = new Map<string, string>();
  for (const [name, { head }] of hosts) {
    for (const domain of head.domains ?? []) {
      const key = domain.toLowerCase();
      if (!domains.has(key)) domains.set(key, name);
    }
  }
  return domains;
}

/** Each virtual host without its routes, in order. */
function headsOf({ domains }: RouteConfigurationIndex): readonly VirtualHost[] {
  const heads = new Map<string, string[]>();
  for (const [domain, name] of domains) {
    const known = heads.get(name);
    if (known === undefined) heads.set(name, [domain]);
    else known.push(domain);
  }
  return [...heads].map(([name, domains]) => ({ name, domains }));
}
