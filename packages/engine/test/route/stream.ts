import type { RequestHead } from '@inmesh/model';
import type { StreamInfo } from '../../src/route/stream-info.js';

/** What is known of a call that has just begun. */
export function streamOf(requestHead: RequestHead, rest: Partial<StreamInfo> = {}): StreamInfo {
  return {
    protocol: 'HTTP/1.1',
    startTime: Date.UTC(2026, 1, 3, 4, 5, 6, 789),
    downstreamRemoteAddress: '127.0.0.1',
    downstreamRemotePort: 4711,
    downstreamLocalAddress: '10.0.0.1',
    downstreamLocalPort: 8080,
    requestedServerName: undefined,
    requestHeaders: requestHead.headers,
    requestHead,
    responseHeaders: undefined,
    routeName: 'r',
    upstreamCluster: 'c',
    upstreamHost: undefined,
    responseCode: 0,
    responseCodeDetails: '',
    responseFlags: [],
    attempts: 1,
    ...rest,
  };
}
