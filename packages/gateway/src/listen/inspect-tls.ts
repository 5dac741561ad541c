import type { Socket } from 'node:net';
import { type ClientHello, readClientHello } from './client-hello.js';
import type { Patience } from './patience.js';
import { peek } from './peek.js';

/** The first byte of a TLS record that begins a handshake. */
const handshakeByte = 22;

/** How a connection begins. Envoy: `tls_inspector`. */
export type Beginning = ClientHello | 'clear' | 'nothing';

/** Finds out whether a connection begins with TLS, and for which server. */
export function inspectTls(socket: Socket, patience: Patience, found: (beginning: Beginning) => void): void {
  peek<Beginning>(
    socket,
    patience,
    (bytes) => (bytes[0] === handshakeByte ? (readClientHello(bytes) ?? 'more') : 'clear'),
    (beginning) => found(beginning ?? 'nothing'),
  );
}
