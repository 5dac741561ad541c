import {
  compareAge,
  type MeshConfig,
  PersistentMap,
  type ResourceSnapshot,
  SortedList,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import { SnapshotDifference } from '../snapshot-difference.js';
import { Aliases } from './aliases.js';
import { Declarations } from './declarations.js';
import { EndpointSources } from './endpoint-sources.js';
import { PresentEndpoints } from './present-endpoints.js';
import type { Service, ServiceEndpoint } from './service.js';

/** All services of one snapshot, and their endpoints. Immutable. */
export interface Registry {
  /** In Istio's order: age, name, namespace. */
  readonly services: SortedList<Service>;
  /** All that bear this name, in that order: of several namespaces, and several of one. */
  named(hostname: string): readonly Service[];
  /** Those of every object that declares this host in this namespace; put together when somebody asks. */
  endpoints(hostname: string, namespace: string): readonly ServiceEndpoint[];
}

/** Hostnames of which something is different. */
export interface RegistryChange {
  readonly services: ReadonlySet<string>;
  /** Those whose endpoints may be others, whether or not their services are. */
  readonly endpoints: ReadonlySet<string>;
}

/** Follows the snapshots: each costs what changed since the one before. */
export class RegistryBuilder {
  readonly #difference = new SnapshotDifference();
  readonly #declarations: Declarations;
  readonly #aliases = new Aliases();
  readonly #sources: EndpointSources;
  #endpoints: PresentEndpoints | undefined;
  #services: SortedList<Service> = SortedList.of<Service>([], compareAge);
  #named = new PersistentMap<readonly Service[]>();

  constructor(mesh: MeshConfig, domain: string) {
    this.#declarations = new Declarations(mesh, domain);
    this.#sources = new EndpointSources(domain);
  }

  /** The registry of the snapshot taken in last. */
  get registry(): Registry {
    const [named, endpoints] = [this.#named, this.#endpoints];
    return {
      services: this.#services,
      named: (hostname) => named.get(hostname) ?? [],
      endpoints: (hostname, namespace) => endpoints?.of(hostname, namespace) ?? [],
    };
  }

  *following(snapshot: ResourceSnapshot): Steps<RegistryChange> {
    let turns = 0;
    const declared = yield* this.#declarations.following(snapshot, this.#difference);
    const declarations = this.#declarations.byHostname;
    for (const [hostname, namespaces] of declared) {
      if (++turns % turnsPerStep === 0) yield;
      for (const namespace of namespaces)
        this.#sources.note(hostname, namespace, declarations.get(hostname) ?? []);
    }
    const changed = yield* this.#sources.following(snapshot, this.#difference);
    for (const hostname of declared.keys()) changed.add(hostname);
    const parts = { snapshot, declarations, slices: this.#sources.slices };
    this.#endpoints = this.#endpoints?.following(parts, changed) ?? new PresentEndpoints(parts);
    return { services: yield* this.#replaceServices(declared.keys()), endpoints: changed };
  }

  /** Puts the services of these hosts in place, and of those for which they stand; answers where that changed anything. */
  *#replaceServices(hostnames: Iterable<string>): Steps<ReadonlySet<string>> {
    let turns = 0;
    const touched = new Set(hostnames);
    let hasNewAlias = false;
    for (const hostname of touched) {
      if (++turns % turnsPerStep === 0) yield;
      if (this.#aliases.note(hostname, this.#baseServices(hostname))) hasNewAlias = true;
    }
    if (hasNewAlias) for (const target of this.#aliases.resolve()) touched.add(target);
    const changes = new Map<string, readonly Service[]>();
    const removed: Service[] = [];
    const added: Service[] = [];
    for (const hostname of touched) {
      if (++turns % turnsPerStep === 0) yield;
      const after = this.#baseServices(hostname).map((service) => this.#aliases.applyTo(service));
      const before = this.#named.get(hostname) ?? [];
      if (before.length === after.length && before.every((service, i) => service === after[i])) continue;
      changes.set(hostname, after);
      removed.push(...before);
      added.push(...after);
    }
    if (changes.size === 0) return new Set();
    this.#services = yield* this.#services.following({ removed, added });
    this.#named = yield* this.#named.following(
      [...changes].map(
        ([hostname, services]) => [hostname, services.length === 0 ? undefined : services] as const,
      ),
    );
    return new Set(changes.keys());
  }

  #baseServices(hostname: string): readonly Service[] {
    return (this.#declarations.byHostname.get(hostname) ?? []).map(({ service }) => service);
  }
}
