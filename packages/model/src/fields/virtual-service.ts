import { destination, percent } from './common.js';
import {
  bytes,
  duration,
  type Field,
  flag,
  int32,
  list,
  type Message,
  map,
  message,
  object,
  oneOf,
  text,
  uint32,
} from './field.js';

const stringMatch: Message = message('StringMatch', {
  exact: text({ oneof: 'matchType' }),
  prefix: text({ oneof: 'matchType' }),
  regex: text({ oneof: 'matchType' }),
});

/** What the match of every protocol may ask about the caller. */
const callerFields: Record<string, Field> = {
  port: uint32(),
  sourceLabels: map(text()),
  sourceNamespace: text(),
  gateways: list(text()),
};

const httpMatchRequest: Message = message('HTTPMatchRequest', {
  name: text(),
  uri: object(stringMatch),
  ignoreUriCase: flag(),
  scheme: object(stringMatch),
  method: object(stringMatch),
  authority: object(stringMatch),
  headers: map(object(stringMatch)),
  withoutHeaders: map(object(stringMatch)),
  queryParams: map(object(stringMatch)),
  ...callerFields,
  statPrefix: text(),
});

const headerOperations: Message = message('HeaderOperations', {
  set: map(text()),
  add: map(text()),
  remove: list(text()),
});

const headers: Message = message('Headers', {
  request: object(headerOperations),
  response: object(headerOperations),
});

const httpRouteDestination: Message = message('HTTPRouteDestination', {
  destination: object(destination, { required: true }),
  weight: int32(),
  headers: object(headers),
});

const routeDestination: Message = message('RouteDestination', {
  destination: object(destination, { required: true }),
  weight: int32(),
});

const httpRedirect: Message = message('HTTPRedirect', {
  uri: text(),
  prefixRewrite: text(),
  authority: text(),
  port: uint32({ oneof: 'redirectPort' }),
  derivePort: oneOf(['FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'], { oneof: 'redirectPort' }),
  scheme: text(),
  redirectCode: uint32(),
});

const httpDirectResponse: Message = message('HTTPDirectResponse', {
  status: uint32({ required: true }),
  body: object(
    message('HTTPBody', { string: text({ oneof: 'specifier' }), bytes: bytes({ oneof: 'specifier' }) }),
  ),
});

const httpRewrite: Message = message('HTTPRewrite', {
  uri: text(),
  authority: text(),
  uriRegexRewrite: object(message('RegexRewrite', { match: text(), rewrite: text() })),
});

const httpRetry: Message = message('HTTPRetry', {
  attempts: int32(),
  perTryTimeout: duration(),
  retryOn: text(),
  retryRemoteLocalities: flag({ nullable: true }),
  retryIgnorePreviousHosts: flag({ nullable: true }),
  backoff: duration(),
});

const httpFaultInjection: Message = message('HTTPFaultInjection', {
  delay: object(
    message('Delay', {
      fixedDelay: duration({ oneof: 'httpDelayType' }),
      exponentialDelay: duration({
        oneof: 'httpDelayType',
        honoured: 'no',
        note: 'Istio refuses it as well.',
      }),
      percentage: object(percent),
      percent: int32({ note: 'Deprecated: `percentage` has finer steps.' }),
    }),
  ),
  abort: object(
    message('Abort', {
      httpStatus: int32({ oneof: 'errorType' }),
      grpcStatus: text({ oneof: 'errorType' }),
      http2Error: text({ oneof: 'errorType', honoured: 'no', note: 'Istio refuses it as well.' }),
      percentage: object(percent),
    }),
  ),
});

const corsPolicy: Message = message('CorsPolicy', {
  allowOrigins: list(object(stringMatch)),
  allowOrigin: list(text(), { note: 'Deprecated: `allowOrigins` says how to compare.' }),
  allowMethods: list(text()),
  allowHeaders: list(text()),
  exposeHeaders: list(text()),
  maxAge: duration(),
  allowCredentials: flag({ nullable: true }),
  unmatchedPreflights: oneOf(['UNSPECIFIED', 'FORWARD', 'IGNORE']),
});

const httpMirrorPolicy: Message = message('HTTPMirrorPolicy', {
  destination: object(destination, { required: true }),
  percentage: object(percent),
});

const httpRoute: Message = message('HTTPRoute', {
  name: text(),
  match: list(object(httpMatchRequest)),
  route: list(object(httpRouteDestination)),
  redirect: object(httpRedirect),
  directResponse: object(httpDirectResponse),
  delegate: object(message('Delegate', { name: text(), namespace: text() })),
  rewrite: object(httpRewrite),
  timeout: duration(),
  retries: object(httpRetry),
  fault: object(httpFaultInjection),
  mirror: object(destination),
  mirrorPercent: uint32({ nullable: true, note: 'Deprecated: `mirrorPercentage` has finer steps.' }),
  mirrorPercentage: object(percent),
  mirrors: list(object(httpMirrorPolicy)),
  corsPolicy: object(corsPolicy),
  headers: object(headers),
});

const tlsMatchAttributes: Message = message('TLSMatchAttributes', {
  sniHosts: list(text(), { required: true }),
  destinationSubnets: list(text()),
  ...callerFields,
});

const l4MatchAttributes: Message = message('L4MatchAttributes', {
  destinationSubnets: list(text()),
  sourceSubnet: text({ honoured: 'no', note: 'Istio ignores it as well.' }),
  ...callerFields,
});

/** Istio: `networking.istio.io VirtualService`. */
export const virtualService: Message = message('VirtualService', {
  hosts: list(text()),
  gateways: list(text()),
  http: list(object(httpRoute)),
  tls: list(
    object(
      message('TLSRoute', {
        match: list(object(tlsMatchAttributes), { required: true }),
        route: list(object(routeDestination)),
      }),
    ),
  ),
  tcp: list(
    object(
      message('TCPRoute', {
        match: list(object(l4MatchAttributes)),
        route: list(object(routeDestination)),
      }),
    ),
  ),
  exportTo: list(text()),
});
