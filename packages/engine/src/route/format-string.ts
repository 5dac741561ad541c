import { hostname } from 'node:os';
import type { HeaderMap, RequestHead } from '@inmesh/model';
import { headerOf } from '../match/header-match.js';
import { pathEnd } from '../match/predicate.js';
import { readQuery } from '../match/query-parameters.js';
import { type FormatOperator, parseFormat } from './parse-format.js';
import { formatTime } from './start-time.js';
import type { StreamInfo } from './stream-info.js';

/** A header value with its `%OPERATORS%`, compiled. What is not known is the empty string. */
export type Format = (head: RequestHead, stream: StreamInfo) => string;

/** Envoy refuses an operator that it does not know; here the text stands for itself. */
export function compileFormat(text: string): Format {
  if (!text.includes('%')) return () => text;
  const parts = parseFormat(text).map((part) => (typeof part === 'string' ? literal(part) : operator(part)));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return (head, stream) => {
    let value = '';
    for (let i = 0; i < parts.length; i++) value += parts[i]?.(head, stream) ?? '';
    return value;
  };
}

const literal =
  (text: string): Format =>
  () =>
    text;

/** What an operator stands for. `undefined`: nobody knows it. */
export function compileOperator({ name, argument, maxLength }: FormatOperator): Format | undefined {
  const format = Object.hasOwn(operators, name) ? operators[name]?.(argument) : undefined;
  if (format === undefined || maxLength === undefined) return format;
  return (head, stream) => format(head, stream).slice(0, maxLength);
}

const operator = (part: FormatOperator): Format => compileOperator(part) ?? literal(part.whole);

const remoteAddress: Format = (_, { downstreamRemoteAddress, downstreamRemotePort }) =>
  `${bracketed(downstreamRemoteAddress)}:${downstreamRemotePort}`;
const remoteIp: Format = (_, stream) => stream.downstreamRemoteAddress;
const remotePort: Format = (_, stream) => String(stream.downstreamRemotePort);
/** Known only where a control plane or a TLS handshake would say it, which nothing in a process does. */
const unknown = (): Format => literal('');

const upstreamHost: Format = (_, stream) => stream.upstreamHost ?? '';
const upstreamIp: Format = (_, stream) => addressOf(stream.upstreamHost ?? '');

function requestHeader(names: string): Format {
  const [first, second] = alternatives(names);
  return (head) => headerOf(head, first) ?? (second === undefined ? '' : (headerOf(head, second) ?? ''));
}

function responseHeader(names: string): Format {
  const [first, second] = alternatives(names);
  return (_, { responseHeaders, responseStatus }) => {
    const read = (name: string): string | undefined =>
      name === ':status' ? responseStatus?.toString() : lineOf(responseHeaders, name);
    return read(first) ?? (second === undefined ? '' : (read(second) ?? ''));
  };
}

