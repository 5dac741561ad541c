import type { HeaderMatcher, StringMatcher } from '@inmesh/model';

/** What policies write for texts: whole, `prefix*`, `*suffix`, or `*` for whatever is there. Istio: `matcher.StringMatcher`. */
export function textMatch(pattern: string): StringMatcher {
  if (pattern === '*') return { safeRegex: { regex: '.+' } };
  if (pattern.startsWith('*')) return { suffix: pattern.slice(1) };
  if (pattern.endsWith('*')) return { prefix: pattern.slice(0, -1) };
  return { exact: pattern };
}

/** The same behind a prefix that policies leave out. A suffix says nothing of how the text begins. */
export function textMatchBehind(prefix: string, pattern: string): StringMatcher {
  const { exact, prefix: start, ...rest } = textMatch(pattern);
  if (exact !== undefined) return { exact: prefix + exact };
  return start === undefined ? rest : { prefix: prefix + start };
}

/** @param ignoreCase as for hosts */
export function headerMatch(
  name: string,
  pattern: string,
  { ignoreCase = false }: { readonly ignoreCase?: boolean } = {},
): HeaderMatcher {
  if (pattern === '*') return { name, presentMatch: true };
  return { name, stringMatch: { ...textMatch(pattern), ...(ignoreCase && { ignoreCase }) } };
}
