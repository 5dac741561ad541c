import type { Socket } from 'node:net';

/** The address of a client; one of IPv4 as such, also on a socket of both kinds. */
export function clientAddress({ remoteAddress = '' }: Socket): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice('::ffff:'.length) : remoteAddress;
}
