import { durationMs, type HashPolicy, type RequestHead } from '@inmesh/model';
import { compileRegexRewrite } from '../route/rewrite-path.js';
import type { Hash64 } from './hash.js';

/** Who asks, as far as hashes depend on it. */
export interface HashSource {
  readonly remoteAddress: string;
  /** Tells this caller's connection from others: what a generated cookie is made from. */
  readonly connection: string;
}

export interface RequestHash {
  /** 64 bits; `undefined`: no policy had anything to hash. */
  readonly hash: bigint | undefined;
  /** Values of `set-cookie` lines for cookies that were made on the way. */
  readonly cookies: readonly string[];
}

/** Joins what the policies find, first policy first, a terminal one ends the search. Envoy: `HashPolicyImpl`. */
export function hashRequest(
  policies: readonly HashPolicy[],
  head: RequestHead,
  source: HashSource,
  hash64: Hash64,
): RequestHash {
  let hash: bigint | undefined;
  const cookies: string[] = [];
  for (const policy of policies) {
    const found = hashOf(policy, head, source, hash64, cookies);
    if (found !== undefined) hash = hash === undefined ? found : rotateLeft(hash) ^ found;
    if (policy.terminal === true && hash !== undefined) break;
  }
  return { hash, cookies };
}

function hashOf(
  { header, cookie, connectionProperties, queryParameter }: HashPolicy,
  head: RequestHead,
  source: HashSource,
  hash64: Hash64,
  cookies: string[],
): bigint | undefined {
  if (header !== undefined) return hashHeader(header, head, hash64);
  if (cookie !== undefined) {
    const value = cookieValue(head, cookie.name) ?? generateCookie(cookie, source, hash64, cookies);
    return value === undefined ? undefined : hash64(value);
  }
  if (connectionProperties?.sourceIp === true) return hash64(source.remoteAddress);
  if (queryParameter !== undefined) {
    const value = rawQueryParameter(head.path, queryParameter.name);
    return value === undefined ? undefined : hash64(value);
  }
  return undefined;
}

/** All lines of the header, in an order that does not depend on who wrote them first, chained by their seeds. */
function hashHeader(
  { headerName, regexRewrite }: NonNullable<HashPolicy['header']>,
  head: RequestHead,
  hash64: Hash64,
): bigint | undefined {
  const name = headerName.toLowerCase();
  let values = name === ':authority' || name === 'host' ? [head.authority] : head.headers.all(name);
  if (name === ':path') values = [head.path];
  if (name === ':method') values = [head.method];
  if (values.length === 0) return undefined;
  if (regexRewrite !== undefined) values = values.map(compileRegexRewrite(regexRewrite));
  values.sort();
  return values.reduce((seed, value) => hash64(value, seed), 0n);
}

function cookieValue(head: RequestHead, name: string): string | undefined {
  for (const line of head.headers.all('cookie')) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=');
      if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
      const value = pair.slice(equals + 1).trim();
      return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
    }
  }
  return undefined;
}

/** Only a policy with a time to live makes cookies; 0 makes one for the session. */
function generateCookie(
  { name, ttl, path, attributes = [] }: NonNullable<HashPolicy['cookie']>,
  { connection }: HashSource,
  hash64: Hash64,
  cookies: string[],
): string | undefined {
  const ttlMs = durationMs(ttl);
  if (ttlMs === undefined) return undefined;
  const value = hash64(connection).toString(16);
  const parts = [`${name}="${value}"`];
  if (ttlMs > 0) parts.push(`Max-Age=${Math.trunc(ttlMs / 1000)}`);
  if (path) parts.push(`Path=${path}`);
  for (const attribute of attributes) {
    parts.push(attribute.value ? `${attribute.name}=${attribute.value}` : attribute.name);
  }
  parts.push('HttpOnly');
  cookies.push(parts.join('; '));
  return value;
}

/** As it stands there: nothing is decoded, and of several the first counts. */
function rawQueryParameter(path: string, name: string): string | undefined {
  const start = path.indexOf('?');
  if (start < 0) return undefined;
  const end = path.indexOf('#', start);
  for (const pair of path.slice(start + 1, end < 0 ? undefined : end).split('&')) {
    const equals = pair.indexOf('=');
    if ((equals < 0 ? pair : pair.slice(0, equals)) === name) return equals < 0 ? '' : pair.slice(equals + 1);
  }
  return undefined;
}

function rotateLeft(hash: bigint): bigint {
  return BigInt.asUintN(64, (hash << 1n) | (hash >> 63n));
}
