/** Whether a value is an object with fields, as opposed to a list, a scalar or nothing. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object without prototype, for keys that users choose. Laid out like any other, which `Object.create(null)` is
 * not: that is a hash table, of three times the size even with nothing in it.
 */
export function bareRecord<T>(): Record<string, T> {
  return Object.setPrototypeOf({}, null);
}

/** What kind of JSON value this is, as a person would say. */
export function nameType(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'number':
      return Number.isFinite(value) ? 'a number' : 'no finite number';
    default:
      return 'an object';
  }
}
