import { compareAge, type MeshConfig, PersistentMap, type ResourceSnapshot, SortedList } from '@inmesh/model';
import { SnapshotDifference } from '../snapshot-difference.js';
import { Aliases } from './aliases.js';
import type { Declaration } from './declaration.js';
import { Declarations } from './declarations.js';
import { EndpointSources } from './endpoint-sources.js';
import type { Service, ServiceEndpoint } from './service.js';
import { mergedEndpoints } from './service-endpoints.js';

/** All services of one snapshot. Immutable, but for endpoints, which are always the present ones. */
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
  /** By hostname and namespace. */
  readonly #endpoints = new Map<string, Map<string, readonly ServiceEndpoint[]>>();
  #snapshot: ResourceSnapshot | undefined;
  #services: SortedList<Service> = SortedList.of<Service>([], compareAge);
  #named = new PersistentMap<readonly Service[]>();

  constructor(mesh: MeshConfig, domain: string) {
    this.#declarations = new Declarations(mesh, domain);
    this.#sources = new EndpointSources(domain);
  }

  /** The registry of the snapshot taken in last. */
  get registry(): Registry {
    const named = this.#named;
    return {
      services: this.#services,
      named: (hostname) => named.get(hostname) ?? [],
      endpoints: (hostname, namespace) => this.#endpointsOf(hostname, namespace),
    };
  }

  update(snapshot: ResourceSnapshot): RegistryChange {
    this.#snapshot = snapshot;
    const declared = this.#declarations.update(snapshot, this.#difference);
    for (const [hostname, namespaces] of declared) {
      const declarations = this.#declarations.of(hostname);
      for (const namespace of namespaces) this.#sources.note(hostname, namespace, declarations);
    }
    const endpoints = this.#sources.update(snapshot, this.#difference);
    for (const hostname of declared.keys()) endpoints.add(hostname);
    for (const hostname of endpoints) this.#endpoints.delete(hostname);
    return { services: this.#replaceServices(declared.keys()), endpoints };
  }

  /** Puts the services of these hosts in place, and of those for which they stand; answers where that changed anything. */
  #replaceServices(hostnames: Iterable<string>): ReadonlySet<string> {
    const touched = new Set(hostnames);
    let hasNewAlias = false;
    for (const hostname of touched) {
      if (this.#aliases.note(hostname, this.#baseServices(hostname))) hasNewAlias = true;
    }
    if (hasNewAlias) for (const target of this.#aliases.resolve()) touched.add(target);
    const changes = new Map<string, readonly Service[]>();
    for (const hostname of touched) {
      const after = this.#baseServices(hostname).map((service) => this.#aliases.applyTo(service));
      const before = this.#named.get(hostname) ?? [];
      if (before.length !== after.length || before.some((service, i) => service !== after[i])) {
        changes.set(hostname, after);
      }
    }
    if (changes.size === 0) return new Set();
    const removed = [...changes.keys()].flatMap((hostname) => this.#named.get(hostname) ?? []);
    this.#services = this.#services.with({ removed, added: [...changes.values()].flat() });
    this.#named = this.#named.with(
      [...changes].map(
        ([hostname, services]) => [hostname, services.length === 0 ? undefined : services] as const,
      ),
    );
    return new Set(changes.keys());
  }

  #baseServices(hostname: string): readonly Service[] {
    return this.#declarations.of(hostname).map(({ service }) => service);
  }

  #endpointsOf(hostname: string, namespace: string): readonly ServiceEndpoint[] {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return [];
    let ofHost = this.#endpoints.get(hostname);
    if (ofHost === undefined) {
      ofHost = new Map();
      this.#endpoints.set(hostname, ofHost);
    }
    let endpoints = ofHost.get(namespace);
    if (endpoints === undefined) {
      endpoints = mergedEndpoints(
        sourcesOf(this.#declarations.of(hostname), namespace),
        this.#sources.slicesOf(hostname),
        snapshot,
      );
      ofHost.set(namespace, endpoints);
    }
    return endpoints;
  }
}

/** Each object of the namespace once, however many addresses it gives a host; those of Kubernetes come last. */
function sourcesOf(declarations: readonly Declaration[], namespace: string): readonly Declaration[] {
  const byResource = new Map<unknown, Declaration>();
  for (const declaration of declarations) {
    if (declaration.service.namespace !== namespace || byResource.has(declaration.resource)) continue;
    byResource.set(declaration.resource, declaration);
  }
  const all = [...byResource.values()];
  return [
    ...all.filter(({ service }) => service.registry === 'External'),
    ...all.filter(({ service }) => service.registry === 'Kubernetes'),
  ];
}
