import type { Chance } from './chance.js';
import { type Service, servicePort } from './services.js';

/** What a rule does with the requests that it is for. Only what leaves nothing to chance. */
export function createAction(chance: Chance, services: readonly Service[]): object {
  const kind = chance.int(0, 19);
  if (kind === 0) return { directResponse: createDirectResponse(chance), ...headersOf(chance) };
  if (kind < 4) return { redirect: createRedirect(chance), ...headersOf(chance) };
  return {
    route: createRoute(chance, services),
    ...headersOf(chance),
    ...chance.maybe(0.4, () => ({ rewrite: createRewrite(chance) })),
    ...chance.maybe(0.12, () => ({ fault: createFault(chance) })),
    ...chance.maybe(0.3, () => ({ retries: createRetries(chance) })),
    ...chance.maybe(0.25, () => ({ timeout: chance.pick(['0.2s', '150ms', '1s', '5s', '0s']) })),
    ...chance.maybe(0.12, () => ({ corsPolicy: createCors(chance) })),
    ...chance.maybe(0.1, () => ({ mirrors: [createMirror(chance, services)] })),
  };
}

const destination = (chance: Chance, services: readonly Service[]): object => {
  const service = chance.pick(services);
  const subset = chance.pick([
    undefined,
    undefined,
    ...service.subsets,
    ...service.subsets,
    'empty',
    'unknown',
  ]);
  const hasSubset = subset !== undefined && service.subsets.length > 0;
  // A service of several versions is only asked for one of them: else chance would answer.
  const fixed = hasSubset ? subset : service.subsets[0];
  return {
    host: chance.pick([service.host, service.short]),
    ...(fixed !== undefined && { subset: fixed }),
    ...chance.maybe(0.3, () => ({ port: { number: servicePort } })),
  };
};

function createRoute(chance: Chance, services: readonly Service[]): object[] {
  const one = { destination: destination(chance, services), ...chance.maybe(0.2, () => headersOf(chance)) };
  if (chance.hits(0.75)) return [one];
  const none = { destination: destination(chance, services), weight: 0 };
  return chance.hits(0.5) ? [{ ...one, weight: 100 }, none] : [none, { ...one, weight: 1 }];
}

function createMirror(chance: Chance, services: readonly Service[]): object {
  return { destination: destination(chance, services), percentage: { value: chance.pick([100, 100, 0]) } };
}

function createDirectResponse(chance: Chance): object {
  return {
    status: chance.pick([200, 201, 204, 404, 418, 503, 599]),
    ...chance.maybe(0.7, () => ({
      body: { string: chance.pick(['hello', '', '%REQ(x-tier)%', '{"a":1}', 'ü']) },
    })),
  };
}

function createRedirect(chance: Chance): object {
  return {
    ...chance.maybe(0.6, () => ({
      uri: chance.pick(['/moved', '/moved?x=1', '%PREFIX()%/x', '%PREFIX()%', '/a%20b', '/m?', '']),
    })),
    ...chance.maybe(0.4, () => ({
      authority: chance.pick(['else.test', 'else.test:8443', '[::1]:8080', 'ELSE.test']),
    })),
    ...chance.maybe(0.4, () => ({ scheme: chance.pick(['https', 'http', 'HTTPS', 'ftp']) })),
    ...chance.maybe(0.4, () =>
      chance.hits(0.5)
        ? { port: chance.pick([80, 443, 8080]) }
        : { derivePort: chance.pick(['FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT']) },
    ),
    ...chance.maybe(0.5, () => ({ redirectCode: chance.pick([301, 302, 303, 307, 308]) })),
  };
}

function createRewrite(chance: Chance): object {
  const how = chance.int(0, 3);
  const authority = chance.pick(['inner', 'inner:1234', 'INNER.test', '']);
  return {
    ...(how < 2 && { uri: chance.pick(['/', '/new', '/new/', '/a%20b', '', '/x?y=1']) }),
    ...(how === 2 && {
      uriRegexRewrite: chance.pick([
        { match: '/v([0-9]+)/(.*)', rewrite: '/\\2/v\\1' },
        { match: '[0-9]+', rewrite: '#' },
        { match: '', rewrite: 'X' },
        { match: '/+', rewrite: '/' },
        { match: '(a)|(b)', rewrite: '<\\1\\2>' },
        { match: '^/cart', rewrite: '/\\0\\0' },
        { match: '[a-z]+', rewrite: '-' },
        { match: '$', rewrite: '/end' },
        { match: '\\bcart\\b', rewrite: 'basket' },
        { match: '(?i)api', rewrite: '\\\\' },
      ]),
    }),
    ...((how === 3 || chance.hits(0.2)) && { authority }),
  };
}

