import type { AccessLogEntry, ObservedCall } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';

/** A request that a server refused before the engine saw it, in the words of a call: all that is known is its entry. */
export function refusedCall(entry: AccessLogEntry): ObservedCall {
  const { method, authority, path, responseCode, responseFlags, durationMs } = entry;
  const headers = new HeaderMap(Object.entries(entry.headers).flat());
  const requestHead = { method, scheme: 'http' as const, authority, path, headers };
  return {
    request: { head: requestHead, host: authority, port: 0, body: 'none' },
    requestHead,
    requestHeaders: headers,
    protocol: 'HTTP/1.1',
    startTime: Date.now() - durationMs,
    downstreamRemoteAddress: '',
    downstreamRemotePort: 0,
    downstreamLocalAddress: '',
    downstreamLocalPort: 0,
    requestedServerName: undefined,
    responseHeaders: undefined,
    responseTrailers: undefined,
    routeName: entry.routeName,
    route: undefined,
    upstreamCluster: entry.upstreamCluster,
    upstreamHost: entry.upstreamHost,
    cluster: undefined,
    endpoint: undefined,
    responseStatus: responseCode === 0 ? undefined : responseCode,
    responseCode,
    responseCodeDetails: entry.responseCodeDetails ?? '',
    responseFlags,
    hasFlags: responseFlags.length > 0,
    attempts: entry.attempts,
    isTcp: method === '',
    statPrefix: '',
    requestBytes: 0,
    responseBytes: 0,
    requestMs: 0,
    responseMs: undefined,
    elapsedMs: durationMs,
  };
}
