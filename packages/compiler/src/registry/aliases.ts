import type { Service } from './service.js';

/**
 * Tells services which ExternalName services stand for them. An alias of an alias stands for the last one;
 * aliases in a circle stand for nothing.
 */
export function withAliases(services: readonly Service[]): readonly Service[] {
  const targets = new Map<string, string>();
  for (const { hostname, externalName } of services) {
    if (externalName !== undefined) targets.set(hostname, externalName);
  }
  if (targets.size === 0) return services;
  const aliases = new Map<string, string[]>();
  for (const hostname of targets.keys()) {
    const target = followAlias(hostname, targets);
    if (target === undefined) continue;
    const known = aliases.get(target);
    if (known === undefined) aliases.set(target, [hostname]);
    else known.push(hostname);
  }
  return services.map((service) => {
    const names = service.externalName === undefined ? aliases.get(service.hostname) : undefined;
    return names === undefined ? service : { ...service, aliases: names.sort() };
  });
}

function followAlias(start: string, targets: ReadonlyMap<string, string>): string | undefined {
  const seen = new Set<string>();
  let hostname = start;
  for (let next = targets.get(hostname); next !== undefined; next = targets.get(hostname)) {
    if (seen.has(hostname)) return undefined;
    seen.add(hostname);
    hostname = next;
  }
  return hostname;
}
