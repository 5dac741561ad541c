import type { IncomingMessage } from 'node:http';
import { HeaderMap } from '@inmesh/model';
import { isAuthority } from './authority.js';
import { nominatedBy } from './connection-header.js';
import { lowerName } from './header-name.js';
import { type Refusal, refusals } from './refusal.js';

/** A request head of HTTP/1 as it was admitted. */
export interface AdmittedHead {
  readonly authority: string;
  /** Without `host` and what belongs to the connection alone. */
  readonly headers: HeaderMap;
  readonly hasBody: boolean;
  /** The client waits for a 100 before it sends its body. */
  readonly expectsContinue: boolean;
}

/**
 * Reads what Node's parser let through, which is more than a gateway may believe: repeated hosts, codings before
 * `chunked`, old versions. `acceptsHttp10` as the connection manager says. One pass over the lines.
 */
export function readHttp1(
  { httpVersion, rawHeaders, method }: IncomingMessage,
  { acceptsHttp10 }: { readonly acceptsHttp10: boolean },
): AdmittedHead | Refusal {
  const isHttp11 = httpVersion === '1.1';
  if (!isHttp11 && httpVersion !== '1.0') return refusals.codec;
  const lines: string[] = [];
  let host: string | undefined;
  let connection: string[] | undefined;
  let coding: string | undefined;
  let length: string | undefined;
  let expectsContinue = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = lowerName(rawHeaders[i] ?? '');
    const value = rawHeaders[i + 1] ?? '';
    switch (name) {
      case 'host':
        if (host !== undefined) return refusals.hosts;
        host = value;
        break;
      case 'connection':
        connection = [...(connection ?? []), value];
        break;
      case 'transfer-encoding':
        coding = coding === undefined ? value : `${coding},${value}`;
        break;
      case 'content-length':
        length = value;
        lines.push(name, value);
        break;
      case 'expect':
        expectsContinue = value.toLowerCase() === '100-continue';
        lines.push(name, value);
        break;
      case 'te':
        if (value.toLowerCase() === 'trailers') lines.push(name, value);
        break;
      case 'keep-alive':
      case 'proxy-connection':
      case 'upgrade':
        break;
      default:
        lines.push(name, value);
    }
  }
  if (coding !== undefined) {
    if (!isHttp11) return refusals.http10Chunked;
    if (coding.toLowerCase() !== 'chunked') return refusals.transferEncoding;
    if (length !== undefined) return refusals.codec;
  }
  if (!isHttp11 && !acceptsHttp10) return refusals.http10;
  if (host !== undefined && host !== '' && method !== 'CONNECT' && !isAuthority(host)) return refusals.host;
  const headers = new HeaderMap(lines);
  if (connection !== undefined) {
    const nominated = nominatedBy(connection);
    if (nominated === 'rejected') return refusals.connection;
    for (const name of nominated) headers.remove(name);
  }
  return {
    authority: host ?? '',
    headers,
    hasBody: coding !== undefined || (length !== undefined && length !== '0'),
    expectsContinue,
  };
}

export function isRefusal(read: AdmittedHead | Refusal): read is Refusal {
  return 'details' in read;
}
