import type { IncomingMessage } from 'node:http';
import type { AccessLogEntry } from '@inmesh/engine';
import type { Refusal } from '../admit/refusal.js';

/** What the access log tells of a request that was turned away at the door; without one, of its connection. */
export function refusedEntry(
  { status, flag, details }: Refusal,
  request?: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
): AccessLogEntry {
  const headers: Record<string, string> = Object.create(null);
  const { rawHeaders = [] } = request ?? {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? (rawHeaders[i + 1] ?? '') : `${before},${rawHeaders[i + 1]}`;
  }
  return {
    method: request?.method ?? '',
    authority: headers.host ?? '',
    path: request?.url ?? '',
    headers,
    responseCode: status,
    responseFlags: flag === '' ? [] : [flag],
    responseCodeDetails: details,
    upstreamCluster: undefined,
    upstreamHost: undefined,
    routeName: '',
    attempts: 0,
    durationMs: 0,
  };
}

/** What the access log tells of a connection that was closed before anybody read it. */
export function closedEntry(details: string): AccessLogEntry {
  return refusedEntry({ status: 0, body: '', flag: '', details });
}
