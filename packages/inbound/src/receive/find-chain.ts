import {
  connectionManagerOf,
  isPending,
  type Pending,
  type ResourceView,
  selectFilterChain,
} from '@inmesh/engine';
import type { FilterChain } from '@inmesh/model';
import type { Peer } from './peer.js';

/**
 * What the rules say of a connection to a port of this workload. `open`: nothing, or that its bytes are not to be
 * read. `closed`: they do not take it, as clear text where mutual TLS is demanded.
 */
export type FoundChain = FilterChain | 'open' | 'closed' | Pending;

/** The address under which a view knows who takes connections to a port of the workload. */
const inboundAddress = 'inmesh.inbound';

export interface InboundConnection {
  readonly port: number;
  readonly isHttp2: boolean;
  readonly peer: Peer | undefined;
}

/**
 * The chain of a connection. A caller with a verified certificate is one of the mesh. TLS that proves nothing about
 * its caller counts as clear text: to a proxy it would be opaque, but here what lies inside can be read.
 */
export function findChain(view: ResourceView, { port, isHttp2, peer }: InboundConnection): FoundChain {
  const listener = view.listener(inboundAddress, port);
  if (listener === undefined) return 'open';
  if (isPending(listener)) return listener;
  const isMesh = peer?.tls.validated === true;
  const chain = selectFilterChain(listener, {
    destinationPort: port,
    transportProtocol: isMesh ? 'tls' : 'raw_buffer',
    applicationProtocols: isMesh
      ? [isHttp2 ? 'istio-h2' : 'istio-http/1.1', 'istio']
      : [isHttp2 ? 'h2c' : 'http/1.1'],
  });
  if (chain === undefined) return 'closed';
  return connectionManagerOf(chain) === undefined ? 'open' : chain;
}
