import type { Duplex } from 'node:stream';
import type { Patience } from './patience.js';
import { peek } from './peek.js';

/** How HTTP/2 with prior knowledge begins, which no request of HTTP/1 does. */
const preface = 'PRI * HTTP/2';

/** Finds out which HTTP a connection speaks. Envoy: the codec `AUTO`. */
export function inspectHttp(
  socket: Duplex,
  patience: Patience,
  found: (protocol: 'http1' | 'http2' | undefined) => void,
): void {
  peek(
    socket,
    patience,
    (bytes) => {
      const start = bytes.toString('latin1', 0, preface.length);
      if (start === preface) return 'http2';
      return preface.startsWith(start) ? 'more' : 'http1';
    },
    found,
  );
}
