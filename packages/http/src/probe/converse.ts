import type { Socket } from 'node:net';
import type { ProbeBytes } from '@inmesh/engine';

/** Sends bytes and waits until what comes back satisfies. Rejects when the peer closes before that. */
export function converse(
  socket: Socket,
  { send, satisfies }: ProbeBytes,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (satisfies(received)) settle(resolve);
    };
    const onClose = (): void => settle(() => reject(new Error('closed before the expected bytes came')));
    const onAbort = (): void => settle(() => reject(signal.reason));
    const settle = (report: () => void): void => {
      socket.off('data', onData).off('close', onClose).off('end', onClose);
      signal.removeEventListener('abort', onAbort);
      report();
    };
    socket.on('data', onData).once('close', onClose).once('end', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (send.length > 0) socket.write(send);
    if (satisfies(received)) settle(resolve);
  });
}
