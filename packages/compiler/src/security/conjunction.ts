import type { MatchesOf, PolicyContext } from './conditions.js';

/** One attribute with what it may be and what it may not be; without either it says nothing. */
export interface Clause<T> {
  readonly make: MatchesOf<T>;
  readonly values?: readonly string[] | undefined;
  readonly notValues?: readonly string[] | undefined;
}

/** How matches of one sort are combined. */
export interface Algebra<T> {
  readonly any: T;
  all(parts: readonly T[]): T;
  some(parts: readonly T[]): T;
  not(part: T): T;
}

/** All clauses at once: of each, one of the values and none of the others. `undefined`: with `strict`, a value has no meaning. */
export function conjunction<T>(
  clauses: readonly Clause<T>[],
  { any, all, some, not }: Algebra<T>,
  { context, strict }: { readonly context: PolicyContext; readonly strict: boolean },
): T | undefined {
  const parts: T[] = [];
  for (const { make, values = [], notValues = [] } of clauses) {
    const wanted = values.length === 0 ? [] : make(values, context);
    const unwanted = notValues.length === 0 ? [] : make(notValues, context);
    if (strict && (wanted.includes(undefined) || unwanted.includes(undefined))) return undefined;
    const positive = wanted.filter((match) => match !== undefined);
    const negative = unwanted.filter((match) => match !== undefined);
    if (positive.length > 0) parts.push(some(positive));
    if (negative.length > 0) parts.push(not(some(negative)));
  }
  return all(parts.length > 0 ? parts : [any]);
}
