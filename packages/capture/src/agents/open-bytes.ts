import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { CallRequest } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { CapturedMesh, Destination } from '../captured-mesh.js';

/** What Agents hand to `createConnection`: the options of the request and of the Agent, thrown together. */
export type ConnectionOptions = tls.ConnectionOptions & {
  readonly hostname?: string | null;
  readonly socketPath?: string | null;
};

/**
 * A connection whose bytes the mesh carries and does not read, as past a sidecar: routed by port and by the name of the
 * server alone. TLS, if any, is the application's own from end to end.
 */
export function openBytes(
  dispatcher: CapturedMesh['dispatcher'],
  { scheme, host, port }: Destination,
  options: ConnectionOptions,
  done: (error: Error | null, stream?: Duplex) => void,
): void {
  // Addresses are no server names: TLS forbids it.
  const servername = options.servername || (isIP(host) === 0 ? host : '');
  const head = { method: 'GET', scheme, authority: `${host}:${port}`, path: '/', headers: new HeaderMap() };
  const request: CallRequest = {
    head,
    host,
    port,
    body: 'none',
    ...(scheme === 'https' && servername !== '' && { sni: servername }),
  };
  dispatcher.openStream(request, {
    connected(socket: Socket) {
      done(null, scheme === 'http' ? socket : tls.connect({ ...options, socket, servername }));
    },
    refused: done,
  });
}
