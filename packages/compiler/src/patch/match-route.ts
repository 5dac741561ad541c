import { parseClusterName, type Route, type VirtualHost } from '@inmesh/model';
import type { Patch, PatchContext } from './patch.js';

/** Where a route configuration stands: what its patches are matched against. */
export interface RouteConfigurationInfo {
  readonly name: string;
  readonly context: PatchContext;
  /** Of gateways. A port without an entry stands for itself. */
  readonly gatewayPorts?: GatewayPorts;
}

/**
 * The ports that servers name, by the port that is listened on for them: behind a Service the two differ, and a
 * patch names the former. Istio: `GatewayPortMap`.
 */
export type GatewayPorts = ReadonlyMap<number, ReadonlySet<number>>;

export function gatewayPorts(
  serversByRouteName: ReadonlyMap<string, readonly { readonly port: number }[]>,
): GatewayPorts {
  const ports = new Map<number, Set<number>>();
  for (const [name, servers] of serversByRouteName) {
    const { port: listened } = gatewayFacts(name);
    const named = ports.get(listened) ?? new Set();
    ports.set(listened, named);
    for (const { port } of servers) named.add(port);
  }
  return ports;
}

/** Whether a patch means this route configuration. The name of a server or gateway is known for HTTPS alone. */
export function matchesRouteConfiguration({ match }: Patch, info: RouteConfigurationInfo): boolean {
  const wanted = match.routeConfiguration ?? {};
  if (wanted.name && wanted.name !== info.name) return false;
  if (info.context !== 'GATEWAY') return !wanted.portNumber || wanted.portNumber === portOf(info.name);
  const facts = gatewayFacts(info.name);
  const ports = info.gatewayPorts?.get(facts.port) ?? new Set([facts.port]);
  return (
    (!wanted.portName || wanted.portName === facts.portName) &&
    (!wanted.gateway || wanted.gateway === facts.gateway) &&
    (!wanted.portNumber || ports.has(wanted.portNumber))
  );
}

export function matchesVirtualHost({ match }: Patch, { name, domains }: VirtualHost): boolean {
  const wanted = match.routeConfiguration?.vhost ?? {};
  return (
    (!wanted.name || wanted.name === name) &&
    (!wanted.domainName || (domains ?? []).includes(wanted.domainName))
  );
}

/** The routes that a patch names; `undefined` when it names none. A route without an action has any. */
export function namesRoute({ match }: Patch): ((route: Route) => boolean) | undefined {
  const wanted = match.routeConfiguration?.vhost?.route;
  return (
    wanted &&
    ((route) => {
      const action = actionOf(route);
      return (
        (!wanted.name || wanted.name === route.name) &&
        (!wanted.action || wanted.action === 'ANY' || action === undefined || wanted.action === action)
      );
    })
  );
}

function actionOf(route: Route): 'ROUTE' | 'REDIRECT' | 'DIRECT_RESPONSE' | undefined {
  if (route.route !== undefined) return 'ROUTE';
  if (route.redirect !== undefined) return 'REDIRECT';
  return route.directResponse === undefined ? undefined : 'DIRECT_RESPONSE';
}

/** `9080` or `inbound|8080||`; names such as `host:9080` have no port. */
function portOf(name: string): number {
  return parseClusterName(name)?.port ?? (/^\d+$/.test(name) ? Number(name) : 0);
}

/** `http.8080` or `https.8443.portName.gateway.namespace`. */
function gatewayFacts(name: string): { port: number; portName: string; gateway: string } {
  const [kind, port = '', portName = '', gateway = '', namespace, ...rest] = name.split('.');
  if (kind === 'https' && namespace !== undefined && rest.length === 0) {
    return { port: Number(port), portName, gateway: `${namespace}/${gateway}` };
  }
  const http = /^http\.(\d+)$/.exec(name);
  return { port: Number(http?.[1] ?? 0), portName: '', gateway: '' };
}
