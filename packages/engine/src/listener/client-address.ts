import type { HeaderMap, HttpConnectionManager } from '@inmesh/model';
import { addressBits } from './cidr.js';

/**
 * The address of who sent a request first, as far as the hops between are trusted; `direct` where none says it.
 * Envoy: `trusted_client_address`.
 *
 * @param headers as prepared: an edge has added the direct address to `x-forwarded-for` already
 */
export function clientAddress(
  { useRemoteAddress = false, xffNumTrustedHops = 0, skipXffAppend = false }: HttpConnectionManager,
  headers: HeaderMap,
  direct: string,
): string {
  if (useRemoteAddress && xffNumTrustedHops === 0) return direct;
  const added = useRemoteAddress && !skipXffAppend ? 1 : 0;
  const fromRight = useRemoteAddress ? xffNumTrustedHops + added : xffNumTrustedHops + 1;
  const address = headers.get('x-forwarded-for')?.split(',').at(-fromRight)?.trim();
  return address !== undefined && addressBits(address) !== undefined ? address : direct;
}
