import type { PatchOperation } from '@inmesh/model';

/** One operation on a list of filters or routes. */
export interface ListEdit<T> {
  readonly operation: PatchOperation;
  readonly value: T;
  /** Which elements the patch names; absent when it names none. */
  readonly names: ((item: T) => boolean) | undefined;
}

/**
 * The list after the operation, or the same list. Without a named element BEFORE is in front of all and AFTER
 * behind all; with one they stand next to the first that has the name, and nowhere when none has. REPLACE and
 * REMOVE need a name.
 */
export function editList<T>(list: readonly T[], { operation, value, names }: ListEdit<T>): readonly T[] {
  const at = names === undefined ? -1 : list.findIndex(names);
  switch (operation) {
    case 'ADD':
      return [...list, value];
    case 'INSERT_FIRST':
      return [value, ...list];
    case 'INSERT_BEFORE':
      if (names === undefined) return [value, ...list];
      return at === -1 ? list : list.toSpliced(at, 0, value);
    case 'INSERT_AFTER':
      if (names === undefined) return [...list, value];
      return at === -1 ? list : list.toSpliced(at + 1, 0, value);
    case 'REPLACE':
      return at === -1 ? list : list.with(at, value);
    case 'REMOVE':
      return names === undefined || at === -1 ? list : list.filter((item) => !names(item));
    default:
      return list;
  }
}

/** `list.map`, but the very same list when every element stays the same. */
export function mapOrSame<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.some((item, index) => item !== list[index]) ? changed : list;
}
