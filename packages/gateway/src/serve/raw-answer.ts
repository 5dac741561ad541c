import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../admit/refusal.js';
import { dateText } from './date-line.js';

/** An answer to what was no request, as it goes over the wire. The connection ends with it. */
export function rawAnswer({ status, body }: Refusal, serverName: string): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...(body === '' ? [] : ['content-type: text/plain']),
    `date: ${dateText()}`,
    `server: ${serverName}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
