import { hostsOverlap, isHostSubset, isWildcard } from '@inmesh/model';

/** The `hosts` of one egress listener, read once: `namespace/name`, where `~` before the namespace excludes. */
export interface EgressHosts {
  /** `*` of every namespace, and no exclusion. */
  readonly includesEverything: boolean;
  includesService(hostname: string, namespace: string): boolean;
  /** Any one host decides for the whole rule. */
  includesVirtualService(hosts: readonly string[], namespace: string): boolean;
}

/** Patterns of one namespace. */
interface Patterns {
  readonly exact: ReadonlySet<string>;
  readonly wildcards: readonly string[];
}

/** `.` stands for `clientNamespace`, also in a Sidecar of the root namespace. Malformed entries are passed over. */
export function parseEgressHosts(hosts: readonly string[], clientNamespace: string): EgressHosts {
  const included = new Map<string, string[]>();
  const excluded = new Map<string, string[]>();
  for (const entry of hosts) {
    const [written, name, ...rest] = entry.split('/');
    if (written === undefined || name === undefined || rest.length > 0) continue;
    const isExclusion = written.startsWith('~');
    const namespace = isExclusion ? written.slice(1) || '*' : written;
    const patterns = isExclusion ? excluded : included;
    const key = namespace === '.' ? clientNamespace : namespace;
    const known = patterns.get(key);
    if (known === undefined) patterns.set(key, [name]);
    else known.push(name);
  }
  return new ParsedHosts(compile(included), compile(excluded));
}

function compile(lists: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, Patterns> {
  const compiled = new Map<string, Patterns>();
  for (const [namespace, names] of lists) {
    compiled.set(namespace, { exact: new Set(names), wildcards: names.filter(isWildcard) });
  }
  return compiled;
}

class ParsedHosts implements EgressHosts {
  readonly includesEverything: boolean;
  readonly #included: ReadonlyMap<string, Patterns>;
  readonly #excluded: ReadonlyMap<string, Patterns>;

  constructor(included: ReadonlyMap<string, Patterns>, excluded: ReadonlyMap<string, Patterns>) {
    this.includesEverything = excluded.size === 0 && (included.get('*')?.wildcards.includes('*') ?? false);
    this.#included = included;
    this.#excluded = excluded;
  }

  includesService(hostname: string, namespace: string): boolean {
    if (this.includesEverything) return true;
    if (this.#isExcluded(hostname, namespace)) return false;
    return this.#patternsOf(this.#included, namespace).some((patterns) => covers(patterns, hostname));
  }

  includesVirtualService(hosts: readonly string[], namespace: string): boolean {
    const candidates = hosts.filter((host) => !this.#isExcluded(host, namespace));
    return this.#patternsOf(this.#included, namespace).some(({ exact, wildcards }) =>
      candidates.some(
        (host) =>
          exact.has(host) ||
          wildcards.some((pattern) => hostsOverlap(host, pattern)) ||
          (isWildcard(host) && [...exact].some((name) => hostsOverlap(host, name))),
      ),
    );
  }

  #isExcluded(hostname: string, namespace: string): boolean {
    if (this.#excluded.size === 0) return false;
    return this.#patternsOf(this.#excluded, namespace).some((patterns) => covers(patterns, hostname));
  }

  #patternsOf(lists: ReadonlyMap<string, Patterns>, namespace: string): Patterns[] {
    return [lists.get(namespace), lists.get('*')].filter((patterns) => patterns !== undefined);
  }
}

/** A wildcard service needs a pattern that is as broad as itself. */
function covers({ exact, wildcards }: Patterns, hostname: string): boolean {
  return exact.has(hostname) || wildcards.some((pattern) => isHostSubset(hostname, pattern));
}
