import type { Duplex } from 'node:stream';

/**
 * Joins two byte streams: what one says the other hears, no faster than it listens. The end of one direction is
 * passed on and leaves the other open; a break of either breaks both.
 */
export function spliceSockets(a: Duplex, b: Duplex): void {
  join(a, b);
  join(b, a);
}

function join(from: Duplex, to: Duplex): void {
  // Not `pipeline`, which ends both ways when one is over.
  from.pipe(to);
  from
    .on('error', () => {})
    .once('close', () => {
      if (!to.destroyed && !(to.writableFinished && from.readableEnded)) to.destroy();
    });
}
