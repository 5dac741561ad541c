import type { FilterCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import type { JwtProvider } from './jwt-config.js';
import type { VerifiedToken } from './verify-token.js';

/** The name under which filters behind this one, and routes, find what a token said. */
const metadataName = 'envoy.filters.http.jwt_authn';

/** Passes on what a good token says: to the application in headers, to filters and routes as metadata. */
export function tellClaims(
  { payload, encodedPayload }: VerifiedToken,
  provider: JwtProvider,
  head: RequestHead,
  call: FilterCall,
): void {
  const { forwardPayloadHeader, padForwardPayloadHeader = false, claimToHeaders = [] } = provider;
  if (forwardPayloadHeader) {
    const bare = encodedPayload.replace(/=+$/, '');
    const padding = padForwardPayloadHeader ? '='.repeat((4 - (bare.length % 4)) % 4) : '';
    head.headers.set(forwardPayloadHeader.toLowerCase(), bare + padding);
  }
  for (const { headerName = '', claimName = '' } of claimToHeaders) {
    const value = textOf(claimAt(payload, claimName.split('.')));
    if (value !== undefined) head.headers.set(headerName.toLowerCase(), value);
  }
  if (provider.payloadInMetadata) {
    call.dynamicMetadata.set(metadataName, {
      ...call.dynamicMetadata.get(metadataName),
      [provider.payloadInMetadata]: normalized(payload, provider),
    });
    if (provider.clearRouteCache === true) call.clearRouteCache();
  }
}

/** Headers that only a checked token may bring. */
export function dropClaimHeaders(
  { headers }: RequestHead,
  { forwardPayloadHeader, claimToHeaders = [] }: JwtProvider,
): void {
  for (const name of [forwardPayloadHeader, ...claimToHeaders.map(({ headerName }) => headerName)])
    if (name) headers.remove(name.toLowerCase());
}

/** Claims that are lists in one text become lists, so that rules may ask for one of them. */
function normalized(
  payload: VerifiedToken['payload'],
  { normalizePayloadInMetadata: { spaceDelimitedClaims = [] } = {} }: JwtProvider,
): Record<string, unknown> {
  const lists = new Set(spaceDelimitedClaims);
  return Object.fromEntries(
    Object.entries(payload).map(([claim, value]) => [
      claim,
      lists.has(claim) && typeof value === 'string' ? value.split(' ') : value,
    ]),
  );
}

function claimAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
