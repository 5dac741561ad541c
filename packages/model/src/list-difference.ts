import { finish, type Steps, turnsPerStep } from './steps.js';

/** What one list has and another has not, by identity. */
export interface Difference<T> {
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Lists of the world before and after a change mostly agree: both ends are compared first, so that a change in the
 * middle of a long list costs one pass over pointers.
 */
export function listDifference<T>(before: readonly T[], after: readonly T[]): Difference<T> {
  return finish(comparingLists(before, after));
}

/** The same in steps, for lists that may have little in common. */
export function* comparingLists<T>(before: readonly T[], after: readonly T[]): Steps<Difference<T>> {
  if (before === after) return nothingDifferent;
  const { start, fromEnd } = commonEnds(before, after);
  const old = before.slice(start, before.length - fromEnd);
  const young = after.slice(start, after.length - fromEnd);
  if (old.length === 0 && young.length === 0) return nothingDifferent;
  if (old.length === 0 || young.length === 0) return { removed: old, added: young };
  const gone = new Set<T>();
  const added: T[] = [];
  let turns = 0;
  for (const item of old) {
    if (++turns % turnsPerStep === 0) yield;
    gone.add(item);
  }
  for (const item of young) {
    if (++turns % turnsPerStep === 0) yield;
    if (!gone.delete(item)) added.push(item);
  }
  return { removed: [...gone], added };
}

/** How many items the two have in common at their start, and how many of the others at their end. */
export function commonEnds<T>(
  before: readonly T[],
  after: readonly T[],
): { readonly start: number; readonly fromEnd: number } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let fromEnd = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (fromEnd < rest && before[before.length - 1 - fromEnd] === after[after.length - 1 - fromEnd])
    fromEnd++;
  return { start, fromEnd };
}

export const nothingDifferent: Difference<never> = { removed: [], added: [] };

export function isEmpty({ removed, added }: Difference<unknown>): boolean {
  return removed.length === 0 && added.length === 0;
}
