import { type UnhonouredField, unhonouredFields } from './unhonoured-fields.js';

export interface Unhonoured {
  readonly path: readonly (string | number)[];
  /** What is missing, in words. */
  readonly note: string;
}

/**
 * What a value of the contract says that the engine does not do: for whoever brings such values from outside, so
 * that nothing is passed over in silence.
 *
 * @param message full name of the value's message, such as `envoy.config.cluster.v3.Cluster`
 */
export function findUnhonoured(message: string, value: unknown): readonly Unhonoured[] {
  const own = (unhonouredFields.get(message) ?? []).flatMap((field) => occurrences(field, value));
  return [...own, ...inExtensions(value, [])];
}

/** Extensions say what they are, wherever they stand. */
function inExtensions(value: unknown, path: Unhonoured['path']): Unhonoured[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const type: unknown = inner?.['@type'];
    const name = typeof type === 'string' ? type.slice(type.lastIndexOf('/') + 1) : '';
    const found = (unhonouredFields.get(name) ?? []).flatMap((field) => occurrences(field, inner));
    return [
      ...found.map(({ path: below, note }) => ({ path: [...at, ...below], note })),
      ...inExtensions(inner, at),
    ];
  });
}

function occurrences({ path, except, note }: UnhonouredField, value: unknown): Unhonoured[] {
  const steps = path === '' ? [] : path.split('.');
  return reach(value, steps, []).flatMap(({ at, found }) =>
    except?.includes(String(found)) ? [] : [{ path: at, note }],
  );
}

interface Reached {
  readonly at: Unhonoured['path'];
  readonly found: unknown;
}

function reach(value: unknown, [step, ...rest]: readonly string[], at: Unhonoured['path']): Reached[] {
  if (step === undefined) return value === undefined ? [] : [{ at, found: value }];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => reach(item, [step, ...rest], [...at, index]));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => step === '*' || key === step)
    .flatMap(([key, inner]) => reach(inner, rest, [...at, key]));
}
