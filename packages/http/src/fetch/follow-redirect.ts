import { noBody } from '../call/request-body.js';
import { originOfUrl } from '../dispatcher/read-origin.js';
import type { PlainRequest } from './plain-request.js';
import { PlainUrl } from './plain-url.js';

/** Fetch §4.4. */
export const maxRedirects = 20;

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number): boolean {
  return redirectStatuses.has(status);
}

/** The request that a redirect asks for. @throws {Error} when it leads nowhere that fetch may go. */
export function redirectedRequest(request: PlainRequest, status: number, location: string): PlainRequest {
  let url: URL;
  try {
    url = new URL(location, request.url.withoutHash);
  } catch (cause) {
    throw new TypeError(`Invalid URL: ${location}`, { cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error('URL scheme must be a HTTP(S) scheme');
  const { method } = request;
  const becomesGet =
    ((status === 301 || status === 302) && method === 'POST') ||
    (status === 303 && method !== 'GET' && method !== 'HEAD');
  const dropped = new Set<string>(becomesGet ? ofTheBody : []);
  const origin = originOfUrl(url);
  const isElsewhere =
    origin.scheme !== request.url.origin.scheme || origin.authority !== request.url.origin.authority;
  if (isElsewhere) for (const name of ofTheOrigin) dropped.add(name);
  return {
    ...request,
    url: new PlainUrl(origin, url.pathname + url.search, url.hash === '' ? request.url.hash : url.hash),
    method: becomesGet ? 'GET' : method,
    body: becomesGet ? noBody : request.body,
    lines: request.lines.filter((_, i, lines) => !dropped.has(lines[i - (i % 2)] ?? '')),
  };
}

const ofTheBody = [
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
];

/** What was meant for one server must not reach another. */
const ofTheOrigin = ['authorization', 'proxy-authorization', 'cookie', 'host'];
