import { durationMs } from '@inmesh/model';
import type { CompactVerifyGetKey } from 'jose';
import { readDataSource } from '../data-source.js';
import type { JwtProvider } from './jwt-config.js';

/** Fetches key sets; the front door lends the mesh's own, so that rules apply to it. */
export type FetchKeys = (
  url: string,
  options: { readonly headers: Headers; readonly signal: AbortSignal },
) => Promise<Response>;

/** The keys of a provider, or why there are none. */
export type ProviderKeys =
  | { readonly kind: 'keys'; readonly find: CompactVerifyGetKey }
  | { readonly kind: 'unreadable' };

/** Where an issuer says where its keys are. OpenID Connect Discovery §4. */
const discoverySuffix = '/.well-known/openid-configuration';
const usualTimeoutMs = 5_000;
const usualCacheMs = 600_000;

/**
 * Keys that stand in the rules, or a set that is fetched when it is first needed and kept. Unlike Envoy, a key that
 * is not in a kept set has it fetched again, at most every half minute: issuers change their keys.
 */
export async function providerKeys(provider: JwtProvider, fetchKeys: FetchKeys): Promise<ProviderKeys> {
  // Loaded only where tokens are checked.
  const { createLocalJWKSet, createRemoteJWKSet, customFetch } = await import('jose');
  const { localJwks, remoteJwks } = provider;
  if (localJwks !== undefined) {
    try {
      return { kind: 'keys', find: createLocalJWKSet(JSON.parse(await readDataSource(localJwks))) };
    } catch {
      return { kind: 'unreadable' };
    }
  }
  const { uri = '', timeout } = remoteJwks?.httpUri ?? {};
  if (!URL.canParse(uri)) return { kind: 'unreadable' };
  const find = createRemoteJWKSet(new URL(uri), {
    timeoutDuration: durationMs(timeout) ?? usualTimeoutMs,
    cacheMaxAge: durationMs(remoteJwks?.cacheDuration) ?? usualCacheMs,
    [customFetch]: uri.endsWith(discoverySuffix)
      ? (url: string, options: Parameters<FetchKeys>[1]) => discovered(url, options, fetchKeys)
      : fetchKeys,
  });
  return { kind: 'keys', find };
}

async function discovered(
  url: string,
  options: Parameters<FetchKeys>[1],
  fetchKeys: FetchKeys,
): Promise<Response> {
  const response = await fetchKeys(url, options);
  if (response.status !== 200) return response;
  const { jwks_uri: keysUrl } = (await response.json()) as { readonly jwks_uri?: unknown };
  if (typeof keysUrl !== 'string') throw new TypeError(`${url} does not say where the keys are`);
  return fetchKeys(keysUrl, options);
}
