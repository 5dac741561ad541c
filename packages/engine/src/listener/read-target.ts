import {
  type HttpConnectionManager,
  type LocalReplyKind,
  localReplies,
  type RequestHead,
} from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { isGrpc } from '../match/compile-match.js';
import { isAuthority, rememberingAuthority } from './authority.js';
import { readRequestLine } from './http1-syntax.js';
import { compileNormalization, isPlainPath } from './normalize-path.js';

/** Method, authority and path: what is refused, and the path in its normal form. */
export type ReadTarget = (request: CallRequest) => LocalReplyKind | undefined;

export function compileTarget(manager: HttpConnectionManager): ReadTarget {
  const normalizePath = compileNormalization(manager);
  const isKnownAuthority = rememberingAuthority();
  return ({ head, downstream }) => {
    // Of a target like nearly all others nothing has to be refused or normalised.
    const isPlain =
      (head.method === 'GET' || commonMethods.has(head.method)) &&
      head.authority !== '' &&
      isKnownAuthority(head.authority) &&
      isPlainPath(head.path);
    if (isPlain) return undefined;
    const refusal = downstream?.protocol === 'HTTP/2' ? undefined : readRequestLine(head);
    if (refusal !== undefined) return refusal;
    // The `host` line of an application's call is always there, if only an empty one.
    if (head.authority === '' && downstream !== undefined) return missingHost;
    const malformed = findMalformed(head);
    if (malformed !== undefined || head.path === '') return malformed;
    const path = normalizePath(head.path);
    if (path === undefined) return localReplies.pathNormalizationFailed;
    if (typeof path !== 'string') return redirectTo(path.redirectTo, head);
    head.path = path;
    return undefined;
  };
}

const refusal = (status: number, details: string): LocalReplyKind => ({
  status,
  flag: '',
  details,
  body: '',
});
const missingHost = refusal(400, 'missing_host_header');
const invalidAuthority = refusal(400, 'http.invalid_authority');
const invalidMethod = refusal(400, 'http.invalid_method');
const missingPath = refusal(404, 'missing_path_rejected');
const absolutePath = refusal(404, 'absolute_path_rejected');

function findMalformed({ authority, method, path }: RequestHead): LocalReplyKind | undefined {
  if (!isAuthority(authority)) return invalidAuthority;
  if (!commonMethods.has(method) && !/^[\w!#$%&'*+\-.^`|~]+$/.test(method)) return invalidMethod;
  if (path === '') return method === 'CONNECT' ? undefined : missingPath;
  return path.startsWith('/') ? undefined : absolutePath;
}

const commonMethods: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'PATCH',
  'OPTIONS',
]);

/** gRPC knows no redirect: it is told that something is wrong. */
function redirectTo(path: string, { headers }: RequestHead): LocalReplyKind {
  if (isGrpc(headers.get('content-type'))) return { ...localReplies.pathNormalizationFailed, status: 500 };
  return { ...localReplies.pathNormalizationFailed, status: 307, headers: ['location', path] };
}
