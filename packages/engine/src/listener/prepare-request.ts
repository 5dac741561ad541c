import {
  type HttpConnectionManager,
  type LocalReplyKind,
  localReplies,
  type RequestHead,
} from '@inmesh/model';
import type { Downstream } from '../call.js';
import { isGrpc } from '../match/compile-match.js';
import { isAuthority, rememberingAuthority } from './authority.js';
import { addressBits, type CidrSet, cidrSet } from './cidr.js';
import { compileClientCert } from './forwarded-client-cert.js';
import { readRequestLine } from './http1-syntax.js';
import { compileNormalization, isPlainPath } from './normalize-path.js';
import { requestIds } from './request-id.js';
import { type Origin, sanitizeHeaders } from './sanitize-headers.js';

/** The connection on which a request came. */
export interface RequestOrigin {
  /** Absent: a call of the application itself. */
  readonly downstream: Downstream | undefined;
  /** The address of this workload, which stands in `x-forwarded-for` for a caller on the loopback. */
  readonly localAddress: string;
  /** The port of the listener. */
  readonly localPort: number;
  /** The protocol of an Upgrade, which rules may match by the header `upgrade`. */
  readonly upgrade: string | undefined;
  /** Names in lower case of headers that only internal callers may send. Envoy: `internal_only_headers`. */
  readonly internalOnlyHeaders?: readonly string[] | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Brings a request into the form that routing sees and the upstream gets: path and host normalised, headers
 * sanitised, `x-request-id` and the forwarding headers set. Answers a reply when the request is refused. Done
 * before any rule, in Envoy's order. Envoy: `ConnectionManagerImpl::ActiveStream::decodeHeaders`.
 */
export type PrepareRequest = (head: RequestHead, origin: RequestOrigin) => LocalReplyKind | undefined;

export function compilePreparation(manager: HttpConnectionManager): PrepareRequest {
  const readUnderscores = compileUnderscores(manager);
  const exceeded = compileLimits(manager);
  const isKnownAuthority = rememberingAuthority();
  const readTarget = compileTarget(manager);
  const normalizeHost = compileHostNormalization(manager);
  const findOrigin = compileOrigin(manager);
  const forward = compileForwarding(manager);
  const forwardClientCert = compileClientCert(manager);
  const { generateRequestId = true, preserveExternalRequestId = false } = manager;
  const createRequestId = requestIds();

  // Of a request like nearly all others nothing has to be refused or normalised.
  const isPlain = ({ method, authority, path }: RequestHead): boolean =>
    commonMethods.has(method) && authority !== '' && isKnownAuthority(authority) && isPlainPath(path);

  return (head, request) => {
    const refusal =
      readUnderscores?.(head) ?? exceeded(head) ?? (isPlain(head) ? undefined : readTarget(head, request));
    if (refusal !== undefined) return refusal;
    normalizeHost?.(head, request.localPort);
    const { headers } = head;
    const origin = findOrigin(head, request);
    sanitizeHeaders(headers, origin);
    if (origin !== 'internal' && request.internalOnlyHeaders !== undefined)
      for (const name of request.internalOnlyHeaders) headers.remove(name);
    forwardClientCert(headers, request.downstream?.tls?.peer);
    if (request.upgrade !== undefined) {
      headers.set('connection', 'Upgrade');
      headers.set('upgrade', request.upgrade);
    }
    forward(head, request, origin);
    if (generateRequestId) {
      if (!headers.has('x-request-id')) headers.append('x-request-id', createRequestId(request.random));
      else if (origin === 'edge' && !preserveExternalRequestId)
        headers.set('x-request-id', createRequestId(request.random));
    }
    return undefined;
  };
}

/** Method, authority and path: what is refused, and the path in its normal form. */
function compileTarget(manager: HttpConnectionManager): PrepareRequest {
  const normalizePath = compileNormalization(manager);
  return (head, { downstream }) => {
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

const unexpectedUnderscore: LocalReplyKind = {
  status: 400,
  flag: 'DPE',
  details: 'http1.unexpected_underscore',
  body: 'Bad Request',
};

const tooLarge = (details: string): LocalReplyKind => ({
  status: 431,
  flag: 'DPE',
  details,
  body: 'Request Header Fields Too Large',
});
const tooManyHeaders = tooLarge('http1.too_many_headers');
const headersTooLarge = tooLarge('http1.headers_too_large');
const defaultMaxHeaders = 100;
const defaultMaxHeadersKb = 60;

/** How many header lines a request may have, and how long they may be together. The authority is a header as well. */
function compileLimits(manager: HttpConnectionManager): (head: RequestHead) => LocalReplyKind | undefined {
  const maxHeaders = manager.commonHttpProtocolOptions?.maxHeadersCount ?? defaultMaxHeaders;
  const maxLength = (manager.maxRequestHeadersKb ?? defaultMaxHeadersKb) * 1024;
  return ({ headers: { lines }, authority, path }) => {
    if (lines.length / 2 + 1 > maxHeaders) return tooManyHeaders;
    let length = authority.length + path.length;
    for (let i = 0; i < lines.length; i++) length += lines[i]?.length ?? 0;
    return length > maxLength ? headersTooLarge : undefined;
  };
}

/**
 * What becomes of header names with an underscore, which some servers take for a dash. They pass by default.
 * Unlike Envoy, an HTTP/2 request is answered as well where its stream would be reset.
 * Envoy: `headers_with_underscores_action`.
 */
function compileUnderscores(
  manager: HttpConnectionManager,
): ((head: RequestHead) => LocalReplyKind | undefined) | undefined {
  const action = manager.commonHttpProtocolOptions?.headersWithUnderscoresAction;
  if (action !== 'REJECT_REQUEST' && action !== 'DROP_HEADER') return undefined;
  return ({ headers }) => {
    const names = headers.lines.filter((name, i) => i % 2 === 0 && name.includes('_'));
    if (names.length > 0 && action === 'REJECT_REQUEST') return unexpectedUnderscore;
    for (const name of names) headers.remove(name);
    return undefined;
  };
}

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

type NormalizeHost = (head: RequestHead, localPort: number) => void;

/** What is cut here is cut upstream too, unlike `ignore_port_in_host_matching`. `undefined`: nothing is. */
function compileHostNormalization(manager: HttpConnectionManager): NormalizeHost | undefined {
  const { stripTrailingHostDot = false, stripAnyHostPort = false, stripMatchingHostPort = false } = manager;
  if (!stripTrailingHostDot && !stripAnyHostPort && !stripMatchingHostPort) return undefined;
  return (head, localPort) => {
    const [, host = '', port = ''] = /^(.*?)(:\d+)?$/.exec(head.authority) ?? [];
    const name = stripTrailingHostDot && host.endsWith('.') ? host.slice(0, -1) : host;
    const strips = stripAnyHostPort || (stripMatchingHostPort && port === `:${localPort}`);
    head.authority = strips ? name : name + port;
  };
}

type FindOrigin = (head: RequestHead, request: RequestOrigin) => Origin;

/** Internal is who has a single hop, from an address of the configured ranges. */
function compileOrigin(manager: HttpConnectionManager): FindOrigin {
  const { useRemoteAddress = false, internalAddressConfig } = manager;
  const outside: Origin = useRemoteAddress ? 'edge' : 'external';
  const internal = cidrSet(internalAddressConfig?.cidrRanges);
  if (internal.size === 0) return () => outside;
  return ({ headers }, { downstream }) => {
    const hops = headers.get('x-forwarded-for');
    const address = useRemoteAddress ? downstream?.remoteAddress : hops?.trim();
    const isSingleHop = useRemoteAddress ? hops === undefined : hops !== undefined && !hops.includes(',');
    return isSingleHop && covers(internal, address) ? 'internal' : outside;
  };
}

function covers(ranges: CidrSet, address: string | undefined): boolean {
  const bits = address === undefined ? undefined : addressBits(address);
  return bits !== undefined && ranges.longestMatch(bits) >= 0;
}

type Forward = (head: RequestHead, request: RequestOrigin, origin: Origin) => void;

/** `x-forwarded-*` and the scheme: what the caller says counts only where the caller is believed. */
function compileForwarding(manager: HttpConnectionManager): Forward {
  const { useRemoteAddress = false, xffNumTrustedHops = 0, skipXffAppend = false, via } = manager;
  const { appendXForwardedPort = false, schemeHeaderTransformation } = manager;
  const overwrites = useRemoteAddress && xffNumTrustedHops === 0;
  const scheme = asScheme(schemeHeaderTransformation?.schemeToOverwrite);
  return (head, { downstream, localAddress, localPort }, origin) => {
    const { headers } = head;
    const isTls = downstream === undefined ? head.scheme === 'https' : downstream.tls !== undefined;
    const transport = isTls ? 'https' : 'http';
    if (useRemoteAddress) {
      const client = downstream?.remoteAddress ?? '127.0.0.1';
      const trusted = trustedAddress(headers.get('x-forwarded-for'), xffNumTrustedHops) ?? client;
      if (!skipXffAppend) appendHop(head, isLoopback(client) ? localAddress : client);
      if (origin === 'edge') headers.set('x-envoy-external-address', trusted);
    }
    const told = headers.get('x-forwarded-proto');
    const forwarded = scheme ?? (overwrites ? transport : (told ?? transport));
    if (told === undefined) headers.append('x-forwarded-proto', forwarded);
    else if (forwarded !== told) headers.set('x-forwarded-proto', forwarded);
    if (appendXForwardedPort && (overwrites || !headers.has('x-forwarded-port'))) {
      headers.set('x-forwarded-port', String(localPort));
    }
    if (origin === 'internal') headers.set('x-envoy-internal', 'true');
    // HTTP/1 requests carry no scheme: the forwarded protocol stands for it, else the transport.
    if (scheme !== undefined) head.scheme = scheme;
    else if (downstream?.protocol !== 'HTTP/2') head.scheme = asScheme(forwarded) ?? transport;
    if (via) headers.set('via', headers.has('via') ? `${headers.get('via')}, ${via}` : via);
  };
}

function asScheme(protocol: string | undefined): 'http' | 'https' | undefined {
  if (protocol === 'http' || protocol === 'https') return protocol;
  const lower = protocol?.toLowerCase();
  return lower === 'http' || lower === 'https' ? lower : undefined;
}

function appendHop({ headers }: RequestHead, address: string): void {
  const hops = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', hops === undefined || hops === '' ? address : `${hops},${address}`);
}

/** The n-th address from the right; `undefined` where there are fewer. */
function trustedAddress(hops: string | undefined, trustedHops: number): string | undefined {
  if (trustedHops === 0 || hops === undefined) return undefined;
  const address = hops.split(',').at(-trustedHops)?.trim();
  return address !== undefined && addressBits(address) !== undefined ? address : undefined;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
