import { pathEnd } from './predicate.js';

/**
 * The query of a path as those see it who read or change parameters: decoded, by name. Rules match the raw text
 * instead. Envoy: `QueryParamsMulti::parseAndDecodeQueryString`.
 */
export function readQuery(path: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  const start = pathEnd(path);
  if (path[start] !== '?') return parameters;
  const parts = path.slice(start + 1).split('&');
  // A last `&` has nothing behind it; an empty part in between is a parameter without a name.
  if (parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    const [name = '', value = ''] = part.split(/=(.*)/s, 2).map(decode);
    const known = parameters.get(name);
    if (known === undefined) parameters.set(name, [value]);
    else known.push(value);
  }
  return parameters;
}

/**
 * The path with these parameters for its query, in the order of their names, and written as they are. Unlike Envoy,
 * bytes that end a request line are escaped again: no upstream could read it.
 */
export function withQuery(path: string, parameters: ReadonlyMap<string, readonly string[]>): string {
  const pairs = [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) =>
      values.map((value) => `${name}=${value}`.replace(/[\0-\x20\x7f]/g, escaped)),
    );
  const pathname = path.slice(0, pathEnd(path));
  return pairs.length === 0 ? pathname : `${pathname}?${pairs.join('&')}`;
}

const escaped = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Bytes stay bytes, as in all texts of a request; what is no escape stands for itself, `+` too. */
function decode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
