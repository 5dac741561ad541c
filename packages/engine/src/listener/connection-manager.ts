import {
  durationMs,
  type FilterChain,
  type HttpConnectionManager,
  type RouteConfiguration,
  type TcpProxy,
  type VirtualHost,
} from '@inmesh/model';
import type { Lookup, ResourceView, RouteConfigurationIndex } from '../resource-view.js';
import type { RouteEntry } from '../route/route-entry.js';
import { compileLocalReplies, type LocalReplyRenderer } from './local-reply.js';
import { compilePreparation, type PrepareRequest } from './prepare-request.js';
import { compileResponsePreparation, type PrepareResponse } from './prepare-response.js';

/** An HTTP connection manager, read once. Envoy: `HttpConnectionManager`, and the router filter at its end. */
export interface ConnectionManager {
  readonly source: HttpConnectionManager;
  /** By name from the view, or those that stand in the listener itself. */
  routes(view: ResourceView): Lookup<RouteConfigurationIndex>;
  /** 0: none. Envoy's default is five minutes. */
  readonly streamIdleTimeoutMs: number;
  /** First of all, before routing; a reply refuses the request. */
  readonly prepareRequest: PrepareRequest;
  /** Last of all, for every answer. */
  readonly prepareResponse: PrepareResponse;
  /** From the request's first byte to its last; 0: none. */
  readonly requestTimeoutMs: number;
  /** `undefined`: none. */
  readonly maxStreamDurationMs: number | undefined;
  readonly router: RouterOptions;
  /** Whether a call may switch to this protocol. A route's own list goes before that of the manager. */
  allowsUpgrade(protocol: string, route: RouteEntry): boolean;
  /** How the answers of the mesh itself look here. */
  readonly localReplies: LocalReplyRenderer;
}

/** Envoy: `router.v3.Router`. */
export interface RouterOptions {
  readonly suppressEnvoyHeaders: boolean;
  readonly respectExpectedRequestTimeout: boolean;
}

const managerType =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const tcpProxyType = 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
const routerType = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';
const defaultStreamIdleTimeoutMs = 300_000;

/** The connection manager of a chain, if the chain speaks HTTP. */
export function connectionManagerOf(chain: FilterChain): ConnectionManager | undefined {
  const source = chain.filters?.find(
    ({ typedConfig }) => typedConfig?.['@type'] === managerType,
  )?.typedConfig;
  return source === undefined ? undefined : connectionManager(source as HttpConnectionManager);
}

/** The TCP proxy of a chain, if its bytes are not read. */
export function tcpProxyOf(chain: FilterChain): TcpProxy | undefined {
  return chain.filters?.find(({ typedConfig }) => typedConfig?.['@type'] === tcpProxyType)?.typedConfig as
    | TcpProxy
    | undefined;
}

const managers = new WeakMap<HttpConnectionManager, ConnectionManager>();

export function connectionManager(source: HttpConnectionManager): ConnectionManager {
  let manager = managers.get(source);
  if (manager === undefined) {
    manager = compile(source);
    managers.set(source, manager);
  }
  return manager;
}

function compile(source: HttpConnectionManager): ConnectionManager {
  const { rds, routeConfig, commonHttpProtocolOptions } = source;
  const inline = routeConfig === undefined ? undefined : inlineIndex(routeConfig);
  const routeConfigName = rds?.routeConfigName ?? '';
  const upgrades = upgradeTable(source.upgradeConfigs);
  return {
    source,
    prepareRequest: compilePreparation(source),
    prepareResponse: compileResponsePreparation(source),
    routes: (view) => inline ?? view.routeConfiguration(routeConfigName),
    streamIdleTimeoutMs: durationMs(source.streamIdleTimeout) ?? defaultStreamIdleTimeoutMs,
    requestTimeoutMs: durationMs(source.requestTimeout) ?? 0,
    maxStreamDurationMs: durationMs(commonHttpProtocolOptions?.maxStreamDuration) || undefined,
    router: routerOptions(source),
    allowsUpgrade(protocol, route) {
      const type = protocol.toLowerCase();
      const ofRoute = upgradeTable(route.source.route?.upgradeConfigs).get(type);
      return ofRoute ?? upgrades.get(type) ?? false;
    },
    localReplies: compileLocalReplies(source.localReplyConfig),
  };
}

function routerOptions({ httpFilters = [] }: HttpConnectionManager): RouterOptions {
  const config = httpFilters.find(({ typedConfig }) => typedConfig?.['@type'] === routerType)?.typedConfig;
  return {
    suppressEnvoyHeaders: config?.suppressEnvoyHeaders === true,
    respectExpectedRequestTimeout: config?.respectExpectedRqTimeout === true,
  };
}

/** Types are compared in any case, and enabled unless they say otherwise. */
function upgradeTable(
  configs: readonly { upgradeType?: string; enabled?: boolean }[] = [],
): ReadonlyMap<string, boolean> {
  return new Map(
    configs.map(({ upgradeType = '', enabled = true }) => [upgradeType.toLowerCase(), enabled] as const),
  );
}

/** The first domain of its spelling wins; Envoy refuses a second one. */
function inlineIndex({ virtualHosts = [], ...options }: RouteConfiguration): RouteConfigurationIndex {
  const domains = new Map<string, string>();
  const byKey = new Map<string, VirtualHost>();
  virtualHosts.forEach((virtualHost, i) => {
    // Names of virtual hosts need not be unique.
    const key = byKey.has(virtualHost.name) ? `${virtualHost.name}#${i}` : virtualHost.name;
    byKey.set(key, virtualHost);
    for (const domain of virtualHost.domains) {
      const lower = domain.toLowerCase();
      if (!domains.has(lower)) domains.set(lower, key);
    }
  });
  return { name: options.name, options, domains, virtualHost: (name) => byKey.get(name) };
}
