import { hostname } from 'node:os';
import type { HeaderMap, RequestHead } from '@inmesh/model';
import { headerOf } from '../match/header-match.js';
import { pathEnd } from '../match/predicate.js';
import { queryParameterOf } from '../match/query-match.js';
import { formatTime } from './start-time.js';
import type { StreamInfo } from './stream-info.js';

/** A header value with its `%OPERATORS%`, compiled. What is not known is the empty string. */
export type Format = (head: RequestHead, stream: StreamInfo) => string;

/**
 * Compiles `%OPERATOR(arguments):LENGTH%` and `%%`. Envoy refuses an operator that it does not know; here the
 * text stands for itself. Envoy: `SubstitutionFormatParser`.
 */
export function compileFormat(text: string): Format {
  if (!text.includes('%')) return () => text;
  const parts: Format[] = [];
  let end = 0;
  for (const found of text.matchAll(operatorSyntax)) {
    const [whole, name = '', argument = '', length] = found;
    if (found.index > end) parts.push(literal(text.slice(end, found.index)));
    parts.push(whole === '%%' ? literal('%') : operator(whole, name, argument, length));
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push(literal(text.slice(end)));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return (head, stream) => {
    let value = '';
    for (let i = 0; i < parts.length; i++) value += parts[i]?.(head, stream) ?? '';
    return value;
  };
}

const operatorSyntax = /%%|%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d+))?%/g;

const literal =
  (text: string): Format =>
  () =>
    text;

function operator(whole: string, name: string, argument: string, length: string | undefined): Format {
  const format = Object.hasOwn(operators, name) ? operators[name]?.(argument) : undefined;
  if (format === undefined) return literal(whole);
  if (length === undefined) return format;
  const limit = Number(length);
  return (head, stream) => format(head, stream).slice(0, limit);
}

const remoteAddress: Format = (_, { downstreamRemoteAddress, downstreamRemotePort }) =>
  `${bracketed(downstreamRemoteAddress)}:${downstreamRemotePort}`;
const remoteIp: Format = (_, stream) => stream.downstreamRemoteAddress;
const remotePort: Format = (_, stream) => String(stream.downstreamRemotePort);
/** Known only where a control plane or a TLS handshake would say it, which nothing in a process does. */
const unknown = (): Format => literal('');

/** By name, from the text in parentheses to what it stands for. */
const operators: Readonly<Record<string, (argument: string) => Format>> = {
  REQ: (names) => {
    const [first, second] = alternatives(names);
    return (head) => headerOf(head, first) ?? (second === undefined ? '' : (headerOf(head, second) ?? ''));
  },
  RESP: (names) => {
    const [first, second] = alternatives(names);
    return (_, { responseHeaders, responseCode }) => {
      const read = (name: string): string | undefined =>
        name === ':status' ? String(responseCode) : lineOf(responseHeaders, name);
      return read(first) ?? (second === undefined ? '' : (read(second) ?? ''));
    };
  },
  TRAILER: unknown,
  DOWNSTREAM_REMOTE_ADDRESS: () => remoteAddress,
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: () => remoteIp,
  DOWNSTREAM_REMOTE_PORT: () => remotePort,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: () => remoteAddress,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: () => remoteIp,
  DOWNSTREAM_DIRECT_REMOTE_PORT: () => remotePort,
  DOWNSTREAM_LOCAL_ADDRESS: () => (_, stream) =>
    `${bracketed(stream.downstreamLocalAddress)}:${stream.downstreamLocalPort}`,
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: () => (_, stream) => stream.downstreamLocalAddress,
  DOWNSTREAM_LOCAL_PORT: () => (_, stream) => String(stream.downstreamLocalPort),
  UPSTREAM_HOST: () => (_, stream) => stream.upstreamHost ?? '',
  UPSTREAM_REMOTE_ADDRESS: () => (_, stream) => stream.upstreamHost ?? '',
  UPSTREAM_CLUSTER: () => (_, stream) => stream.upstreamCluster ?? '',
  UPSTREAM_CLUSTER_RAW: () => (_, stream) => stream.upstreamCluster ?? '',
  UPSTREAM_LOCAL_ADDRESS: unknown,
  PROTOCOL: () => (_, stream) => stream.protocol,
  START_TIME: (format) => (_, stream) => formatTime(stream.startTime, format),
  HOSTNAME: () => {
    const name = hostname();
    return () => name;
  },
  ENVIRONMENT: (name) => () => process.env[name] ?? '',
  ROUTE_NAME: () => (_, stream) => stream.routeName,
  VIRTUAL_CLUSTER_NAME: unknown,
  REQUESTED_SERVER_NAME: () => (_, stream) => stream.requestedServerName ?? '',
  RESPONSE_CODE: () => (_, stream) => String(stream.responseCode),
  RESPONSE_FLAGS: () => (_, stream) => stream.responseFlags.join(','),
  RESPONSE_CODE_DETAILS: () => (_, stream) => stream.responseCodeDetails,
  PATH: (kind) => {
    const withQuery = !kind.startsWith('NQ');
    const original = kind.includes('ORIG');
    return (head) => {
      const path = (original ? head.headers.get('x-envoy-original-path') : undefined) ?? head.path;
      return withQuery ? path : path.slice(0, pathEnd(path));
    };
  },
  QUERY_PARAM: (name) => (head) => queryParameterOf(head.path, name) ?? '',
  CONNECTION_ID: unknown,
  STREAM_ID: unknown,
  UNIQUE_ID: unknown,
  TRACE_ID: unknown,
  DYNAMIC_METADATA: unknown,
  FILTER_STATE: unknown,
  CLUSTER_METADATA: unknown,
  UPSTREAM_METADATA: unknown,
  METADATA: unknown,
  PER_REQUEST_STATE: unknown,
  DOWNSTREAM_PEER_URI_SAN: unknown,
  DOWNSTREAM_PEER_DNS_SAN: unknown,
  DOWNSTREAM_PEER_SUBJECT: unknown,
  DOWNSTREAM_PEER_ISSUER: unknown,
  DOWNSTREAM_PEER_SERIAL: unknown,
  DOWNSTREAM_PEER_FINGERPRINT_256: unknown,
  DOWNSTREAM_PEER_CERT: unknown,
  DOWNSTREAM_LOCAL_URI_SAN: unknown,
  DOWNSTREAM_TLS_VERSION: unknown,
  DOWNSTREAM_TLS_CIPHER: unknown,
};

/** `X?Y`: the header X, or Y where X is absent. */
function alternatives(names: string): [first: string, second: string | undefined] {
  const [first = '', second] = names.toLowerCase().split('?');
  return [first, second];
}

function lineOf(headers: HeaderMap | undefined, name: string): string | undefined {
  return headers?.get(name);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
