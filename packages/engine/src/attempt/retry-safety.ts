import type { HeaderMap, RequestHead } from '@inmesh/model';
import type { Sent } from '../call.js';

/** Methods whose second arrival does no more than the first. RFC 9110 §9.2.2, and QUERY. */
const idempotent: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'QUERY',
]);

/**
 * Whether a request may be sent again when a rule wants it to. Unlike Envoy, which never looks at the method:
 * what may have been processed is repeated only if that does no harm, unless `retrySafety` is `istio`.
 */
export function mayReplay(head: RequestHead, sent: Sent, safety: 'strict' | 'istio'): boolean {
  if (safety === 'istio' || sent === 'nothing' || sent === 'refused') return true;
  return idempotent.has(head.method) || hasIdempotencyKey(head.headers);
}

function hasIdempotencyKey(headers: HeaderMap): boolean {
  return headers.has('idempotency-key');
}

/** What a status tells of the request: 421 and 425 say that it was not processed. RFC 9110 §15.5.20, RFC 8470 §5.2. */
export function sentBefore(status: number): Sent {
  return status === 421 || status === 425 ? 'refused' : 'unknown';
}
