import type { Socket } from 'node:net';
import type { Clock, Connection, Forward, Refuse } from '@inmesh/engine';
import { UpstreamError } from '@inmesh/model';
import { connect } from '../pool/connect.js';
import type { ClientTls } from '../tls/client-tls.js';

/** What opening a byte stream comes to. */
export interface ForwardOutcome {
  connected(socket: Socket): void;
  /** Refused: the listener closes the connection without a word, as Envoy does. */
  refused(error: Error): void;
}

export interface ForwardOptions {
  readonly clock: Clock;
  readonly clientTls: ClientTls;
}

/**
 * Opens one byte stream through a TCP listener: asks the engine which endpoint, and tells it what became of it.
 * The returned function gives up.
 */
export function openForward(
  forward: Pick<Forward, 'open' | 'key'>,
  outcome: ForwardOutcome,
  options: ForwardOptions,
): () => void {
  const connection = forward.open();
  let giveUp = (): void => {};
  const step = (): void => {
    const next = connection.next();
    switch (next.kind) {
      case 'wait':
        return;
      case 'refuse':
        outcome.refused(refusal(forward.key, next));
        return;
      case 'connect':
        giveUp = connect(
          next,
          {
            connected(socket) {
              next.connected();
              closeWhenIdle(socket, connection);
              socket.once('close', () => next.closed(socket.bytesWritten, socket.bytesRead));
              outcome.connected(socket);
            },
            failed({ reason }) {
              next.failed(reason);
              step();
            },
          },
          options,
        );
    }
  };
  connection.wake = step;
  step();
  return () => {
    giveUp();
    connection.cancel();
  };
}

function closeWhenIdle(socket: Socket, { idleTimeoutMs }: Pick<Connection, 'idleTimeoutMs'>): void {
  if (idleTimeoutMs > 0) socket.setTimeout(idleTimeoutMs, () => socket.destroy());
}

function refusal(key: string, { flags, details, nobodyListens }: Refuse): Error {
  if (nobodyListens) {
    return Object.assign(new Error(`connect ECONNREFUSED ${key}`), { code: 'ECONNREFUSED' });
  }
  const message = `the connection was closed without an upstream (${[...flags, details].filter(Boolean).join(' ')})`;
  return new UpstreamError('INMESH_CONNECT_FAILED', message, { cluster: key, attempts: 1, flags });
}
