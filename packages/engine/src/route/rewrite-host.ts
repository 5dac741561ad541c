import type { RequestHead, RouteAction } from '@inmesh/model';
import { headerOf } from '../match/header-match.js';
import { pathEnd } from '../match/predicate.js';
import { compileRegexRewrite } from './rewrite-path.js';

/** The new authority; `undefined` leaves it as it is. */
export type HostRewrite = (head: RequestHead) => string | undefined;

/** Literal before header before pattern, as Envoy asks them. `auto_host_rewrite` is a matter of each attempt. */
export function compileHostRewrite(action: RouteAction): HostRewrite | undefined {
  const { hostRewriteLiteral, hostRewriteHeader, hostRewritePathRegex } = action;
  if (hostRewriteLiteral !== undefined && hostRewriteLiteral !== '') return () => hostRewriteLiteral;
  if (hostRewriteHeader !== undefined && hostRewriteHeader !== '') {
    const header = hostRewriteHeader.toLowerCase();
    return (head) => headerOf(head, header) || undefined;
  }
  if (hostRewritePathRegex !== undefined) {
    const replace = compileRegexRewrite(hostRewritePathRegex);
    return ({ path }) => replace(path.slice(0, pathEnd(path))) || undefined;
  }
  return undefined;
}

/** Sets the authority and keeps the old one where Envoy keeps it. */
export function rewriteHost(
  head: RequestHead,
  authority: string,
  { appendForwardedHost, keepOriginal }: { appendForwardedHost: boolean; keepOriginal: boolean },
): void {
  if (appendForwardedHost) appendHost(head);
  if (keepOriginal) head.headers.set('x-envoy-original-host', head.authority);
  head.authority = authority;
}

/** The previous authority goes behind the list, unless it stands there already. */
function appendHost({ headers, authority }: RequestHead): void {
  const list = headers.get('x-forwarded-host');
  if (list === undefined || list === '') headers.set('x-forwarded-host', authority);
  else if (list.split(',').at(-1)?.trim() !== authority)
    headers.set('x-forwarded-host', `${list},${authority}`);
}
