import type { Socket } from 'node:net';
import type { Clock, Connect, Connection, Forward, Refuse } from '@inmesh/engine';
import { UpstreamError } from '@inmesh/model';
import { connect } from '../pool/connect.js';
import type { ClientTls } from '../tls/client-tls.js';
import { openTunnel } from './open-tunnel.js';

/** What opening a byte stream comes to. */
export interface ForwardOutcome {
  /** @param over says that the stream has ended, where its socket is kept for another one */
  connected(socket: Socket, over: () => void): void;
  /** Refused: the listener closes the connection without a word, as Envoy does. */
  refused(error: Error): void;
  /** A socket that leads there and waits for the next stream. */
  kept?(to: Connect): Socket | undefined;
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
        openTo(next);
    }
  };
  const openTo = (to: Connect): void => {
    const kept = outcome.kept?.(to);
    if (kept !== undefined) {
      carry(to, kept);
      return;
    }
    const fail = (reason: Parameters<Connect['failed']>[0]): void => {
      to.failed(reason);
      step();
    };
    giveUp = connect(
      to,
      {
        connected(socket) {
          const use = (): void => {
            closeWhenIdle(socket, connection);
            carry(to, socket);
          };
          if (to.tunnel === undefined) use();
          else
            giveUp = openTunnel(socket, to.tunnel, {
              opened: use,
              refused: () => fail('remoteConnectionFailure'),
            });
        },
        failed: ({ reason }) => fail(reason),
      },
      options,
    );
  };
  const carry = (to: Connect, socket: Socket): void => {
    const { bytesWritten, bytesRead } = socket;
    const over = (): void => {
      socket.off('close', over);
      to.closed(socket.bytesWritten - bytesWritten, socket.bytesRead - bytesRead);
    };
    to.connected();
    socket.once('close', over);
    outcome.connected(socket, over);
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
