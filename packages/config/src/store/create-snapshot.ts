import { compareAge, type Kind, type Resource, type ResourceSnapshot, resourceKey } from '@inmesh/model';

/** An immutable view of `resources`, whose keys must be unique. Lists are sorted when first asked for. */
export function createSnapshot(version: number, resources: readonly Resource[]): ResourceSnapshot {
  return new Snapshot(version, resources);
}

class Snapshot implements ResourceSnapshot {
  readonly version: number;
  readonly #resources: readonly Resource[];
  readonly #lists = new Map<string, readonly Resource[]>();
  #byKind: ReadonlyMap<Kind, readonly Resource[]> | undefined;
  #byKey: ReadonlyMap<string, Resource> | undefined;

  constructor(version: number, resources: readonly Resource[]) {
    this.version = version;
    this.#resources = resources;
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly Resource<K>[] {
    // `/` is in no kind, so no namespace can spell another list's name.
    const name = namespace === undefined ? kind : `${kind}/${namespace}`;
    let list = this.#lists.get(name);
    if (list === undefined) {
      list = namespace === undefined ? this.#sorted(kind) : this.#ofNamespace(kind, namespace);
      this.#lists.set(name, list);
    }
    return list as readonly Resource<K>[];
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Resource<K> | undefined {
    this.#byKey ??= new Map(this.#resources.map((resource) => [resourceKey(resource), resource]));
    return this.#byKey.get(resourceKey({ kind, namespace, name })) as Resource<K> | undefined;
  }

  #sorted(kind: Kind): readonly Resource[] {
    this.#byKind ??= groupByKind(this.#resources);
    return (this.#byKind.get(kind) ?? []).toSorted(compareAge);
  }

  #ofNamespace(kind: Kind, namespace: string): readonly Resource[] {
    // All namespaces at once: whoever asks for one usually asks for the next as well.
    const groups = new Map<string, Resource[]>();
    for (const resource of this.list(kind)) {
      const group = groups.get(resource.namespace);
      if (group === undefined) groups.set(resource.namespace, [resource]);
      else group.push(resource);
    }
    for (const [name, group] of groups) this.#lists.set(`${kind}/${name}`, group);
    return groups.get(namespace) ?? [];
  }
}

function groupByKind(resources: readonly Resource[]): ReadonlyMap<Kind, readonly Resource[]> {
  const groups = new Map<Kind, Resource[]>();
  for (const resource of resources) {
    const group = groups.get(resource.kind);
    if (group === undefined) groups.set(resource.kind, [resource]);
    else group.push(resource);
  }
  return groups;
}
