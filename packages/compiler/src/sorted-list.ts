/**
 * The sorted list without some of its items and with others, each at its place. Equal ones keep the order in
 * which they come. Copies pointers, compares only what is added.
 */
export function replaceInSorted<T>(
  list: readonly T[],
  removed: ReadonlySet<T>,
  added: readonly T[],
  compare: (a: T, b: T) => number,
): readonly T[] {
  if (removed.size === 0 && added.length === 0) return list;
  const kept = removed.size === 0 ? list : list.filter((item) => !removed.has(item));
  if (added.length === 0) return kept;
  const sorted = [...added].sort(compare);
  if (kept.length === 0) return sorted;
  const result: T[] = [];
  let from = 0;
  for (const item of sorted) {
    const place = upperBound(kept, item, compare, from);
    for (let i = from; i < place; i++) result.push(kept[i] as T);
    result.push(item);
    from = place;
  }
  for (let i = from; i < kept.length; i++) result.push(kept[i] as T);
  return result;
}

function upperBound<T>(list: readonly T[], item: T, compare: (a: T, b: T) => number, from: number): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(list[middle] as T, item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
