import type { Metadata } from '@grpc/grpc-js';
import type { CallRequest } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import { acceptedEncodings } from '../message/compression.js';
import type { CallOptions, CallStart } from './call-options.js';
import { formatTimeout } from './deadline.js';

/** The call as the HTTP request that gRPC makes of it. */
export function requestOf(
  { target, secure, sni, authority, userAgent, encoding, connection }: CallOptions,
  { method, host }: CallStart,
  {
    metadata,
    leftMs,
    body,
  }: { readonly metadata: Metadata; readonly leftMs: number; readonly body: CallRequest['body'] },
): CallRequest {
  const headers = new HeaderMap(linesOf(metadata));
  headers.set('te', 'trailers');
  headers.set('content-type', 'application/grpc');
  headers.set('user-agent', [...headers.all('user-agent'), userAgent].join(' '));
  headers.set('grpc-accept-encoding', acceptedEncodings);
  headers.set('accept-encoding', 'identity');
  if (encoding !== 'identity') headers.set('grpc-encoding', encoding);
  // A deadline becomes the header; a header alone, given as metadata, stays what it is.
  if (leftMs !== Number.POSITIVE_INFINITY) headers.set('grpc-timeout', formatTimeout(leftMs));
  const request = {
    head: {
      method: 'POST',
      scheme: secure ? 'https' : 'http',
      authority: host || authority,
      path: method,
      headers,
    },
    host: target.host,
    port: target.port,
    body,
    protocol: 'HTTP/2',
    connection,
  } as const;
  return sni === undefined ? request : { ...request, sni };
}

/** Binary values are in base64 already. */
function linesOf(metadata: Metadata): string[] {
  const lines: string[] = [];
  for (const [name, values = []] of Object.entries(metadata.toHttp2Headers()))
    for (const value of [values].flat()) lines.push(name, String(value));
  return lines;
}
