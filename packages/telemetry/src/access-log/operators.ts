import { compileOperator, type FormatOperator, type ObservedCall } from '@inmesh/engine';
import { grpcStatusNames } from '@inmesh/model';
import { longFlags } from './long-flags.js';

/** What an operator says of a call. `undefined`: nothing is known. */
export type LogValue = string | number | Readonly<Record<string, unknown>> | readonly unknown[] | undefined;
export type LogOperator = (call: ObservedCall) => LogValue;

/**
 * An operator of access log formats: those that only the end of a call can answer, or that are more than text, stand
 * here; all others are the ones of header formats. `undefined`: nobody knows it.
 */
export function logOperator(operator: FormatOperator): LogOperator | undefined {
  const own = Object.hasOwn(atTheEnd, operator.name)
    ? atTheEnd[operator.name]?.(operator.argument)
    : undefined;
  if (own !== undefined) return operator.maxLength === undefined ? own : shortened(own, operator.maxLength);
  const format = compileOperator(operator);
  if (format === undefined) return undefined;
  const isNumber = numeric.has(operator.name);
  return (call) => {
    const text = format(call.requestHead, call);
    if (text === '') return undefined;
    return isNumber ? Number(text) : text;
  };
}

/** Of the operators of header formats, those that JSON writes as numbers. */
const numeric: ReadonlySet<string> = new Set([
  'DOWNSTREAM_LOCAL_PORT',
  'DOWNSTREAM_REMOTE_PORT',
  'DOWNSTREAM_DIRECT_REMOTE_PORT',
  'UPSTREAM_REMOTE_PORT',
]);

function shortened(operator: LogOperator, limit: number): LogOperator {
  return (call) => {
    const value = operator(call);
    return typeof value === 'string' ? value.slice(0, limit) : value;
  };
}

const ms = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.floor(value);

const difference = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : Math.floor(to - from);

/** A connection has no head: what a header would say is not known. */
const ofHttp =
  (operator: LogOperator): LogOperator =>
  (call) =>
    call.isTcp ? undefined : operator(call);

const atTheEnd: Readonly<Record<string, (argument: string) => LogOperator>> = {
  REQ: requestHeader,
  REQUEST_HEADER: requestHeader,
  RESP: responseHeader,
  RESPONSE_HEADER: responseHeader,
  TRAILER: responseTrailer,
  RESPONSE_TRAILER: responseTrailer,
  PROTOCOL: () => ofHttp(({ protocol }) => protocol),
  RESPONSE_CODE:
    () =>
    ({ responseCode }) =>
      responseCode,
  // No flag is a dash of its own, in JSON too.
  RESPONSE_FLAGS_LONG: () => (call) =>
    call.hasFlags ? call.responseFlags.map((flag) => longFlags[flag] ?? flag).join(',') : '-',
  BYTES_RECEIVED: () => (call) => bytesReceived(call),
  BYTES_SENT:
    () =>
    ({ responseBytes }) =>
      responseBytes,
  DURATION: () => (call) => ms(call.elapsedMs),
  REQUEST_DURATION: () => (call) => ms(call.requestMs),
  REQUEST_TX_DURATION: () => (call) => ms(call.requestMs),
  RESPONSE_DURATION: () => (call) => ms(call.responseMs),
  RESPONSE_TX_DURATION: () => (call) => difference(call.responseMs, call.elapsedMs),
  COMMON_DURATION: commonDuration,
  // The router counts itself in before it looks for an endpoint.
  UPSTREAM_REQUEST_ATTEMPT_COUNT:
    () =>
    ({ attempts, responseCodeDetails }) =>
      attempts === 0 && responseCodeDetails === 'no_healthy_upstream' ? 1 : attempts,
  UPSTREAM_TRANSPORT_FAILURE_REASON:
    () =>
    ({ responseCodeDetails }) =>
      /\|(.*)\}$/.exec(responseCodeDetails)?.[1],
  GRPC_STATUS: grpcStatus,
  GRPC_STATUS_NUMBER: () => grpcNumber,
  TRACE_ID: () => (call) => traceParent(call)?.[1],
  SPAN_ID: () => (call) => traceParent(call)?.[2],
  CLUSTER_METADATA: (path) => (call) => within(call.cluster?.metadata?.filterMetadata, path),
  UPSTREAM_METADATA: (path) => (call) => within(call.endpoint?.metadata?.filterMetadata, path),
  ACCESS_LOG_TYPE: () => (call) => (call.isTcp ? 'TcpConnectionEnd' : 'DownstreamEnd'),
};

