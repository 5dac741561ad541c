import { listenerPort } from '../scope/listener-port.js';
import type { Scope } from '../scope/scope.js';
import { catchAllVirtualHost } from './catch-all-virtual-host.js';
import { egressListenerFor } from './egress-listener.js';
import { OutboundHosts } from './outbound-hosts.js';
import { includesAttemptCount } from './proxy-headers.js';
import {
  createRouteConfigurationIndex,
  plansOf,
  type RouteConfigurationIndex,
} from './route-configuration-index.js';
import { routeConfigurationOptions } from './route-configuration-options.js';
import { plannedHosts } from './virtual-host-plan.js';

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
  const catchAll = catchAllVirtualHost(scope, {
    ...(includesAttemptCount(scope.mesh) && { includeRequestAttemptCount: true }),
  });
  const { workload } = scope;
  const { host } = parsed;
  const listener = egressListenerFor(scope, parsed.port, name);
  const port = listener?.port ? (listenerPort(listener) ?? 0) : parsed.port;
  const hosts = listener
    ? OutboundHosts.plan({ workload, listener, port, host, catchAll }, plansOf(previous))
    : plannedHosts(host === undefined ? [catchAll] : []);
  return createRouteConfigurationIndex(routeConfigurationOptions(name), hosts, scope, previous);
}

function parseName(name: string): { readonly port: number; readonly host: string | undefined } | undefined {
  if (name === 'http_proxy' || name.startsWith('unix://')) return { port: 0, host: undefined };
  const [, host, port] = /^(?:(.+):)?(\d+)$/.exec(name) ?? [];
  return port === undefined ? undefined : { port: Number(port), host };
}