/** By name, from the text in parentheses to what it stands for. */
const operators: Readonly<Record<string, (argument: string) => Format>> = {
  REQ: requestHeader,
  REQUEST_HEADER: requestHeader,
  RESP: responseHeader,
  RESPONSE_HEADER: responseHeader,
  TRAILER: unknown,
  RESPONSE_TRAILER: unknown,
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
  UPSTREAM_HOST: () => upstreamHost,
  UPSTREAM_HOST_NAME: () => upstreamHost,
  UPSTREAM_HOST_NAME_WITHOUT_PORT: () => upstreamIp,
  UPSTREAM_REMOTE_ADDRESS: () => upstreamHost,
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: () => upstreamIp,
  UPSTREAM_REMOTE_PORT:
    () =>
    (_, { upstreamHost: host }) =>
      host?.slice(host.lastIndexOf(':') + 1) ?? '',
  // The first attempt counts from the moment in which its head is written.
  UPSTREAM_REQUEST_ATTEMPT_COUNT:
    () =>
    (_, { attempts, responseStatus }) =>
      String(attempts === 0 && responseStatus === undefined ? 1 : attempts),
  UPSTREAM_CLUSTER: () => (_, stream) => stream.upstreamStatName ?? stream.upstreamCluster ?? '',
  UPSTREAM_CLUSTER_RAW: () => (_, stream) => stream.upstreamCluster ?? '',
  UPSTREAM_PROTOCOL: () => (_, stream) => stream.upstreamProtocol ?? '',
  UPSTREAM_LOCAL_ADDRESS: unknown,
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: unknown,
  UPSTREAM_LOCAL_PORT: unknown,
  PROTOCOL: () => (_, stream) => stream.protocol,
  START_TIME: (format) => (_, stream) => formatTime(stream.startTime, format),
  EMIT_TIME: (format) => () => formatTime(Date.now(), format),
  HOSTNAME: () => {
    const name = hostname();
    return () => name;
  },
  ENVIRONMENT: (name) => () => process.env[name] ?? '-',
  ROUTE_NAME: () => (_, stream) => stream.routeName,
  VIRTUAL_CLUSTER_NAME: unknown,
  REQUESTED_SERVER_NAME: (order) => (head, stream) => serverName(order, head, stream.requestedServerName),
  RESPONSE_CODE: () => (_, stream) => String(stream.responseCode),
  RESPONSE_FLAGS: () => (_, stream) => stream.responseFlags.join(',') || '-',
  RESPONSE_CODE_DETAILS: () => (_, stream) => stream.responseCodeDetails,
  PATH: (kind) => {
    const [query, which = 'ORIG_OR_PATH'] = kind.split(':');
    const read = isPathReader(which) ? pathReaders[which] : pathReaders.PATH;
    return query === 'NQ' ? (head) => withoutQuery(read(head)) : read;
  },
  QUERY_PARAMS: () => (head) => head.path.slice(pathEnd(head.path) + 1),
  QUERY_PARAM: (name) => (head) => readQuery(head.path).get(name)?.[0] ?? '',
  // Headers come before bodies.
  BYTES_RECEIVED: () => literal('0'),
  BYTES_SENT: () => literal('0'),
  ACCESS_LOG_TYPE: () => literal('NotSet'),
  CONNECTION_ID: unknown,
  STREAM_ID: unknown,
  UNIQUE_ID: unknown,
  TRACE_ID: unknown,
  SPAN_ID: unknown,
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
  DOWNSTREAM_TLS_SESSION_ID: unknown,
  DOWNSTREAM_PEER_CERT_V_START: unknown,
  DOWNSTREAM_PEER_CERT_V_END: unknown,
  DOWNSTREAM_PEER_FINGERPRINT_1: unknown,
  DOWNSTREAM_LOCAL_SUBJECT: unknown,
  DOWNSTREAM_LOCAL_DNS_SAN: unknown,
  UPSTREAM_TLS_VERSION: unknown,
  UPSTREAM_TLS_CIPHER: unknown,
  UPSTREAM_PEER_SUBJECT: unknown,
  UPSTREAM_PEER_CERT: unknown,
  UPSTREAM_TRANSPORT_FAILURE_REASON: unknown,
  DOWNSTREAM_TRANSPORT_FAILURE_REASON: unknown,
  CONNECTION_TERMINATION_DETAILS: unknown,
  UPSTREAM_FILTER_STATE: unknown,
  UPSTREAM_LOCAL_DNS_SAN: unknown,
  UPSTREAM_HOSTS_ATTEMPTED: unknown,
  UPSTREAM_CONNECTION_ID: unknown,
  UPSTREAM_CONNECTION_IDS_ATTEMPTED: unknown,
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS: unknown,
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: unknown,
  DOWNSTREAM_DIRECT_LOCAL_PORT: unknown,
  FILTER_CHAIN_NAME: unknown,
  LOCAL_REPLY_BODY: unknown,
  CUSTOM_FLAGS: unknown,
  TLS_JA3_FINGERPRINT: unknown,
  TLS_JA4_FINGERPRINT: unknown,
  GRPC_STATUS: unknown,
  GRPC_STATUS_NUMBER: unknown,
};

const originalPath = ({ headers }: RequestHead): string | undefined => headers.get('x-envoy-original-path');

/** Which path `%PATH(…:WHICH)%` means: before a rewrite, after it, or the first of them that there is. */
const pathReaders = {
  PATH: (head: RequestHead): string => head.path,
  ORIG: (head: RequestHead): string => originalPath(head) ?? '',
  ORIG_OR_PATH: (head: RequestHead): string => originalPath(head) ?? head.path,
} as const;

const isPathReader = (name: string): name is keyof typeof pathReaders => Object.hasOwn(pathReaders, name);
const withoutQuery = (path: string): string => path.slice(0, pathEnd(path));

/** `SNI_FIRST`, `HOST_FIRST`: the other one stands in. Without an order, only the name of the handshake counts. */
function serverName(order: string, { authority }: RequestHead, sni: string | undefined): string {
  if (order === 'HOST_FIRST') return authority || (sni ?? '');
  return sni ?? (order === 'SNI_FIRST' ? authority : '');
}

/** Of `address:port`. */
function addressOf(host: string): string {
  const at = host.lastIndexOf(':');
  return (at < 0 ? host : host.slice(0, at)).replace(/^\[(.*)\]$/, '$1');
}

/** `X?Y`: the header X, or Y where X is absent. `Host` is another name of the authority. */
function alternatives(names: string): [first: string, second: string | undefined] {
  const [first = '', second] = names
    .toLowerCase()
    .split('?')
    .map((name) => (name === 'host' ? ':authority' : name));
  return [first, second];
}

function lineOf(headers: HeaderMap | undefined, name: string): string | undefined {
  return headers?.get(name);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
