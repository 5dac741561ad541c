import { HeaderMap, type RequestHead, type RouteConfiguration, type VirtualHost } from '@inmesh/model';
import { hostIndex } from '../match/host-index.js';
import type { MatchRequest } from '../match/predicate.js';
import { createRouteTable, type RouteTable } from '../match/route-table.js';
import type { RouteConfigurationIndex } from '../resource-view.js';
import { compileRoute, type RouteOptions } from './compile-route.js';
import { findRefusal } from './find-refusal.js';
import type { RouteEntry } from './route-entry.js';

/** What routing found: an entry, or which of the two was missing. Envoy answers both with 404 NR. */
export type Selection = RouteEntry | 'noVirtualHost' | 'noRoute';

/** {@link RouteSelector.select}, for who asks once. */
export function selectRoute(
  routes: RouteConfigurationIndex,
  request: MatchRequest,
  { suppressEnvoyHeaders = false }: { suppressEnvoyHeaders?: boolean } = {},
): Selection {
  return new RouteSelector(routes, suppressEnvoyHeaders).select(request);
}

/** Authority → virtual host → the first route that matches. There is no way back to another virtual host. */
export class RouteSelector {
  readonly routes: RouteConfigurationIndex;
  readonly #options: RouteOptions;
  /** Calls come in runs to the same host. */
  #authority: string | undefined;
  #host: CompiledVirtualHost | undefined;

  constructor(routes: RouteConfigurationIndex, suppressEnvoyHeaders: boolean) {
    this.routes = routes;
    this.#options = { configuration: routes.options, suppressEnvoyHeaders };
  }

  select(request: MatchRequest): Selection {
    const { head } = request;
    const host = head.authority === this.#authority ? this.#host : this.#find(head);
    if (host === undefined) return 'noVirtualHost';
    if (host.requiresTls?.(head) === true) return host.tlsRedirect;
    const order = host.table.first(request);
    return order === -1 ? 'noRoute' : host.entry(order);
  }

  #find(head: RequestHead): CompiledVirtualHost | undefined {
    const virtualHost = selectVirtualHost(this.routes, head);
    this.#host = virtualHost && compiledVirtualHost(virtualHost, this.#options);
    this.#authority = head.authority;
    return this.#host;
  }
}

export function selectVirtualHost(
  routes: RouteConfigurationIndex,
  head: RequestHead,
): VirtualHost | undefined {
  const name = hostIndex(routes).find(head.authority);
  return name === undefined ? undefined : routes.virtualHost(name);
}

/** A virtual host with its index over routes. Entries are compiled when they are first chosen. */
export interface CompiledVirtualHost {
  /** Why Envoy would refuse it; it has no routes then. */
  readonly refusal: string | undefined;
  readonly table: RouteTable;
  readonly tlsRedirect: RouteEntry;
  /** Absent: no request has to be encrypted. */
  readonly requiresTls: ((head: RequestHead) => boolean) | undefined;
  entry(order: number): RouteEntry;
}

/**
 * What is compiled belongs to the virtual host and to what it takes from above. That is nearly always the same,
 * though its object is a new one whenever any virtual host beside this one has changed.
 */
const compiledHosts = new WeakMap<VirtualHost, Variants>();
const signatures = new WeakMap<RouteOptions['configuration'], string>();

interface Variants {
  readonly bySignature: Map<string, CompiledVirtualHost>;
  /** The options of the last call and its answer: comparing two references spares comparing texts. */
  last: RouteOptions;
  compiled: CompiledVirtualHost;
}

export function compiledVirtualHost(virtualHost: VirtualHost, options: RouteOptions): CompiledVirtualHost {
  const variants = compiledHosts.get(virtualHost);
  if (variants === undefined) {
    const compiled = compileVirtualHost(virtualHost, options);
    const bySignature = new Map([[signatureOf(options), compiled]]);
    compiledHosts.set(virtualHost, { bySignature, last: options, compiled });
    return compiled;
  }
  const { last, bySignature } = variants;
  const isSame =
    last.configuration === options.configuration &&
    last.suppressEnvoyHeaders === options.suppressEnvoyHeaders;
  if (isSame) return variants.compiled;
  const signature = signatureOf(options);
  const compiled = bySignature.get(signature) ?? compileVirtualHost(virtualHost, options);
  bySignature.set(signature, compiled);
  variants.last = options;
  variants.compiled = compiled;
  return compiled;
}

function signatureOf({ configuration, suppressEnvoyHeaders }: RouteOptions): string {
  let signature = signatures.get(configuration);
  if (signature === undefined) {
    const { name: _, ...rest }: Partial<RouteConfiguration> = configuration;
    signature = JSON.stringify(rest);
    signatures.set(configuration, signature);
  }
  return `${suppressEnvoyHeaders} ${signature}`;
}

function compileVirtualHost(virtualHost: VirtualHost, options: RouteOptions): CompiledVirtualHost {
  const refusal = findRefusal(virtualHost);
  const routes = refusal === undefined ? (virtualHost.routes ?? []) : [];
  // At its full length from the start: an array that is filled here and there becomes a slow dictionary.
  const entries = new Array<RouteEntry | undefined>(routes.length).fill(undefined);
  return {
    refusal,
    table: createRouteTable(routes.map(({ match }) => match)),
    tlsRedirect: tlsRedirect(virtualHost, options),
    requiresTls: tlsRequirement(virtualHost),
    entry(order) {
      const known = entries[order];
      if (known !== undefined) return known;
      const route = routes[order];
      if (route === undefined) throw new RangeError(`virtual host ${virtualHost.name} has no route ${order}`);
      const entry = compileRoute(route, virtualHost, options);
      entries[order] = entry;
      return entry;
    },
  };
}

/** Goes by what the caller said it used, not by the transport. Envoy: `VirtualHost.require_tls`. */
function tlsRequirement({ requireTls = 'NONE' }: VirtualHost): CompiledVirtualHost['requiresTls'] {
  if (requireTls === 'NONE') return undefined;
  const isPlain = ({ headers }: RequestHead): boolean => headers.get('x-forwarded-proto') !== 'https';
  return requireTls === 'ALL'
    ? isPlain
    : (head) => isPlain(head) && head.headers.get('x-envoy-internal') !== 'true';
}

/** Envoy: `SslRedirectRoute`. The port stays, and no header mutation of the virtual host applies. */
function tlsRedirect(virtualHost: VirtualHost, options: RouteOptions): RouteEntry {
  const bare: VirtualHost = { name: virtualHost.name, domains: virtualHost.domains };
  return {
    ...compileRoute({ match: { prefix: '/' }, redirect: { httpsRedirect: true } }, bare, {
      ...options,
      configuration: { name: options.configuration.name },
    }),
    virtualHost,
    reply: ({ authority, path }) => ({
      status: 301,
      headers: new HeaderMap(['location', `https://${authority}${path}`]),
      body: '',
    }),
  };
}
