import type { StringMatcher } from '@inmesh/model';
import { compileStringMatch } from './string-match.js';

/** What filters found out about a request, by the name under which they leave it. Envoy: dynamic metadata. */
export type DynamicMetadata = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Envoy: `type.matcher.v3.MetadataMatcher`. */
export interface MetadataMatcher {
  readonly filter?: string;
  readonly path?: readonly { readonly key?: string }[];
  readonly value?: object;
  readonly invert?: boolean;
}

/** Envoy: `type.matcher.v3.ValueMatcher`; one kind. */
interface ValueMatcher {
  readonly nullMatch?: object;
  readonly doubleMatch?: {
    readonly exact?: number;
    readonly range?: { readonly start?: number; readonly end?: number };
  };
  readonly stringMatch?: StringMatcher;
  readonly boolMatch?: boolean;
  readonly presentMatch?: boolean;
  readonly listMatch?: { readonly oneOf?: ValueMatcher };
  readonly orMatch?: { readonly valueMatchers?: readonly ValueMatcher[] };
}

/** Whether a value stands where the matcher looks, and is as it asks. */
export function compileMetadataMatch({
  filter = '',
  path = [],
  value = {},
  invert = false,
}: MetadataMatcher): (metadata: DynamicMetadata | undefined) => boolean {
  const test = compileValueMatch(value);
  const keys = path.map(({ key = '' }) => key);
  return (metadata) => test(valueAt(metadata?.get(filter), keys)) !== invert;
}

function valueAt(root: unknown, keys: readonly string[]): unknown {
  let value = root;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function compileValueMatch(matcher: ValueMatcher): (value: unknown) => boolean {
  const { doubleMatch, stringMatch, boolMatch, presentMatch, listMatch, orMatch } = matcher;
  if (stringMatch !== undefined) {
    const { test } = compileStringMatch(stringMatch);
    return (value) => typeof value === 'string' && test(value);
  }
  if (orMatch !== undefined) {
    const tests = (orMatch.valueMatchers ?? []).map(compileValueMatch);
    return (value) => tests.some((test) => test(value));
  }
  if (listMatch !== undefined) {
    const test = compileValueMatch(listMatch.oneOf ?? {});
    return (value) => Array.isArray(value) && value.some(test);
  }
  if (boolMatch !== undefined) return (value) => value === boolMatch;
  if (presentMatch !== undefined) return (value) => (value !== undefined) === presentMatch;
  if (doubleMatch !== undefined) return (value) => typeof value === 'number' && isInRange(value, doubleMatch);
  return matcher.nullMatch === undefined ? () => false : (value) => value === null;
}

function isInRange(value: number, { exact, range }: NonNullable<ValueMatcher['doubleMatch']>): boolean {
  if (range === undefined) return value === exact;
  return (range.start ?? 0) <= value && value < (range.end ?? 0);
}
