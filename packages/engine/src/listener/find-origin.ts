import type { HttpConnectionManager } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { addressBits, type CidrSet, cidrSet } from './cidr.js';

/** Who the caller is. `edge`: from outside, at a proxy that uses the remote address. */
export type Origin = 'internal' | 'external' | 'edge';

export type FindOrigin = (request: CallRequest) => Origin;

/** Where an application stands from the sidecar that its own calls would meet. */
const loopback = '127.0.0.1';

/** Internal is who has a single hop, from an address of the configured ranges. */
export function compileOrigin(manager: HttpConnectionManager): FindOrigin {
  const { useRemoteAddress = false, internalAddressConfig } = manager;
  const outside: Origin = useRemoteAddress ? 'edge' : 'external';
  const internal = cidrSet(internalAddressConfig?.cidrRanges);
  if (internal.size === 0) return () => outside;
  return ({ head: { headers }, downstream }) => {
    const hops = headers.get('x-forwarded-for');
    const address = useRemoteAddress ? (downstream?.remoteAddress ?? loopback) : hops?.trim();
    const isSingleHop = useRemoteAddress ? hops === undefined : hops !== undefined && !hops.includes(',');
    return isSingleHop && covers(internal, address) ? 'internal' : outside;
  };
}

function covers(ranges: CidrSet, address: string | undefined): boolean {
  const bits = address === undefined ? undefined : addressBits(address);
  return bits !== undefined && ranges.longestMatch(bits) >= 0;
}
