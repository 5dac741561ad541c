import { isWildcard } from '@inmesh/model';

/**
 * Things by host, of which the most specific is found without a look at all of them: exact hosts in a map,
 * wildcards in a map by suffix. Istio: `MostSpecificHostMatch`.
 */
export class HostIndex<T> {
  readonly #byHost = new Map<string, T>();
  /** Lengths of the wildcards, longest first: each is one look into the map. */
  #wildcardLengths: number[] = [];

  get size(): number {
    return this.#byHost.size;
  }

  get(host: string): T | undefined {
    return this.#byHost.get(host);
  }

  set(host: string, value: T): void {
    if (isWildcard(host) && !this.#wildcardLengths.includes(host.length)) {
      this.#wildcardLengths = [...this.#wildcardLengths, host.length].sort((a, b) => b - a);
    }
    this.#byHost.set(host, value);
  }

  /** The value of the same host, else of the longest wildcard that covers it. */
  mostSpecific(host: string): T | undefined {
    const exact = this.#byHost.get(host);
    if (exact !== undefined) return exact;
    // A wildcard is covered by one that is shorter; of a plain name even an empty rest may be matched.
    const name = isWildcard(host) ? host.slice(1) : host;
    for (const length of this.#wildcardLengths) {
      const suffixLength = length - 1;
      if (suffixLength > name.length) continue;
      const found = this.#byHost.get(`*${name.slice(name.length - suffixLength)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
