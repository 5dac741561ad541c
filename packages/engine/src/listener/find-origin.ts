import type { CidrRange, HttpConnectionManager } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { addressBits, type CidrSet, cidrSet } from './cidr.js';

/** Who the caller is. `edge`: from outside, at a proxy that uses the remote address. */
export type Origin = 'internal' | 'external' | 'edge';

export type FindOrigin = (request: CallRequest) => Origin;

const privateRanges: readonly CidrRange[] = [
  { addressPrefix: '10.0.0.0', prefixLen: 8 },
  { addressPrefix: '172.16.0.0', prefixLen: 12 },
  { addressPrefix: '192.168.0.0', prefixLen: 16 },
  { addressPrefix: '127.0.0.0', prefixLen: 8 },
  { addressPrefix: 'fd00::', prefixLen: 8 },
  { addressPrefix: '::1', prefixLen: 128 },
];

/** Where an application stands from the sidecar that its own calls would meet. */
const loopback = '127.0.0.1';

/** Internal is who has a single hop, from an address of the configured ranges. */
export function compileOrigin(manager: HttpConnectionManager): FindOrigin {
  const { useRemoteAddress = false, internalAddressConfig } = manager;
  const outside: Origin = useRemoteAddress ? 'edge' : 'external';
  const ranges = internalAddressConfig?.cidrRanges ?? [];
  // Who asks for a distinction, and draws no line, gets that of private networks.
  const internal = cidrSet(
    internalAddressConfig !== undefined && ranges.length === 0 ? privateRanges : ranges,
  );
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
