/** Headers in the forms in which servers and frameworks hand them out. */
export type ReceivedHeaders =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Names in lower case, each with its lines joined by a comma as HTTP allows. */
export function readHeaders(headers: ReceivedHeaders): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [given, value] of pairs as Iterable<[string, string | readonly string[] | undefined]>) {
    if (value === undefined) continue;
    const name = given.toLowerCase();
    const text = typeof value === 'string' ? value : value.join(', ');
    const before = joined.get(name);
    joined.set(name, before === undefined ? text : `${before}, ${text}`);
  }
  return joined;
}
