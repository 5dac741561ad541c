import type { Steps } from '@inmesh/model';
import { listenerPort } from '../scope/listener-port.js';
import type { Scope } from '../scope/scope.js';
import { catchAllVirtualHost } from './catch-all-virtual-host.js';
import { egressListenerFor } from './egress-listener.js';
import { OutboundHosts, type OutboundPlace } from './outbound-hosts.js';
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
  const place = placeOf(scope, parsed, name);
  const hosts =
    'listener' in place
      ? OutboundHosts.plan(place, plansOf(previous))
      : plannedHosts(place.host === undefined ? [place.catchAll] : []);
  return createRouteConfigurationIndex(routeConfigurationOptions(name), hosts, scope, previous);
}

/** Plans in steps what {@link outboundRouteConfiguration} would otherwise plan at once. */
export function* prepareOutboundRoutes(
  scope: Scope,
  name: string,
  previous?: RouteConfigurationIndex,
): Steps<void> {
  const parsed = parseName(name);
  const place = parsed && placeOf(scope, parsed, name);
  if (place !== undefined && 'listener' in place) yield* OutboundHosts.preparing(place, plansOf(previous));
}

/** Without a listener where no egress listener serves the port. */
function placeOf(
  scope: Scope,
  { port, host }: ParsedName,
  name: string,
): OutboundPlace | Pick<OutboundPlace, 'host' | 'catchAll'> {
  const catchAll = catchAllVirtualHost(scope, {
    ...(includesAttemptCount(scope.mesh) && { includeRequestAttemptCount: true }),
  });
  const listener = egressListenerFor(scope, port, name);
  if (listener === undefined) return { host, catchAll };
  const served = listener.port ? (listenerPort(listener) ?? 0) : port;
  return { workload: scope.workload, listener, port: served, host, catchAll };
}

interface ParsedName {
  readonly port: number;
  readonly host: string | undefined;
}

function parseName(name: string): ParsedName | undefined {
  if (name === 'http_proxy' || name.startsWith('unix://')) return { port: 0, host: undefined };
  const [, host, port] = /^(?:(.+):)?(\d+)$/.exec(name) ?? [];
  return port === undefined ? undefined : { port: Number(port), host };
}
