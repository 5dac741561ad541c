import type { ObservedCall } from '@inmesh/engine';
import type { Attributes } from '@opentelemetry/api';
import { serverOf, withoutSecrets } from './attributes.js';

/** What semantic conventions want to know of a request that was received. */
export function receivedAttributes({ request, requestHead }: ObservedCall): Attributes {
  const { scheme, authority, path } = requestHead;
  const query = path.indexOf('?');
  const { address, port } = serverOf(authority, scheme);
  return {
    'url.scheme': scheme,
    'url.path': query < 0 ? path : path.slice(0, query),
    'url.query': query < 0 ? undefined : withoutSecrets(path.slice(query)).slice(1),
    'server.address': address,
    'server.port': port,
    'network.peer.address': request.downstream?.remoteAddress,
    'network.peer.port': request.downstream?.remotePort,
    'network.protocol.version': request.downstream?.protocol.slice('HTTP/'.length),
  };
}