function createFault(chance: Chance): object {
  const percentage = { value: chance.pick([100, 100, 0]) };
  return {
    ...chance.maybe(0.7, () => ({ abort: { httpStatus: chance.pick([400, 503, 200, 418]), percentage } })),
    ...chance.maybe(0.5, () => ({ delay: { fixedDelay: '60ms', percentage } })),
  };
}

function createRetries(chance: Chance): object {
  return {
    attempts: chance.pick([1, 2, 3]),
    ...chance.maybe(0.8, () => ({
      retryOn: chance.pick([
        '5xx',
        'gateway-error',
        'reset',
        'connect-failure',
        'retriable-4xx',
        'refused-stream',
        '5xx,404',
        '404',
        'reset-before-request',
        'envoy-ratelimited',
        'retriable-headers',
        '409,503',
        'gateway-error,connect-failure,refused-stream,503',
      ]),
    })),
    ...chance.maybe(0.4, () => ({ perTryTimeout: chance.pick(['0.1s', '200ms', '2s']) })),
    ...chance.maybe(0.2, () => ({ retryIgnorePreviousHosts: chance.hits(0.5) })),
    ...chance.maybe(0.3, () => ({ backoff: chance.pick(['1ms', '10ms', '40ms']) })),
  };
}

function createCors(chance: Chance): object {
  return {
    allowOrigins: chance.some(
      [
        { exact: 'http://a.test' },
        { prefix: 'https://b' },
        { regex: 'https?://.*\\.c\\.test' },
        { exact: '*' },
        { exact: 'null' },
      ],
      0.5,
    ),
    ...chance.maybe(0.7, () => ({ allowMethods: chance.some(['GET', 'POST', 'PUT', '*']) })),
    ...chance.maybe(0.6, () => ({ allowHeaders: chance.some(['x-tier', 'Content-Type', '*']) })),
    ...chance.maybe(0.5, () => ({ exposeHeaders: chance.some(['x-backend', '*']) })),
    ...chance.maybe(0.5, () => ({ maxAge: chance.pick(['24h', '1s', '0s', '90s']) })),
    ...chance.maybe(0.5, () => ({ allowCredentials: chance.hits(0.5) })),
    ...chance.maybe(0.4, () => ({ unmatchedPreflights: chance.pick(['FORWARD', 'IGNORE', 'UNSPECIFIED']) })),
  };
}

/** Format strings that mean the same on both sides: nothing that counts time, hosts or bytes of a connection. */
const templates = [
  'plain',
  '',
  '100%%',
  '%REQ(x-tier)%',
  '%REQ(x-none)%',
  '%REQ(x-none?x-tier)%',
  '%REQ(:path)%',
  '%REQ(:authority)%',
  '%REQ(:method)%-%REQ(:scheme)%',
  '%REQ(x-tier):2%',
  '[%REQ(X-CANARY)%]',
  '%PROTOCOL%',
  '%ROUTE_NAME%',
  '%UPSTREAM_CLUSTER%',
  '%UPSTREAM_CLUSTER_RAW%',
  '%RESPONSE_CODE%',
  '%RESPONSE_FLAGS%',
  '%RESPONSE_CODE_DETAILS%',
  '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  '%PATH(NQ)%',
  '%PATH(WQ:PATH)%',
  '%QUERY_PARAM(q)%',
  '%RESP(x-backend)%',
  '%RESP(:status)%',
  '%VIRTUAL_CLUSTER_NAME%',
  '%UPSTREAM_HOST%',
  '%REQUEST_HEADER(x-tier)%',
  '%START_TIME(%Y)%',
  '%REQUESTED_SERVER_NAME%',
  '%DOWNSTREAM_TLS_VERSION%',
  '%UPSTREAM_METADATA(["istio","x"])%',
  '%DYNAMIC_METADATA(a:b)%',
  '%FILTER_STATE(x)%',
  '%ENVIRONMENT(NOT_THERE)%',
  '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  '%UPSTREAM_PROTOCOL%',
  '%GRPC_STATUS%',
  '%%REQ(x-tier)%%',
];

function headersOf(chance: Chance): object {
  const names = [
    'x-env',
    'x-tier',
    'x-backend',
    'end-user',
    'x-more',
    'content-type',
    'x-envoy-retry-on',
    'accept-language',
  ];
  const lines = (): object =>
    Object.fromEntries(chance.some(names.slice(0, 6), 0.25).map((name) => [name, chance.pick(templates)]));
  const operations = (): object => ({
    ...chance.maybe(0.6, () => ({ set: lines() })),
    ...chance.maybe(0.6, () => ({ add: lines() })),
    ...chance.maybe(0.4, () => ({ remove: chance.some(names, 0.3) })),
  });
  const headers = {
    ...chance.maybe(0.4, () => ({ request: operations() })),
    ...chance.maybe(0.4, () => ({ response: operations() })),
  };
  return Object.keys(headers).length === 0 ? {} : { headers };
}
