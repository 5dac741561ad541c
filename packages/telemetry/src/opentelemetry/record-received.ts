import type { ObservedCall } from '@inmesh/engine';
import type { Histogram } from '@opentelemetry/api';
import { methodAttributes } from './attributes.js';

/** Tells `http.server.request.duration` of a request that was received. */
export function recordReceived(
  duration: Histogram,
  { requestHead, responseCode, elapsedMs, protocol }: ObservedCall,
): void {
  duration.record(elapsedMs / 1_000, {
    'http.request.method': methodAttributes(requestHead.method)['http.request.method'],
    'url.scheme': requestHead.scheme,
    'network.protocol.version': protocol.slice('HTTP/'.length),
    ...(responseCode > 0 && { 'http.response.status_code': responseCode }),
    ...(responseCode >= 500 && { 'error.type': String(responseCode) }),
  });
}
