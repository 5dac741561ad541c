import { isHttp, isTcp, type Protocol } from '@inmesh/model';

/** How a port is served: as http, as bytes, or as whichever of the two comes. Istio: `ListenerProtocol`. */
export type PortKind = 'http' | 'tcp' | 'auto';

/** `undefined` for UDP, which is not served. */
export function kindOf(protocol: Protocol): PortKind | undefined {
  if (isHttp(protocol)) return 'http';
  if (isTcp(protocol)) return 'tcp';
  return protocol === 'Unsupported' ? 'auto' : undefined;
}
