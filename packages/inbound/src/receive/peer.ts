import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Downstream, describePeer } from '@inmesh/engine';
import type { SourceIdentity } from '../context/request-context.js';

/** What is known of the other end of a connection on which TLS ends in this process. */
export interface Peer {
  readonly tls: NonNullable<Downstream['tls']>;
  /** Who it is, where its certificate was verified and names a workload. */
  readonly source: SourceIdentity | undefined;
}

const known = new WeakMap<Socket, Peer>();

/** Read once per connection; `undefined` for clear text. */
export function peerOf(socket: Socket): Peer | undefined {
  if (!isEncrypted(socket)) return undefined;
  let peer = known.get(socket);
  if (peer === undefined) {
    peer = readPeer(socket);
    known.set(socket, peer);
  }
  return peer;
}

/** Asked for its value: behind HTTP/2 stands a stand-in that has every property. */
export function isEncrypted(socket: Socket): socket is TLSSocket {
  return (socket as Partial<TLSSocket>).encrypted === true;
}

function readPeer(socket: TLSSocket): Peer {
  const certificate = socket.getPeerX509Certificate();
  const validated = certificate !== undefined && socket.authorized;
  const sni = (socket as { readonly servername?: string | false }).servername;
  const peer = certificate && describePeer(certificate, socket.getX509Certificate());
  return {
    tls: {
      ...(sni && { sni }),
      presented: certificate !== undefined,
      validated,
      // What nobody verified proves nothing, and is told to nobody.
      ...(peer && validated && { peer }),
    },
    source: validated ? identityOf(peer?.uris ?? []) : undefined,
  };
}

/** `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`. */
function identityOf(uris: readonly string[]): SourceIdentity | undefined {
  const uri = uris.find((one) => one.startsWith('spiffe://'));
  if (uri === undefined) return undefined;
  const [, namespace, serviceAccount] = /\/ns\/([^/]+)\/(?:.+\/)?sa\/([^/]+)/.exec(uri) ?? [];
  return { principal: uri.slice('spiffe://'.length), namespace, serviceAccount };
}
