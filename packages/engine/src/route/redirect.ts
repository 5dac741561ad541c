import type { RedirectAction, RequestHead, RouteMatch } from '@inmesh/model';
import { compilePathRewrite } from './rewrite-path.js';

export const redirectStatus: Readonly<Record<NonNullable<RedirectAction['responseCode']>, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

/** The `location` of a redirect. Envoy: `RouteEntryImplBase::newUri`. */
export function compileRedirect(redirect: RedirectAction, match: RouteMatch): (head: RequestHead) => string {
  const { hostRedirect = '', portRedirect = 0 } = redirect;
  const newPath = compileRedirectPath(redirect, match);
  const port = portRedirect === 0 ? '' : `:${portRedirect}`;
  return (head) => {
    const scheme = redirect.schemeRedirect || (redirect.httpsRedirect === true ? 'https' : head.scheme);
    // A host of the rule replaces the request's port too.
    const host = hostRedirect || keptHost(head, scheme, portRedirect !== 0);
    const path = newPath(head.path);
    return `${scheme}://${host}${port}${path.startsWith('/') ? '' : '/'}${path}`;
  };
}

/** The port goes when the rule has another, or when it was the default of a scheme that changes. */
function keptHost({ authority, headers }: RequestHead, scheme: string, otherPort: boolean): string {
  const colon = authority.lastIndexOf(':');
  if (colon === -1 || authority.indexOf(']', colon) !== -1) return authority;
  const before = headers.get('x-forwarded-proto');
  const wasDefault =
    authority.slice(colon) === (before === 'https' ? ':443' : before === 'http' ? ':80' : '');
  return otherPort || (before !== scheme && wasDefault) ? authority.slice(0, colon) : authority;
}

function compileRedirectPath(redirect: RedirectAction, match: RouteMatch): (path: string) => string {
  const { pathRedirect = '', stripQuery = false } = redirect;
  // With a query of its own the rule's path stands as it is.
  if (pathRedirect.includes('?')) return () => pathRedirect;
  const rewrite = compilePathRewrite(redirect, match);
  return (path) => {
    const query = path.indexOf('?');
    const withQuery = query !== -1 && !stripQuery;
    if (pathRedirect !== '') return withQuery ? pathRedirect + path.slice(query) : pathRedirect;
    const rewritten = rewrite?.(path) ?? path;
    const end = stripQuery ? rewritten.indexOf('?') : -1;
    return end === -1 ? rewritten : rewritten.slice(0, end);
  };
}
