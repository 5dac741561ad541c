import { type Difference, PersistentMap, type Steps, turnsPerStep } from '@inmesh/model';
import type { ResolvedVirtualService } from './scope.js';

/** Which hosts rules send to, and to which of their ports; 0 stands for a port that is not named. */
export class Destinations {
  readonly #namespace: string;
  readonly #byHost: PersistentMap<ReadonlyMap<ResolvedVirtualService, ReadonlySet<number>>>;

  constructor(
    namespace: string,
    byHost: PersistentMap<ReadonlyMap<ResolvedVirtualService, ReadonlySet<number>>> = new PersistentMap(),
  ) {
    this.#namespace = namespace;
    this.#byHost = byHost;
  }

  /** The ports that any rule asks for; `undefined` where none names the host. */
  portsOf(hostname: string): ReadonlySet<number> | undefined {
    const asked = this.#byHost.get(hostname);
    if (asked === undefined) return undefined;
    return new Set([...asked.values()].flatMap((ports) => [...ports]));
  }

  *following({ removed, added }: Difference<ResolvedVirtualService>): Steps<Destinations> {
    let turns = 0;
    const changes = new Map<string, Map<ResolvedVirtualService, ReadonlySet<number>>>();
    const at = (hostname: string): Map<ResolvedVirtualService, ReadonlySet<number>> => {
      let asked = changes.get(hostname);
      if (asked === undefined) {
        asked = new Map(this.#byHost.get(hostname));
        changes.set(hostname, asked);
      }
      return asked;
    };
    for (const rule of removed) {
      if (++turns % turnsPerStep === 0) yield;
      for (const hostname of destinationsOf(rule, this.#namespace).keys()) at(hostname).delete(rule);
    }
    for (const rule of added) {
      if (++turns % turnsPerStep === 0) yield;
      for (const [hostname, ports] of destinationsOf(rule, this.#namespace)) at(hostname).set(rule, ports);
    }
    if (changes.size === 0) return this;
    const byHost = yield* this.#byHost.following(
      [...changes].map(([hostname, asked]) => [hostname, asked.size === 0 ? undefined : asked] as const),
    );
    return new Destinations(this.#namespace, byHost);
  }

  *hostnames(): IterableIterator<string> {
    for (const [hostname] of this.#byHost) yield hostname;
  }
}

/** Each destination host of the routes that callers of this namespace may take, with the ports asked for. */
export function destinationsOf(
  { spec }: ResolvedVirtualService,
  namespace: string,
): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  const add = (destination: { host?: string; port?: { number?: number } } | undefined): void => {
    if (destination?.host === undefined) return;
    const ports = found.get(destination.host) ?? new Set();
    ports.add(destination.port?.number ?? 0);
    found.set(destination.host, ports);
  };
  for (const route of spec.http ?? []) {
    if (!isFor(route.match, namespace)) continue;
    for (const { destination } of route.route ?? []) add(destination);
    add(route.mirror);
    for (const { destination } of route.mirrors ?? []) add(destination);
  }
  for (const route of [...(spec.tcp ?? []), ...(spec.tls ?? [])]) {
    if (!isFor(route.match, namespace)) continue;
    for (const { destination } of route.route ?? []) add(destination);
  }
  return found;
}

/** Whether any condition admits callers of this namespace. */
function isFor(matches: readonly { sourceNamespace?: string }[] | undefined, namespace: string): boolean {
  return (
    matches === undefined ||
    matches.length === 0 ||
    matches.some((match) => !match?.sourceNamespace || match.sourceNamespace === namespace)
  );
}
