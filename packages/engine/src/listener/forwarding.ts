import type { HeaderMap, HttpConnectionManager } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { addressBits } from './cidr.js';
import type { Origin } from './find-origin.js';
import { listenerPort } from './listener-port.js';

/** Writes what tells the upstream how the request came. */
export type Forward = (request: CallRequest, origin: Origin, options: ForwardOptions) => void;

export interface ForwardOptions {
  /** The address of this workload, which stands in `x-forwarded-for` for a caller on the loopback. */
  readonly localAddress: string;
  /** Whether the request has lines of `x-forwarded-proto`, for who has just looked. */
  readonly tellsProtocol: boolean;
}

/** `x-forwarded-*` and the scheme: what the caller says counts only where the caller is believed. */
export function compileForwarding(manager: HttpConnectionManager): Forward {
  const { useRemoteAddress = false, xffNumTrustedHops = 0, skipXffAppend = false, via } = manager;
  const { appendXForwardedPort = false, schemeHeaderTransformation } = manager;
  const overwrites = useRemoteAddress && xffNumTrustedHops === 0;
  const scheme = asScheme(schemeHeaderTransformation?.schemeToOverwrite);
  return (request, origin, { localAddress, tellsProtocol }) => {
    const { head, downstream } = request;
    const { headers } = head;
    const isTls = downstream === undefined ? head.scheme === 'https' : downstream.tls !== undefined;
    const transport = isTls ? 'https' : 'http';
    if (useRemoteAddress) {
      const client = downstream?.remoteAddress ?? '127.0.0.1';
      const trusted = trustedAddress(headers.get('x-forwarded-for'), xffNumTrustedHops) ?? client;
      if (!skipXffAppend) appendHop(headers, isLoopback(client) ? localAddress : client);
      if (origin === 'edge') headers.set('x-envoy-external-address', trusted);
    }
    const told = tellsProtocol ? headers.get('x-forwarded-proto') : undefined;
    const forwarded = scheme ?? (overwrites ? transport : (told ?? transport));
    if (told === undefined) headers.append('x-forwarded-proto', forwarded);
    else if (forwarded !== told) headers.set('x-forwarded-proto', forwarded);
    if (appendXForwardedPort && (overwrites || !headers.has('x-forwarded-port'))) {
      headers.set('x-forwarded-port', String(listenerPort(request)));
    }
    if (origin === 'internal') headers.set('x-envoy-internal', 'true');
    // HTTP/1 requests carry no scheme: the forwarded protocol stands for it, else the transport.
    if (scheme !== undefined) head.scheme = scheme;
    else if (downstream?.protocol !== 'HTTP/2') head.scheme = asScheme(forwarded) ?? transport;
    if (via) headers.set('via', headers.has('via') ? `${headers.get('via')}, ${via}` : via);
  };
}

function asScheme(protocol: string | undefined): 'http' | 'https' | undefined {
  if (protocol === 'http' || protocol === 'https') return protocol;
  const lower = protocol?.toLowerCase();
  return lower === 'http' || lower === 'https' ? lower : undefined;
}

function appendHop(headers: HeaderMap, address: string): void {
  const hops = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', hops === undefined || hops === '' ? address : `${hops},${address}`);
}

/** The n-th address from the right; `undefined` where there are fewer. */
function trustedAddress(hops: string | undefined, trustedHops: number): string | undefined {
  if (trustedHops === 0 || hops === undefined) return undefined;
  const address = hops.split(',').at(-trustedHops)?.trim();
  return address !== undefined && addressBits(address) !== undefined ? address : undefined;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
