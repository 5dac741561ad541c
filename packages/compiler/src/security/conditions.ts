import type { CidrRange } from '@inmesh/model';
import { claimHasOneOf } from './claim-match.js';
import type { Permission, Principal } from './rbac.js';
import { requestPrincipal } from './request-principal.js';
import { headerMatch, textMatch, textMatchBehind } from './text-match.js';

/** What a policy is compiled for. */
export interface PolicyContext {
  /** In which `serviceAccounts` without one are looked for. */
  readonly namespace: string;
  readonly trustDomain: string;
  /** Of a connection whose bytes are not read, nothing is known that stands in requests. */
  readonly layer: 'requests' | 'connections';
}

/**
 * What the values of one attribute stand for; one of several suffices. `undefined`: a value that means nothing.
 * Istio: the generators of `authz/model`.
 */
export type MatchesOf<T> = (values: readonly string[], context: PolicyContext) => readonly (T | undefined)[];

const each =
  <T>(match: (value: string, context: PolicyContext) => T | undefined): MatchesOf<T> =>
  (values, context) =>
    values.map((value) => match(value, context));

/** What is asked of a request means nothing of a connection. */
const ofRequests =
  <T>(matches: MatchesOf<T>): MatchesOf<T> =>
  (values, context) =>
    context.layer === 'requests' ? matches(values, context) : values.map(() => undefined);

/** Of what is asked. */
export const permissions: Readonly<
  Record<'hosts' | 'methods' | 'paths' | 'ports' | 'destinationIp' | 'serverName', MatchesOf<Permission>>
> = {
  hosts: ofRequests(each((value) => ({ header: headerMatch(':authority', value, { ignoreCase: true }) }))),
  methods: ofRequests(each((value) => ({ header: headerMatch(':method', value) }))),
  paths: ofRequests(each(path)),
  ports: each(destinationPort),
  destinationIp: each((value) => {
    const range = cidr(value);
    return range && { destinationIp: range };
  }),
  serverName: each((value) => ({ requestedServerName: textMatch(value) })),
};

/** Of who asks. */
export const principals: Readonly<
  Record<
    | 'principals'
    | 'namespaces'
    | 'serviceAccounts'
    | 'trustDomains'
    | 'requestPrincipals'
    | 'ipBlocks'
    | 'remoteIpBlocks',
    MatchesOf<Principal>
  >
> = {
  principals: each((value, { trustDomain }) =>
    authenticated(textMatchBehind('spiffe://', inTrustDomain(value, trustDomain))),
  ),
  namespaces: each((value) => authenticated({ safeRegex: { regex: `.*/ns/${starsOf(value)}/.*` } })),
  serviceAccounts: each((value, { namespace }) => {
    const slash = value.indexOf('/');
    const [owner, account] =
      slash === -1 ? [namespace, value] : [value.slice(0, slash), value.slice(slash + 1)];
    return authenticated({ safeRegex: { regex: `spiffe://.+/ns/${owner}/(.+/|)sa/${account}(/.+)?` } });
  }),
  trustDomains: each((value) => authenticated({ safeRegex: { regex: `spiffe://${starsOf(value)}/.*` } })),
  requestPrincipals: ofRequests(each(requestPrincipal)),
  ipBlocks: each((value) => {
    const range = cidr(value);
    return range && { directRemoteIp: range };
  }),
  remoteIpBlocks: each((value) => {
    const range = cidr(value);
    return range && { remoteIp: range };
  }),
};

/** A header of the request: `request.headers[name]`. */
export function headerCondition(name: string): MatchesOf<Principal> {
  return ofRequests(each((value) => ({ header: headerMatch(name, value) })));
}

/** A claim of the token: `request.auth.claims[a][b]`. */
export function claimCondition(claimPath: readonly string[]): MatchesOf<Principal> {
  return ofRequests((values) => [{ metadata: claimHasOneOf(claimPath, values.map(textMatch)) }]);
}

/**
 * What another filter has found out: `experimental.envoy.filters.a.b[key]`. A value in brackets is one of a list.
 * Istio: `envoyFilterGenerator`.
 */
export function filterCondition(filter: string, key: string): MatchesOf<Permission> {
  return each((value) => {
    const [, item] = /^\[(.*)\]$/.exec(value) ?? [];
    const stringMatch = textMatch(item ?? value);
    return {
      metadata: {
        filter,
        path: [{ key }],
        value: item === undefined ? { stringMatch } : { listMatch: { oneOf: { stringMatch } } },
      },
    };
  });
}

/** A path with `{*}` or `{**}` for its segments is a template. */
function path(value: string): Permission {
  if (!/\{\*{1,2}\}/.test(value)) return { urlPath: { path: textMatch(value) } };
  const pathTemplate = value.replaceAll('{*}', '*').replaceAll('{**}', '**');
  return {
    uriTemplate: {
      name: 'uri-template',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
        pathTemplate,
      },
    },
  };
}

function destinationPort(value: string): Permission | undefined {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : -1;
  return port >= 0 && port <= 65_535 ? { destinationPort: port } : undefined;
}

/** `cluster.local` in a policy is the trust domain of the mesh, whatever it is called. */
function inTrustDomain(principal: string, trustDomain: string): string {
  return principal.startsWith('cluster.local/')
    ? trustDomain + principal.slice('cluster.local'.length)
    : principal;
}

function authenticated(
  principalName: Extract<Principal, { authenticated: unknown }>['authenticated']['principalName'],
): Principal {
  return { authenticated: { principalName } };
}

const starsOf = (value: string): string => value.replaceAll('*', '.*');

/** An address is a range of one. */
function cidr(value: string): CidrRange | undefined {
  const [addressPrefix = '', length] = value.split('/');
  if (!/^[\da-fA-F.:]+$/.test(addressPrefix)) return undefined;
  const most = addressPrefix.includes(':') ? 128 : 32;
  const prefixLen = length === undefined ? most : Number(length);
  return Number.isInteger(prefixLen) && prefixLen <= most ? { addressPrefix, prefixLen } : undefined;
}
