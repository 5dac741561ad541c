import type { HeaderMap, RequestHead } from '@inmesh/model';
import type { JwtProvider } from './jwt-config.js';

/** A token where it was found. */
export interface FoundToken {
  readonly text: string;
  /** Takes it out of the request, where it can be: parameters and cookies stay. */
  remove(): void;
}

/** Looks in all places of a provider. Envoy: `Extractor`. */
export type FindTokens = (head: RequestHead) => readonly FoundToken[];

/** Without places of its own, a provider's tokens are bearer tokens, or the parameter `access_token`. */
export function compilePlaces({ fromHeaders, fromParams, fromCookies }: JwtProvider): FindTokens {
  const isUsual = !fromHeaders?.length && !fromParams?.length && !fromCookies?.length;
  const headers = isUsual ? [{ name: 'authorization', valuePrefix: 'Bearer ' }] : (fromHeaders ?? []);
  const params = isUsual ? ['access_token'] : (fromParams ?? []);
  const cookies = fromCookies ?? [];
  return ({ headers: lines, path }) => [
    ...headers.flatMap(({ name = '', valuePrefix = '' }) => inHeader(lines, name.toLowerCase(), valuePrefix)),
    ...params.flatMap((name) => kept(parameterOf(path, name))),
    ...cookies.flatMap((name) => kept(cookieOf(lines, name))),
  ];
}

/** What stands before the prefix does not matter, nor what is around the token's letters behind it. Envoy: `extractJWT`. */
function inHeader(lines: HeaderMap, name: string, prefix: string): FoundToken[] {
  const value = lines.all(name).join(',');
  const at = value.indexOf(prefix);
  if (value === '' || at === -1) return [];
  const [letters = value] = /[\w.-]+/.exec(value.slice(at + prefix.length)) ?? [];
  return [{ text: prefix === '' ? value : letters, remove: () => lines.remove(name) }];
}

function parameterOf(path: string, name: string): string | undefined {
  const query = path.indexOf('?');
  return query === -1 ? undefined : (new URLSearchParams(path.slice(query + 1)).get(name) ?? undefined);
}

function cookieOf(lines: HeaderMap, name: string): string | undefined {
  const pairs = lines.all('cookie').flatMap((line) => line.split(';'));
  const pair = pairs.map((text) => text.trim()).find((text) => text.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

function kept(text: string | undefined): FoundToken[] {
  return text ? [{ text, remove() {} }] : [];
}
