import { compareAge, type Resource, replaceInSorted } from '@inmesh/model';

/**
 * The resources of one kind, sorted by age, and by namespace and name where somebody asked. Immutable: `with` makes
 * another one, and hands on what the change leaves as it was.
 */
export class KindList {
  #all: readonly Resource[];
  #isSorted: boolean;
  #namespaces: ReadonlyMap<string, NamespaceList> | undefined;

  /** In any order: they are sorted when somebody asks. */
  constructor(resources: readonly Resource[]) {
    this.#all = resources;
    this.#isSorted = false;
  }

  get all(): readonly Resource[] {
    if (!this.#isSorted) {
      this.#all = this.#all.toSorted(compareAge);
      this.#isSorted = true;
    }
    return this.#all;
  }

  of(namespace: string): readonly Resource[] {
    return this.#byNamespace().get(namespace)?.all ?? [];
  }

  get(namespace: string, name: string): Resource | undefined {
    return this.#byNamespace().get(namespace)?.get(name);
  }

  with(removed: readonly Resource[], added: readonly Resource[]): KindList {
    const next = new KindList(replaceInSorted(this.all, new Set(removed), added, compareAge));
    next.#isSorted = true;
    if (this.#namespaces === undefined) return next;
    const namespaces = new Map(this.#namespaces);
    for (const namespace of new Set([...removed, ...added].map((resource) => resource.namespace))) {
      const isHere = (resource: Resource): boolean => resource.namespace === namespace;
      const [gone, young] = [new Set(removed.filter(isHere)), added.filter(isHere)];
      const all = replaceInSorted(this.of(namespace), gone, young, compareAge);
      if (all.length === 0) namespaces.delete(namespace);
      else namespaces.set(namespace, new NamespaceList(all));
    }
    next.#namespaces = namespaces;
    return next;
  }

  #byNamespace(): ReadonlyMap<string, NamespaceList> {
    // All namespaces at once: whoever asks for one usually asks for the next as well.
    this.#namespaces ??= new Map(
      [...groupBy(this.all, ({ namespace }) => namespace)].map(([name, all]) => [
        name,
        new NamespaceList(all),
      ]),
    );
    return this.#namespaces;
  }
}

class NamespaceList {
  readonly all: readonly Resource[];
  #byName: ReadonlyMap<string, Resource> | undefined;

  constructor(all: readonly Resource[]) {
    this.all = all;
  }

  get(name: string): Resource | undefined {
    this.#byName ??= new Map(this.all.map((resource) => [resource.name, resource]));
    return this.#byName.get(name);
  }
}

/** The items of each key, in their order. */
export function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