function requestHeader(argument: string): LogOperator {
  return ofHttp(
    fallback(argument, ({ requestHead }, name) => {
      switch (name) {
        case ':method':
          return requestHead.method;
        case ':path':
          return requestHead.path;
        case ':authority':
        case 'host':
          return requestHead.authority;
        case ':scheme':
          return requestHead.scheme;
        default:
          return requestHead.headers.get(name);
      }
    }),
  );
}

/** The service time is known without its header, which only gateways write. */
function responseHeader(argument: string): LogOperator {
  return fallback(argument, (call, name) => {
    if (name === ':status') return call.responseStatus?.toString();
    const value = call.responseHeaders?.get(name);
    if (value !== undefined || name !== 'x-envoy-upstream-service-time') return value;
    return difference(call.requestMs ?? 0, call.responseMs)?.toString();
  });
}

function responseTrailer(argument: string): LogOperator {
  return fallback(argument, ({ responseTrailers }, name) => responseTrailers?.get(name));
}

/** `X?Y`: X, or Y where X is absent. */
function fallback(
  names: string,
  read: (call: ObservedCall, name: string) => string | undefined,
): LogOperator {
  const [first = '', second] = names.toLowerCase().split('?');
  return (call) => read(call, first) ?? (second === undefined ? undefined : read(call, second));
}

function bytesReceived({ isTcp, requestBytes, requestHeaders }: ObservedCall): number {
  if (requestBytes !== undefined || isTcp) return requestBytes ?? 0;
  const length = Number(requestHeaders.get('content-length') ?? 0);
  return Number.isSafeInteger(length) ? length : 0;
}

function grpcNumber({
  isTcp,
  requestHeaders,
  responseTrailers,
  responseHeaders,
}: ObservedCall): number | undefined {
  if (isTcp || !requestHeaders.get('content-type')?.startsWith('application/grpc')) return undefined;
  const text = responseTrailers?.get('grpc-status') ?? responseHeaders?.get('grpc-status');
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** `CAMEL_STRING`, `SNAKE_STRING` or `NUMBER`. */
function grpcStatus(form: string): LogOperator {
  if (form === 'NUMBER') return grpcNumber;
  return (call) => {
    const number = grpcNumber(call);
    if (number === undefined) return undefined;
    const name = grpcStatusNames[number];
    if (name === undefined || form === 'SNAKE_STRING') return name ?? String(number);
    // Envoy writes this one with a single l.
    return number === 1 ? 'Canceled' : name === 'OK' ? name : camelCase(name);
  };
}

/** `NOT_FOUND` → `NotFound`. */
function camelCase(name: string): string {
  return name.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `START:END:PRECISION`, of the moments that a process knows. */
function commonDuration(argument: string): LogOperator {
  const [start = '', end = '', precision = 'ms'] = argument.split(':');
  const factor = { us: 1_000, ns: 1_000_000 }[precision] ?? 1;
  return (call) => {
    const [from, to] = [momentOf(call, start), momentOf(call, end)];
    return from === undefined || to === undefined ? undefined : Math.floor((to - from) * factor);
  };
}

function momentOf(call: ObservedCall, name: string): number | undefined {
  switch (name) {
    case 'DS_RX_BEG':
      return 0;
    case 'DS_RX_END':
    case 'US_TX_END':
      return call.requestMs;
    case 'US_RX_BEG':
    case 'DS_TX_BEG':
      return call.responseMs;
    case 'US_RX_END':
    case 'DS_TX_END':
      return call.elapsedMs;
    default:
      return undefined;
  }
}

function traceParent({ requestHeaders }: ObservedCall): RegExpExecArray | undefined {
  const header = requestHeaders.get('traceparent');
  return header === undefined
    ? undefined
    : (/^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/.exec(header) ?? undefined);
}

/** `namespace:key:key`: a value within nested metadata. */
function within(metadata: unknown, path: string): LogValue {
  let value = metadata;
  for (const key of path.split(':')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'boolean' ? String(value) : (value as LogValue);
}
