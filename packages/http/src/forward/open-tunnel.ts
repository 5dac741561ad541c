import type { Socket } from 'node:net';
import type { Connect } from '@inmesh/engine';

/** What asking for a tunnel comes to. */
export interface TunnelOutcome {
  /** From now on the bytes are those of the other end. */
  opened(): void;
  refused(): void;
}

/** As much of an answer as anybody needs to say yes or no. */
const maxHeadBytes = 64 * 1024;

/**
 * Asks the proxy at the other end of a fresh connection for a tunnel, with CONNECT of HTTP/1.1. It is open after an
 * answer of 2xx; after any other the connection is of no use. The returned function gives up.
 */
export function openTunnel(
  socket: Socket,
  { authority, headerLines }: NonNullable<Connect['tunnel']>,
  outcome: TunnelOutcome,
): () => void {
  let received: Buffer = Buffer.alloc(0);
  const settle = (): void => {
    socket.off('readable', onReadable).off('close', onClose).off('end', onClose);
  };
  const onClose = (): void => {
    settle();
    socket.destroy();
    outcome.refused();
  };
  // Not `data`: a socket that was made to flow, and stopped, does not flow for the next who listens.
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) {
        if (received.length > maxHeadBytes) onClose();
        return;
      }
      const status = statusIn(received);
      const rest = received.subarray(end + 4);
      if (isInterim(status)) {
        received = rest;
        continue;
      }
      if (status < 200 || status > 299) {
        onClose();
        return;
      }
      settle();
      if (rest.length > 0) socket.unshift(rest);
      outcome.opened();
      return;
    }
  };
  socket
    .on('error', () => {})
    .on('readable', onReadable)
    .once('close', onClose)
    .once('end', onClose);
  const lines = ['host', authority, ...headerLines];
  let head = `CONNECT ${authority} HTTP/1.1\r\n`;
  for (let i = 0; i < lines.length; i += 2) head += `${lines[i]}: ${lines[i + 1]}\r\n`;
  socket.write(`${head}\r\n`, 'latin1');
  return () => {
    settle();
    socket.destroy();
  };
}

/** 0 where the answer is no HTTP/1. */
function statusIn(head: Buffer): number {
  const [, status] = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head.toString('latin1', 0, 32)) ?? [];
  return Number(status ?? 0);
}

const isInterim = (status: number): boolean => status >= 100 && status < 200 && status !== 101;
