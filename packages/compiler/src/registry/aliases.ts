import type { Service } from './service.js';

/** Which ExternalName services stand for which host. An alias of an alias stands for the last one, a circle for none. */
export class Aliases {
  /** By the alias. */
  readonly #targets = new Map<string, string>();
  #names: ReadonlyMap<string, readonly string[]> = new Map();
  #copies = new WeakMap<Service, Service>();

  /** Notes what a host is now; answers whether that changes what stands for others. */
  note(hostname: string, services: readonly Service[]): boolean {
    const target = services.find(({ externalName }) => externalName !== undefined)?.externalName;
    if (target === this.#targets.get(hostname)) return false;
    if (target === undefined) this.#targets.delete(hostname);
    else this.#targets.set(hostname, target);
    return true;
  }

  /** Works out anew what stands for what; answers the hosts for which that is different. */
  resolve(): readonly string[] {
    const names = new Map<string, string[]>();
    for (const alias of this.#targets.keys()) {
      const target = this.#follow(alias);
      if (target === undefined) continue;
      const known = names.get(target);
      if (known === undefined) names.set(target, [alias]);
      else known.push(alias);
    }
    for (const list of names.values()) list.sort();
    const before = this.#names;
    this.#names = names;
    this.#copies = new WeakMap();
    return [...new Set([...before.keys(), ...names.keys()])].filter(
      (target) => before.get(target)?.join() !== names.get(target)?.join(),
    );
  }

  /** The service with the names that stand for it; the same object for the same service. */
  applyTo(service: Service): Service {
    if (service.externalName !== undefined) return service;
    const aliases = this.#names.get(service.hostname);
    if (aliases === undefined) return service;
    let copy = this.#copies.get(service);
    if (copy === undefined) {
      copy = { ...service, aliases };
      this.#copies.set(service, copy);
    }
    return copy;
  }

  #follow(alias: string): string | undefined {
    const seen = new Set<string>();
    let hostname = alias;
    for (let next = this.#targets.get(hostname); next !== undefined; next = this.#targets.get(hostname)) {
      if (seen.has(hostname)) return undefined;
      seen.add(hostname);
      hostname = next;
    }
    return hostname;
  }
}
