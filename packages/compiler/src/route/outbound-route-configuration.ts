import { parseProtocol } from '../registry/protocol.js';
import type { EgressListenerScope, Scope } from '../scope/scope.js';
import { catchAllVirtualHost } from './catch-all-virtual-host.js';
import { egressListenerFor } from './egress-listener.js';
import { planOutboundVirtualHosts } from './outbound-virtual-hosts.js';
import { includesAttemptCount } from './proxy-headers.js';
import { createRouteConfigurationIndex, type RouteConfigurationIndex } from './route-configuration-index.js';
import { routeConfigurationOptions } from './route-configuration-options.js';
import type { VirtualHostPlan } from './virtual-host-plan.js';

/**
 * A sidecar's route configuration by the name that its listener gives it: a port, `host:port` of a service whose
 * protocol is detected on its own address, `http_proxy`, or a socket. Istio: `buildSidecarOutboundHTTPRouteConfig`.
 */
export function outboundRouteConfiguration(
  scope: Scope,
  name: string,
  previous?: RouteConfigurationIndex,
): RouteConfigurationIndex | undefined {
  const parsed = parseName(name);
  if (parsed === undefined) return undefined;
  const options = { ...(includesAttemptCount(scope.mesh) && { includeRequestAttemptCount: true }) };
  const listener = egressListenerFor(scope, parsed.port, name);
  const port = listener && servesAllPorts(listener) ? 0 : parsed.port;
  const virtualHosts = listener ? planOutboundVirtualHosts(scope, listener, port, options) : [];
  const offered =
    parsed.host === undefined
      ? [...virtualHosts, catchAllVirtualHost(scope, options)]
      : onlyOf(virtualHosts, parsed.host);
  return createRouteConfigurationIndex(routeConfigurationOptions(name), offered, previous);
}

/** On an address of its own a service answers to whatever host is called there. */
function onlyOf(virtualHosts: readonly VirtualHostPlan[], host: string): VirtualHostPlan[] {
  const own = virtualHosts.find(({ domains }) => domains.includes(host));
  return own === undefined ? [] : [{ ...own, domains: ['*'] }];
}

function parseName(name: string): { readonly port: number; readonly host?: string } | undefined {
  if (name === 'http_proxy' || name.startsWith('unix://')) return { port: 0 };
  const [, host, port] = /^(?:(.+):)?(\d+)$/.exec(name) ?? [];
  if (port === undefined) return undefined;
  return { port: Number(port), ...(host !== undefined && { host }) };
}

function servesAllPorts({ port }: EgressListenerScope): boolean {
  return port !== undefined && (port.number === 0 || parseProtocol(port.protocol) === 'HTTP_PROXY');
}
