import { compareAge, type MeshConfig, type ResourceSnapshot, resourceKey } from '@inmesh/model';
import { SnapshotDifference } from '../list-difference.js';
import { PersistentMap } from '../persistent-map.js';
import { replaceInSorted } from '../sorted-list.js';
import { Aliases } from './aliases.js';
import { type Declaration, type DeclaringResource, declare } from './declaration.js';
import { EndpointSources } from './endpoint-sources.js';
import type { Service, ServiceEndpoint } from './service.js';
import { mergedEndpoints } from './service-endpoints.js';
import { type Annotations, distributionAnnotation } from './traffic-distribution.js';

/** All services of one snapshot. Immutable, but for endpoints, which are always the present ones. */
export interface Registry {
  /** In Istio's order: age, name, namespace. */
  readonly services: readonly Service[];
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
  readonly #settings: { readonly mesh: MeshConfig; readonly domain: string };
  readonly #difference = new SnapshotDifference();
  readonly #aliases = new Aliases();
  readonly #sources: EndpointSources;
  /** By namespace. */
  readonly #annotations = new Map<string, Annotations>();
  /** By the key of the declaring object. */
  readonly #byResource = new Map<string, readonly Declaration[]>();
  /** By hostname, in Istio's order. */
  readonly #byHostname = new Map<string, readonly Declaration[]>();
  readonly #endpoints = new Map<string, readonly ServiceEndpoint[]>();
  #snapshot: ResourceSnapshot | undefined;
  #services: readonly Service[] = [];
  #named = new PersistentMap<readonly Service[]>();

  constructor(mesh: MeshConfig, domain: string) {
    this.#settings = { mesh, domain };
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
    const declared = this.#declare(snapshot);
    const endpoints = this.#sources.update(snapshot, this.#difference);
    for (const hostname of declared) endpoints.add(hostname);
    for (const hostname of endpoints) {
      for (const { service } of this.#byHostname.get(hostname) ?? [])
        this.#endpoints.delete(endpointsKey(service));
    }
    return { services: this.#replaceServices(declared), endpoints };
  }

  /** Reads the objects that are new; answers the hosts that they or their earlier versions declare. */
  #declare(snapshot: ResourceSnapshot): ReadonlySet<string> {
    const affected = this.#takeNamespaces(snapshot);
    const differences = [
      this.#difference.of('Service', snapshot),
      this.#difference.of('ServiceEntry', snapshot),
    ];
    const changed = new Map<string, readonly Declaration[]>();
    for (const { removed } of differences)
      for (const resource of removed) changed.set(resourceKey(resource), []);
    for (const { added } of differences) {
      for (const resource of added) {
        changed.set(resourceKey(resource), this.#declared(resource));
      }
    }
    for (const namespace of affected) {
      for (const resource of [
        ...snapshot.list('Service', namespace),
        ...snapshot.list('ServiceEntry', namespace),
      ]) {
        changed.set(resourceKey(resource), this.#declared(resource));
      }
    }
    const before = new Set<Declaration>();
    const after = new Map<string, Declaration[]>();
    for (const [key, declarations] of changed) {
      for (const declaration of this.#byResource.get(key) ?? []) {
        before.add(declaration);
        after.set(declaration.service.hostname, []);
      }
      if (declarations.length === 0) this.#byResource.delete(key);
      else this.#byResource.set(key, declarations);
    }
    for (const declarations of changed.values()) {
      for (const declaration of declarations) {
        const known = after.get(declaration.service.hostname);
        if (known === undefined) after.set(declaration.service.hostname, [declaration]);
        else known.push(declaration);
      }
    }
    for (const [hostname, added] of after) this.#redeclare(hostname, before, added);
    return new Set(after.keys());
  }

  #declared(resource: DeclaringResource): readonly Declaration[] {
    const annotations = this.#annotations.get(resource.namespace) ?? {};
    const before = this.#byResource.get(resourceKey(resource)) ?? [];
    return declare(resource, before, { ...this.#settings, annotations });
  }

  /** Answers the namespaces whose services may be others because of an annotation. */
  #takeNamespaces(snapshot: ResourceSnapshot): ReadonlySet<string> {
    const { removed, added } = this.#difference.of('Namespace', snapshot);
    for (const { name } of removed) this.#annotations.delete(name);
    for (const { name, annotations } of added) this.#annotations.set(name, annotations);
    return new Set(
      [...removed, ...added]
        .filter(({ annotations }) => annotations[distributionAnnotation] !== undefined)
        .map(({ name }) => name),
    );
  }

  #redeclare(hostname: string, removed: ReadonlySet<Declaration>, added: readonly Declaration[]): void {
    const before = this.#byHostname.get(hostname) ?? [];
    const after = [...before.filter((declaration) => !removed.has(declaration)), ...added].sort(byAge);
    if (after.length === 0) this.#byHostname.delete(hostname);
    else this.#byHostname.set(hostname, after);
    for (const { service } of before) this.#endpoints.delete(endpointsKey(service));
    for (const namespace of new Set([...before, ...after].map(({ service }) => service.namespace))) {
      this.#sources.note(hostname, namespace, after);
    }
  }

  /** Puts the services of these hosts in place, and of those for which they stand; answers where that changed anything. */
  #replaceServices(hostnames: ReadonlySet<string>): ReadonlySet<string> {
    const touched = new Set(hostnames);
    let hasNewAlias = false;
    for (const hostname of hostnames) {
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
    const removed = new Set([...changes.keys()].flatMap((hostname) => this.#named.get(hostname) ?? []));
    this.#services = replaceInSorted(this.#services, removed, [...changes.values()].flat(), compareAge);
    this.#named = this.#named.with(
      [...changes].map(
        ([hostname, services]) => [hostname, services.length === 0 ? undefined : services] as const,
      ),
    );
    return new Set(changes.keys());
  }

  #baseServices(hostname: string): readonly Service[] {
    return (this.#byHostname.get(hostname) ?? []).map(({ service }) => service);
  }

  #endpointsOf(hostname: string, namespace: string): readonly ServiceEndpoint[] {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return [];
    const key = endpointsKey({ hostname, namespace });
    let endpoints = this.#endpoints.get(key);
    if (endpoints === undefined) {
      endpoints = mergedEndpoints(
        sourcesOf(this.#byHostname.get(hostname) ?? [], namespace),
        this.#sources.slicesOf(hostname),
        snapshot,
      );
      this.#endpoints.set(key, endpoints);
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

/** Of one age, name and namespace the objects decide, so that their arrival does not. */
function byAge(a: Declaration, b: Declaration): number {
  return compareAge(a.service, b.service) || compareAge(a.resource, b.resource);
}

function endpointsKey({ hostname, namespace }: Pick<Service, 'hostname' | 'namespace'>): string {
  return `${namespace}/${hostname}`;
}
