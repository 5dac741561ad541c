import type { Duplex } from 'node:stream';
import type { Patience } from './patience.js';

/** What has been found out from the first bytes: `more` is worth waiting for. */
export type Look<T> = (bytes: Buffer) => T | 'more';

/**
 * Looks at the first bytes of a connection without taking them: it is paused, and they are there for whoever reads
 * next. `undefined`: the connection ended before anything was found out. What `look` throws ends the connection, and so does a client that
 * takes too long.
 */
export function peek<T>(
  socket: Duplex,
  { clock, headTimeoutMs }: Patience,
  look: Look<T>,
  found: (result: T | undefined) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const timer = clock.setTimeout(() => socket.destroy(), headTimeoutMs);
  const stop = (): void => {
    clock.clearTimeout(timer);
    socket.off('data', onData).off('end', onEnd).off('close', onEnd);
  };
  const onData = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    let result: T | 'more';
    try {
      result = look(bytes);
    } catch {
      socket.destroy();
      return;
    }
    if (result === 'more') return;
    stop();
    // Whoever is next listens first and lets it flow then.
    socket.pause();
    socket.unshift(bytes);
    found(result);
  };
  const onEnd = (): void => {
    stop();
    found(undefined);
  };
  // Somebody may have looked before, and paused it.
  socket.on('data', onData).once('end', onEnd).once('close', onEnd).resume();
}
