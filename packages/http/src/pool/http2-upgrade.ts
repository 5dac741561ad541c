import type { OutgoingHttpHeaders } from 'node:http2';

/** Lines of the handshake of HTTP/1.1, which no stream of HTTP/2 may carry. */
const handshake: readonly string[] = ['connection', 'upgrade'];

/** An upgrade as a stream asks for it: CONNECT with the protocol beside it (RFC 8441). Changes the headers. */
export function asExtendedConnect(headers: OutgoingHttpHeaders, protocol: string): OutgoingHttpHeaders {
  for (const name of handshake) delete headers[name];
  headers[':method'] = 'CONNECT';
  headers[':protocol'] = protocol;
  return headers;
}

/** The lines of the answer 200 to such a request, as a caller who asked for an upgrade expects them with 101. */
export function asSwitched(lines: readonly string[], protocol: string): string[] {
  return [...lines, 'upgrade', protocol, 'connection', 'Upgrade'];
}
