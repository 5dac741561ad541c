import {
  compareAge,
  finish,
  type MeshConfig,
  PersistentMap,
  type ResourceSnapshot,
  resourceKey,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import type { SnapshotDifference } from '../snapshot-difference.js';
import { type Declaration, type DeclaringResource, declare, type NamespaceFacts } from './declaration.js';
import { distributionAnnotation } from './traffic-distribution.js';

/** What the objects of the snapshot taken in last declare, by hostname. */
export class Declarations {
  readonly #settings: { readonly mesh: MeshConfig; readonly domain: string };
  readonly #namespaces = new Map<string, NamespaceFacts>();
  /** By the key of the declaring object. */
  readonly #byResource = new Map<string, readonly Declaration[]>();
  #byHostname = new PersistentMap<readonly Declaration[]>();

  constructor(mesh: MeshConfig, domain: string) {
    this.#settings = { mesh, domain };
  }

  /** In Istio's order: age, name, namespace. Immutable. */
  get byHostname(): PersistentMap<readonly Declaration[]> {
    return this.#byHostname;
  }

  /** Reads the objects that are new; answers the hosts of them or their earlier versions, each with its namespaces then and now. */
  *following(
    snapshot: ResourceSnapshot,
    difference: SnapshotDifference,
  ): Steps<ReadonlyMap<string, ReadonlySet<string>>> {
    let turns = 0;
    const changed = yield* this.#read(snapshot, difference);
    const before = new Set<Declaration>();
    const after = new Map<string, Declaration[]>();
    for (const [key, declarations] of changed) {
      if (++turns % turnsPerStep === 0) yield;
      for (const declaration of this.#byResource.get(key) ?? []) {
        before.add(declaration);
        after.set(declaration.service.hostname, []);
      }
      if (declarations.length === 0) this.#byResource.delete(key);
      else this.#byResource.set(key, declarations);
    }
    for (const declarations of changed.values()) {
      if (++turns % turnsPerStep === 0) yield;
      for (const declaration of declarations) {
        const known = after.get(declaration.service.hostname);
        if (known === undefined) after.set(declaration.service.hostname, [declaration]);
        else known.push(declaration);
      }
    }
    const hosts = new Map<string, readonly Declaration[]>();
    const namespaces = new Map<string, ReadonlySet<string>>();
    for (const [hostname, added] of after) {
      if (++turns % turnsPerStep === 0) yield;
      const old = this.#byHostname.get(hostname) ?? [];
      const young = [...old.filter((declaration) => !before.has(declaration)), ...added].sort(byAge);
      hosts.set(hostname, young);
      namespaces.set(hostname, new Set([...old, ...young].map(({ service }) => service.namespace)));
    }
    this.#byHostname = yield* this.#byHostname.following(
      [...hosts].map(([hostname, all]) => [hostname, all.length === 0 ? undefined : all] as const),
    );
    return namespaces;
  }

  /** Objects that are new or gone, by key, with what they declare now. */
  *#read(
    snapshot: ResourceSnapshot,
    difference: SnapshotDifference,
  ): Steps<Map<string, readonly Declaration[]>> {
    let turns = 0;
    const affected = this.#takeNamespaces(snapshot, difference);
    const differences = [
      yield* difference.of('Service', snapshot),
      yield* difference.of('ServiceEntry', snapshot),
    ];
    const changed = new Map<string, readonly Declaration[]>();
    const read = (resource: DeclaringResource): void => {
      const key = resourceKey(resource);
      const namespace = this.#namespaces.get(resource.namespace) ?? plain(resource.namespace);
      const before = this.#byResource.get(key) ?? [];
      changed.set(key, declare(resource, before, { ...this.#settings, namespace }));
    };
    for (const { removed } of differences) {
      for (const resource of removed) {
        if (++turns % turnsPerStep === 0) yield;
        changed.set(resourceKey(resource), []);
      }
    }
    const inAffected = [...affected].flatMap((namespace) => [
      ...snapshot.list('Service', namespace),
      ...snapshot.list('ServiceEntry', namespace),
    ]);
    for (const resource of [
      ...differences.flatMap(({ added }) => added as DeclaringResource[]),
      ...inAffected,
    ]) {
      if (++turns % turnsPerStep === 0) yield;
      read(resource);
    }
    return changed;
  }

  /** Answers the namespaces whose services may be others because of an annotation or labels. */
  #takeNamespaces(snapshot: ResourceSnapshot, difference: SnapshotDifference): ReadonlySet<string> {
    const { removed, added } = finish(difference.of('Namespace', snapshot));
    for (const { name } of removed) this.#namespaces.delete(name);
    for (const namespace of added) this.#namespaces.set(namespace.name, namespace);
    const labelsCount = this.#settings.mesh.serviceEntryVisibility?.applyToSidecars === true;
    return new Set(
      [...removed, ...added]
        .filter(({ annotations }) => labelsCount || annotations[distributionAnnotation] !== undefined)
        .map(({ name }) => name),
    );
  }
}

function plain(name: string): NamespaceFacts {
  return { name, annotations: {}, labels: {} };
}

/** Of one age, name and namespace the objects decide, so that their arrival does not. */
function byAge(a: Declaration, b: Declaration): number {
  return compareAge(a.service, b.service) || compareAge(a.resource, b.resource);
}
