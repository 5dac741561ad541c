import type { Chance } from './chance.js';
import type { Request } from './match.js';
import { headerValues, methods, pathTwists } from './values.js';

/** A `send` of a case. */
export type Send = { readonly url: string } & Readonly<Record<string, unknown>>;

/** The request, or what lies a step beside it: its path, a header, its host, its method changed. */
export function createSend(chance: Chance, request: Request, host: string): Send {
  const query = request.query.length === 0 ? '' : `?${twistQuery(chance, request.query).join('&')}`;
  const path = chance.hits(0.5) ? chance.pick(pathTwists)(request.path) : request.path;
  const method = chance.hits(0.2) ? chance.pick(methods) : request.method;
  const hasBody = chance.hits(['POST', 'PUT', 'PATCH'].includes(method) ? 0.8 : 0.03);
  return {
    ...(method !== 'GET' && { method }),
    url: `http://${host}:9080/`,
    target: path.includes('?') ? path : path.replace(/(#|$)/, `${query}$1`),
    ...chance.maybe(0.3, () => ({ host: hostVariant(chance, host) })),
    headers: { ...twistHeaders(chance, request.headers), ...oddHeaders(chance) },
    ...(hasBody && { body: chance.pick(['x=1', '', { bytes: 40_000 }]), chunked: chance.hits(0.3) }),
  };
}

function twistQuery(chance: Chance, query: readonly string[]): readonly string[] {
  const twist = chance.int(0, 9);
  if (twist === 0) return [...query, ...query];
  if (twist === 1) return ['zz=0', ...query, ''];
  if (twist === 2) return query.slice(1);
  if (twist === 3) return query.map((one) => one.toUpperCase());
  if (twist === 4) return query.map((one) => `${one}x`);
  return query;
}

function twistHeaders(chance: Chance, headers: Request['headers']): object {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const twist = chance.int(0, 12);
      if (twist === 0) return [];
      if (twist === 1) return [[name, [value, value].flat()]];
      if (twist === 2) return [[name, `${value}x`]];
      if (twist === 3) return [[name.toUpperCase(), value]];
      if (twist === 4) return [[name, '']];
      if (twist === 5) return [[name, [value, chance.pick(headerValues)].flat()]];
      return [[name, value]];
    }),
  );
}

/** Lines that a proxy treats in its own way. */
const oddLines: readonly (readonly [string, string | readonly string[]])[] = [
  ['te', 'trailers'],
  ['te', 'gzip'],
  ['x-envoy-upstream-rq-timeout-ms', '120'],
  ['x-envoy-upstream-rq-timeout-ms', 'abc'],
  ['x-envoy-upstream-rq-per-try-timeout-ms', '80'],
  ['x-envoy-max-retries', '1'],
  ['x-envoy-max-retries', '0'],
  ['x-envoy-retry-on', '5xx'],
  ['x-envoy-retry-on', 'retriable-4xx, connect-failure'],
  ['x-envoy-retriable-status-codes', '404,503'],
  ['x-envoy-retriable-header-names', 'x-backend'],
  ['x-envoy-hedge-on-per-try-timeout', 'true'],
  ['x-envoy-expected-rq-timeout-ms', '7'],
  ['x-envoy-original-path', '/forged'],
  ['x-envoy-attempt-count', '9'],
  ['x-envoy-internal', 'true'],
  ['x-envoy-decorator-operation', 'mine'],
  ['x-envoy-ip-tags', 'a'],
  ['x-envoy-force-trace', 'true'],
  ['x-envoy-upstream-alt-stat-name', 'a'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-host', 'f.test'],
  ['x-forwarded-for', '9.9.9.9'],
  ['x-forwarded-client-cert', 'By=me'],
  ['x-request-id', 'my-own-id'],
  ['x-b3-sampled', '1'],
  ['via', '1.0 me'],
  ['trailer', 'x-t'],
  ['proxy-connection', 'keep-alive'],
  ['origin', 'http://a.test'],
  ['origin', 'https://b2.test'],
  ['origin', 'null'],
  ['origin', ''],
  ['origin', 'http://x.c.test'],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-encoding', 'gzip;q=0.5, br'],
  ['accept-encoding', 'br;q=0, *;q=0.3'],
  ['accept-encoding', '*'],
  ['accept-encoding', 'identity, gzip;q=0.9'],
  ['accept-encoding', 'deflate'],
  ['accept-encoding', 'GZIP ; q=1.0 , br; q = 0.9'],
  ['accept-encoding', ''],
  ['x_under', '1'],
  ['x-envoy-fault-abort-request', '418'],
  ['x-envoy-fault-abort-request', '99'],
  ['x-envoy-fault-abort-grpc-request', '5'],
  ['x-envoy-fault-delay-request', '10'],
  ['x-tier', ['gold', 'gold-1']],
  ['x-underscored_name', '1'],
  ['grpc-timeout', '100m'],
  ['content-type', 'application/grpc'],
  ['user-agent', 'tester/1.0'],
  ['authorization', 'Bearer x'],
  ['accept', 'text/html'],
  ['x-long', 'v'.repeat(3_000)],
];

function oddHeaders(chance: Chance): object {
  const lines = Array.from({ length: chance.pick([0, 0, 0, 1, 1, 2]) }, () => chance.pick(oddLines));
  const isPreflight = chance.hits(0.08);
  return {
    ...Object.fromEntries(lines),
    ...(isPreflight && {
      origin: chance.pick(['http://a.test', 'https://b.test']),
      'access-control-request-method': chance.pick(['PUT', 'get', '']),
      ...chance.maybe(0.3, () => ({ 'access-control-request-headers': 'x-a, X-B' })),
      ...chance.maybe(0.3, () => ({ 'access-control-request-private-network': 'true' })),
    }),
  };
}

const hostVariant = (chance: Chance, host: string): string =>
  chance.pick([
    host,
    `${host}:9080`,
    `${host}:1`,
    host.toUpperCase(),
    `${host}.`,
    host.split('.')[0] as string,
    host.split('.').slice(0, 2).join('.'),
    `x.${host}`,
    'nobody.test',
    '127.0.1.1:9080',
  ]);
