import type { RequestHead } from '@inmesh/model';
import type { StreamInfo } from '../route/stream-info.js';
import type { CheckSubject } from './check.js';

/** What the format strings in a check's headers see: nobody called, so they know little more than the endpoint and the time. */
export function probeStream(head: RequestHead, { endpoint }: CheckSubject): StreamInfo {
  return {
    protocol: 'HTTP/1.1',
    startTime: Date.now(),
    downstreamRemoteAddress: '',
    downstreamRemotePort: 0,
    downstreamLocalAddress: '',
    downstreamLocalPort: 0,
    requestedServerName: undefined,
    requestHeaders: head.headers,
    requestHead: head,
    responseHeaders: undefined,
    routeName: '',
    upstreamCluster: undefined,
    upstreamHost: endpoint.key,
    responseCode: 0,
    responseCodeDetails: '',
    responseFlags: [],
    attempts: 0,
  };
}
