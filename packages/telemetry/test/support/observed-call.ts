import type { ObservedCall } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';

/** A call that went well, as the engine would tell of it, but for what the test says. */
export function observedCall(
  facts: Partial<ObservedCall> & { readonly headers?: Readonly<Record<string, string>> } = {},
): ObservedCall {
  const { headers = {}, ...given } = facts;
  const head = {
    method: 'GET',
    scheme: 'http' as const,
    authority: 'shop.test',
    path: '/',
    headers: new HeaderMap(Object.entries(headers).flat()),
  };
  const requestHead = given.requestHead ?? head;
  return {
    protocol: 'HTTP/1.1',
    startTime: 1_770_000_000_000,
    downstreamRemoteAddress: '127.0.0.1',
    downstreamRemotePort: 0,
    downstreamLocalAddress: '0.0.0.0',
    downstreamLocalPort: 80,
    requestedServerName: undefined,
    requestHeaders: requestHead.headers,
    requestHead,
    responseHeaders: undefined,
    routeName: 'default',
    upstreamCluster: undefined,
    upstreamHost: undefined,
    responseStatus: 200,
    responseCode: 200,
    responseCodeDetails: 'via_upstream',
    responseFlags: [],
    attempts: 1,
    request: { head: requestHead, host: 'shop.test', port: 80, body: 'replayable' },
    isTcp: false,
    statPrefix: 'outbound_0.0.0.0_80',
    route: undefined,
    cluster: undefined,
    endpoint: undefined,
    responseTrailers: undefined,
    hasFlags: (given.responseFlags ?? []).length > 0,
    requestBytes: undefined,
    responseBytes: 0,
    requestMs: undefined,
    responseMs: undefined,
    elapsedMs: 12.5,
    ...given,
  };
}
