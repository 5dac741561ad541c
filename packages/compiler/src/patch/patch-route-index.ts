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
  /** By the name that the virtual host has in the end. */
  readonly #sources = new Map<string, () => VirtualHost | undefined>();

  constructor(patches: RouteConfigurationPatches, index: RouteConfigurationIndex) {
    this.unpatched = index;
    this.options = patches.options(index.options);
    const domains = new Map<string, string>();
    const removed = new Set<string>();
    const place = (head: VirtualHost, source: () => VirtualHost | undefined): void => {
      if (removed.has(head.name) || this.#sources.has(head.name)) return;
      this.#sources.set(head.name, source);
      for (const domain of head.domains ?? []) {
        const key = domain.toLowerCase();
        if (!domains.has(key)) domains.set(key, head.name);
      }
    };

    const heads = patches.replacesVirtualHosts ? [] : headsOf(index);
    const patched = [
      ...heads.map((head) => ({ head, compile: () => index.virtualHost(head.name) })),
      ...patches.mergedVirtualHosts.map((host) => ({ head: host, compile: () => host })),
    ].map(({ head, compile }) => ({ name: head.name, head: patches.virtualHost(head), compile }));
    for (const { name, head } of patched) if (head === undefined) removed.add(name);
    for (const { head, compile } of patched) {
      if (head !== undefined) place(head, () => patchCompiled(patches, compile()));
    }
    for (const host of patches.addedVirtualHosts) place(host, () => host);
    this.domains = domains;
  }

  get name(): string {
    return this.unpatched.name;
  }

  virtualHost(name: string): VirtualHost | undefined {
    return this.#sources.get(name)?.();
  }
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

function patchCompiled(
  patches: RouteConfigurationPatches,
  virtualHost: VirtualHost | undefined,
): VirtualHost | undefined {
  return virtualHost && patches.virtualHost(virtualHost);
}
