/**
 * The sorted list without some of its items and with others, each at its place. Equal ones keep the order in
 * which they come. A few changes cost a copy of the pointers and a search for each.
 */
export function replaceInSorted<T>(
  list: readonly T[],
  removed: ReadonlySet<T>,
  added: readonly T[],
  compare: (a: T, b: T) => number,
): readonly T[] {
  if (removed.size === 0 && added.length === 0) return list;
  if (list.length === 0) return [...added].sort(compare);
  return removed.size + added.length <= fewChanges
    ? splice(list, removed, added, compare)
    : merge(
        list.filter((item) => !removed.has(item)),
        [...added].sort(compare),
        compare,
      );
}

/** Moving the rest of a list is one copy of memory: up to here that is cheaper than to touch each item. */
const fewChanges = 16;

function splice<T>(
  list: readonly T[],
  removed: ReadonlySet<T>,
  added: readonly T[],
  compare: (a: T, b: T) => number,
): readonly T[] {
  const result = list.slice();
  for (const item of removed) {
    let place = search(result, item, (order) => order < 0, compare);
    while (place < result.length && result[place] !== item && compare(result[place] as T, item) === 0)
      place++;
    if (result[place] === item) result.splice(place, 1);
  }
  for (const item of added) {
    result.splice(
      search(result, item, (order) => order <= 0, compare),
      0,
      item,
    );
  }
  return result;
}

function merge<T>(kept: readonly T[], added: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  const result: T[] = [];
  let next = 0;
  for (const item of kept) {
    while (next < added.length && compare(added[next] as T, item) < 0) result.push(added[next++] as T);
    result.push(item);
  }
  for (; next < added.length; next++) result.push(added[next] as T);
  return result;
}

/** The first place at which `goesBefore` no longer holds. */
function search<T>(
  list: readonly T[],
  item: T,
  goesBefore: (order: number) => boolean,
  compare: (a: T, b: T) => number,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (goesBefore(compare(list[middle] as T, item))) low = middle + 1;
    else high = middle;
  }
  return low;
}
