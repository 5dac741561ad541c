import '../preserve-builtin.js';
import { stringify } from 'node:querystring';
import type { CallRequest } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { Dispatcher } from 'undici';
import type { RequestBody } from '../call/request-body.js';
import { readBody } from './read-body.js';
import { readHeaders } from './read-headers.js';
import { originOf } from './read-origin.js';

/** A request as undici's callers state it, read once for the engine and for the wire. */
export interface ReadRequest {
  readonly request: CallRequest;
  readonly body: RequestBody;
}

/** What undici takes besides what its types say. */
type Options = Dispatcher.DispatchOptions & { readonly servername?: string | null };

/** @throws {TypeError} for what cannot be sent. */
export function readRequest(options: Options): ReadRequest {
  const { scheme, host, port, authority: ownAuthority } = originOf(options.origin);
  const { lines, authority = ownAuthority } = readHeaders(options.headers);
  const { body, contentType, length } = readBody(options.body);
  const headers = new HeaderMap(lines);
  if (contentType !== undefined && !headers.has('content-type')) headers.append('content-type', contentType);
  // Rules may look at the length of the body; on the wire undici states it.
  if (length !== undefined && length > 0 && !headers.has('content-length'))
    headers.append('content-length', String(length));
  const upgrade =
    typeof options.upgrade === 'string'
      ? options.upgrade
      : options.upgrade === true
        ? 'websocket'
        : undefined;
  return {
    body,
    request: {
      head: { method: options.method ?? 'GET', scheme, authority, path: pathOf(options), headers },
      host,
      port,
      body: body.kind,
      ...(upgrade !== undefined && { upgrade }),
      ...(typeof options.servername === 'string' && { sni: options.servername }),
    },
  };
}

function pathOf({ path, query }: Options): string {
  if (typeof path !== 'string') throw new TypeError('path must be a string');
  if (query === null || query === undefined) return path === '' ? '/' : path;
  if (/[?#]/.test(path)) throw new TypeError('query cannot be given where the path has one already');
  const text = stringify(query);
  return text === '' ? path : `${path}?${text}`;
}
