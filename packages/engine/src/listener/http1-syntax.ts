import type { LocalReplyKind, RequestHead } from '@inmesh/model';
import { isAuthority } from './authority.js';

/**
 * What a codec of HTTP/1.1 makes of a request line before any rule: it refuses what is no request, and of a target
 * that names its server (`GET http://shop/a`) takes the authority and the path. Envoy: `Http1::ServerConnectionImpl`.
 */
export function readRequestLine(head: RequestHead): LocalReplyKind | undefined {
  if (!knownMethods.has(head.method)) return badRequest('http1.codec_error');
  if (!isAuthority(head.authority)) return badRequest('http.invalid_authority');
  const { path } = head;
  if (notInTargets.test(path)) return badRequest('http1.codec_error');
  if (path.startsWith('/') || path === '' || head.method === 'CONNECT') return undefined;
  return readAbsoluteTarget(head);
}

/** Those that Envoy's parser knows. */
const knownMethods: ReadonlySet<string> = new Set(
  [
    'GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE',
    'ACL BIND CHECKOUT COPY LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE',
    'REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE',
  ].flatMap((names) => names.split(' ')),
);
/** The very characters that end or break a request line. */
const notInTargets = /[\0- \x7f]/;

const badRequest = (details: string): LocalReplyKind => ({
  status: 400,
  flag: 'DPE',
  details,
  body: 'Bad Request',
});

/** The target's server counts, whatever the `host` line says. */
function readAbsoluteTarget(head: RequestHead): LocalReplyKind | undefined {
  // `OPTIONS *` means the server as a whole; rules know only paths, and refuse it later.
  if (head.path === '*' && head.method === 'OPTIONS') return undefined;
  const [, scheme, authority = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(head.path) ?? [];
  if (scheme === undefined) return badRequest('http1.codec_error');
  if (!/^https?$/i.test(scheme)) return badRequest('http1.invalid_scheme');
  if (authority === '') return badRequest('http1.invalid_url');
  head.authority = authority;
  head.path = rest === '' ? '/' : rest;
  return undefined;
}
