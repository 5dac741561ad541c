import type { Socket } from 'node:net';
import type { CallRequest, Downstream } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { GatewayContext } from '../gateway-context.js';
import { spliceSockets } from './splice.js';

/** Passes the bytes of a client on to where the rules send them, and back. Refused: the connection is closed. */
export function proxyBytes(
  socket: Socket,
  { downstream, serverName }: { readonly downstream: Downstream; readonly serverName: string | undefined },
  { dispatcher }: Pick<GatewayContext, 'dispatcher'>,
): void {
  socket.pause();
  let giveUp: (() => void) | undefined;
  const onClose = (): void => giveUp?.();
  socket.once('close', onClose);
  giveUp = dispatcher.openStream(requestOf(downstream, serverName), {
    connected(upstream) {
      socket.off('close', onClose);
      if (socket.destroyed) {
        upstream.destroy();
        return;
      }
      // What one side has ended the other may still answer.
      upstream.allowHalfOpen = true;
      spliceSockets(socket, upstream);
    },
    refused() {
      socket.off('close', onClose).destroy();
    },
  });
}

/** A connection has no head; what rules may ask for is its server name. */
function requestOf(downstream: Downstream, serverName: string | undefined): CallRequest {
  const head = {
    method: '',
    scheme: 'http' as const,
    authority: serverName ?? '',
    path: '',
    headers: new HeaderMap(),
  };
  return {
    head,
    host: serverName ?? downstream.listener.address,
    port: downstream.listener.port,
    body: 'none',
    downstream,
    ...(serverName !== undefined && { sni: serverName }),
  };
}
