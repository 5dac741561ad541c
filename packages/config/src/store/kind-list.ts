import {
  compareAge,
  type Difference,
  PersistentMap,
  type Resource,
  SortedList,
  type Steps,
} from '@inmesh/model';

/**
 * The resources of one kind, sorted by age, and by namespace and name where somebody asked. Immutable: `following`
 * makes another one at the cost of the change, and hands on what the change leaves as it was.
 */
export class KindList {
  readonly all: SortedList<Resource>;
  #namespaces: PersistentMap<SortedList<Resource>> | undefined;
  #names: PersistentMap<Resource> | undefined;

  static of(resources: readonly Resource[]): KindList {
    return new KindList(SortedList.of(resources, compareAge));
  }

  private constructor(all: SortedList<Resource>) {
    this.all = all;
  }

  of(namespace: string): readonly Resource[] {
    // All namespaces at once: whoever asks for one usually asks for the next as well.
    this.#namespaces ??= byNamespace(new PersistentMap(), { removed: [], added: this.all.items });
    return this.#namespaces.get(namespace)?.items ?? [];
  }

  get(namespace: string, name: string): Resource | undefined {
    this.#names ??= new PersistentMap<Resource>().with(this.all.items.map((one) => [nameOf(one), one]));
    return this.#names.get(nameOf({ namespace, name }));
  }

  *following(change: Difference<Resource>): Steps<KindList> {
    const next = new KindList(yield* this.all.following(change));
    next.#namespaces = this.#namespaces && byNamespace(this.#namespaces, change);
    next.#names =
      this.#names &&
      (yield* this.#names.following([
        ...change.removed.map((one) => [nameOf(one), undefined] as const),
        ...change.added.map((one) => [nameOf(one), one] as const),
      ]));
    return next;
  }
}

function byNamespace(
  lists: PersistentMap<SortedList<Resource>>,
  { removed, added }: Difference<Resource>,
): PersistentMap<SortedList<Resource>> {
  const [gone, young] = [groupBy(removed, namespaceOf), groupBy(added, namespaceOf)];
  const touched = new Set([...gone.keys(), ...young.keys()]);
  return lists.with(
    [...touched].map((namespace) => {
      const list = (lists.get(namespace) ?? noResources).with({
        removed: gone.get(namespace) ?? [],
        added: young.get(namespace) ?? [],
      });
      return [namespace, list.length === 0 ? undefined : list] as const;
    }),
  );
}

const noResources: SortedList<Resource> = SortedList.of<Resource>([], compareAge);

const namespaceOf = ({ namespace }: Resource): string => namespace;

/** Neither has a slash in it. */
function nameOf({ namespace, name }: Pick<Resource, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
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
