import type { HeaderMap } from '@inmesh/model';

/**
 * Headers for which Envoy keeps one line only: another value is joined to it with a comma. All others get
 * another line. Source: the inline headers of Envoy's `header_map.h`, and those its filters register.
 */
const singleLine: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-allow-private-network',
  'access-control-expose-headers',
  'access-control-max-age',
  'access-control-request-headers',
  'access-control-request-method',
  'access-control-request-private-network',
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'etag',
  'expect',
  'expires',
  'grpc-accept-encoding',
  'grpc-message',
  'grpc-status',
  'grpc-timeout',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'last-modified',
  'location',
  'origin',
  'pragma',
  'proxy-connection',
  'proxy-status',
  'referer',
  'server',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'vary',
  'via',
  'x-client-trace-id',
  'x-forwarded-client-cert',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-request-id',
]);

export function isSingleLine(name: string): boolean {
  return singleLine.has(name) || name.startsWith('x-envoy-');
}

/** Adds a value as Envoy does: joined to the existing line where the header has but one, else as another line. */
export function appendValue(headers: HeaderMap, name: string, value: string): void {
  const existing = isSingleLine(name) ? headers.get(name) : undefined;
  if (existing === undefined) headers.append(name, value);
  else headers.set(name, existing === '' ? value : `${existing},${value}`);
}
