import '../preserve-builtin.js';
import { stringify } from 'node:querystring';
import { HeaderMap } from '@inmesh/model';
import type { Dispatcher } from 'undici';
import { type CallWishes, readWishes } from '../call/call-wishes.js';
import { OutgoingHead, OutgoingRequest } from '../call/outgoing-request.js';
import type { RequestBody } from '../call/request-body.js';
import { readBody } from './read-body.js';
import { readHeaders } from './read-headers.js';
import { originOf } from './read-origin.js';

/** A request as undici's callers state it, read once for the engine and for the wire. */
export interface ReadRequest {
  readonly request: OutgoingRequest;
  readonly body: RequestBody;
}

/** What undici takes besides what its types say. */
type Options = Dispatcher.DispatchOptions & {
  readonly servername?: string | null;
  /** Ours: what the caller asks for this one call. */
  readonly mesh?: CallWishes;
};

/** @throws {TypeError} for what cannot be sent. */
export function readRequest(options: Options): ReadRequest {
  const origin = originOf(options.origin);
  const { lines, authority = origin.authority } = readHeaders(options.headers);
  const { body, contentType, length } = readBody(options.body);
  // A copy of a list stays young as long as the call lasts; one that was written as a literal may not.
  const headers = new HeaderMap(lines.slice());
  if (contentType !== undefined && !headers.has('content-type')) headers.append('content-type', contentType);
  // Rules may look at the length of the body; on the wire undici states it.
  if (length !== undefined && length > 0 && !headers.has('content-length'))
    headers.append('content-length', String(length));
  const { method = 'GET', upgrade, servername, mesh } = options;
  const place = authority === origin.authority ? origin : { scheme: origin.scheme, authority };
  const head = new OutgoingHead(place, method, pathOf(options), headers);
  const request = new OutgoingRequest(head, origin, body.kind);
  if (typeof upgrade === 'string') request.upgrade = upgrade;
  else if (upgrade === true) request.upgrade = 'websocket';
  if (typeof servername === 'string') request.sni = servername;
  if (mesh !== undefined) request.overrides = readWishes(mesh);
  return { request, body };
}

function pathOf({ path, query }: Options): string {
  if (typeof path !== 'string') throw new TypeError('path must be a string');
  if (query === null || query === undefined) return path === '' ? '/' : path;
  if (/[?#]/.test(path)) throw new TypeError('query cannot be given where the path has one already');
  const text = stringify(query);
  return text === '' ? path : `${path}?${text}`;
}
