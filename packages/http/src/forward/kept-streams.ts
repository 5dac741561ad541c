import type { Socket } from 'node:net';
import type { Connect } from '@inmesh/engine';
import type { PooledConnection } from '../pool/pooled-connection.js';

/** A byte stream with the caller's TLS on it, and HTTP/1.1 on that. */
export interface KeptStream {
  readonly serverName: string;
  readonly to: Pick<Connect, 'endpoint' | 'upstream' | 'tls' | 'tunnel'>;
  readonly raw: Socket;
  readonly connection: PooledConnection;
  /** Tells the engine that the call which the stream carries is over. */
  over: () => void;
}

/** Streams that have carried a call, and wait for another one that is led to the same place. */
export class KeptStreams {
  readonly #idle = new Map<string, KeptStream[]>();

  keep(stream: KeptStream): void {
    const key = keyOf(stream.serverName, stream.to);
    const others = this.#idle.get(key);
    if (others === undefined) this.#idle.set(key, [stream]);
    else others.push(stream);
  }

  /** The one that was kept last. A cluster that is defined anew has other settings, and new connections. */
  take(serverName: string, to: KeptStream['to']): KeptStream | undefined {
    const idle = this.#idle.get(keyOf(serverName, to)) ?? [];
    const index = idle.findLastIndex(
      ({ to: { upstream, tls }, connection }) =>
        upstream === to.upstream && tls === to.tls && !connection.socket.destroyed,
    );
    return index < 0 ? undefined : idle.splice(index, 1)[0];
  }

  forget(stream: KeptStream): void {
    const key = keyOf(stream.serverName, stream.to);
    const left = this.#idle.get(key)?.filter((other) => other !== stream) ?? [];
    if (left.length > 0) this.#idle.set(key, left);
    else this.#idle.delete(key);
  }
}

function keyOf(serverName: string, { endpoint, tunnel }: KeptStream['to']): string {
  return `${serverName} ${endpoint.key} ${tunnel?.authority ?? ''}`;
}
