/** A list of header names, in which a name that ends in `*` stands for all that begin so. */
export interface HeaderList {
  has(name: string): boolean;
}

/** @param names in any case; what is asked for is in lower case */
export function headerList(names: readonly string[]): HeaderList {
  const lower = names.map((name) => name.toLowerCase());
  const exact = new Set(lower.filter((name) => !name.endsWith('*')));
  const prefixes = lower.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return { has: (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix)) };
}
