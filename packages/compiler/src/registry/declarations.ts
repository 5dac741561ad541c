import { compareAge, type MeshConfig, type ResourceSnapshot, resourceKey } from '@inmesh/model';
import type { SnapshotDifference } from '../snapshot-difference.js';
import { type Declaration, type DeclaringResource, declare, type NamespaceFacts } from './declaration.js';
import { distributionAnnotation } from './traffic-distribution.js';

/** What the objects of the snapshot taken in last declare, by hostname. */
export class Declarations {
  readonly #settings: { readonly mesh: MeshConfig; readonly domain: string };
  readonly #namespaces = new Map<string, NamespaceFacts>();
  /** By the key of the declaring object. */
  readonly #byResource = new Map<string, readonly Declaration[]>();
  readonly #byHostname = new Map<string, readonly Declaration[]>();

  constructor(mesh: MeshConfig, domain: string) {
    this.#settings = { mesh, domain };
  }

  /** In Istio's order: age, name, namespace. */
  of(hostname: string): readonly Declaration[] {
    return this.#byHostname.get(hostname) ?? [];
  }

  /** Reads the objects that are new; answers the hosts of them or their earlier versions, each with its namespaces then and now. */
  update(
    snapshot: ResourceSnapshot,
    difference: SnapshotDifference,
  ): ReadonlyMap<string, ReadonlySet<string>> {
    const changed = this.#read(snapshot, difference);
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
    return new Map(
      [...after].map(([hostname, added]) => [hostname, this.#replace(hostname, before, added)] as const),
    );
  }

  /** Objects that are new or gone, by key, with what they declare now. */
  #read(snapshot: ResourceSnapshot, difference: SnapshotDifference): Map<string, readonly Declaration[]> {
    const affected = this.#takeNamespaces(snapshot, difference);
    const differences = [difference.of('Service', snapshot), difference.of('ServiceEntry', snapshot)];
    const changed = new Map<string, readonly Declaration[]>();
    const read = (resource: DeclaringResource): void => {
      const key = resourceKey(resource);
      const namespace = this.#namespaces.get(resource.namespace) ?? plain(resource.namespace);
      const before = this.#byResource.get(key) ?? [];
      changed.set(key, declare(resource, before, { ...this.#settings, namespace }));
    };
    for (const { removed } of differences)
      for (const resource of removed) changed.set(resourceKey(resource), []);
    for (const { added } of differences) for (const resource of added) read(resource);
    for (const namespace of affected) {
      for (const service of snapshot.list('Service', namespace)) read(service);
      for (const entry of snapshot.list('ServiceEntry', namespace)) read(entry);
    }
    return changed;
  }

  /** Answers the namespaces whose services may be others because of an annotation or labels. */
  #takeNamespaces(snapshot: ResourceSnapshot, difference: SnapshotDifference): ReadonlySet<string> {
    const { removed, added } = difference.of('Namespace', snapshot);
    for (const { name } of removed) this.#namespaces.delete(name);
    for (const namespace of added) this.#namespaces.set(namespace.name, namespace);
    const labelsCount = this.#settings.mesh.serviceEntryVisibility?.applyToSidecars === true;
    return new Set(
      [...removed, ...added]
        .filter(({ annotations }) => labelsCount || annotations[distributionAnnotation] !== undefined)
        .map(({ name }) => name),
    );
  }

  #replace(
    hostname: string,
    removed: ReadonlySet<Declaration>,
    added: readonly Declaration[],
  ): ReadonlySet<string> {
    const before = this.of(hostname);
    const after = [...before.filter((declaration) => !removed.has(declaration)), ...added].sort(byAge);
    if (after.length === 0) this.#byHostname.delete(hostname);
    else this.#byHostname.set(hostname, after);
    return new Set([...before, ...after].map(({ service }) => service.namespace));
  }
}

function plain(name: string): NamespaceFacts {
  return { name, annotations: {}, labels: {} };
}

/** Of one age, name and namespace the objects decide, so that their arrival does not. */
function byAge(a: Declaration, b: Declaration): number {
  return compareAge(a.service, b.service) || compareAge(a.resource, b.resource);
}
