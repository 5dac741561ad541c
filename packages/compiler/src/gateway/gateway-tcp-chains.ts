import { formatSniName, isHostSubset, type L4MatchAttributes, type TLSMatchAttributes } from '@inmesh/model';
import { serverTlsSocket } from '../listener/downstream-tls.js';
import type { FilterChainPlan } from '../listener/filter-chain-plan.js';
import { clusterFilters, type ListenerPort, routeFilters } from '../listener/tcp-proxy.js';
import { ruleMetadata } from '../route/rule-metadata.js';
import type { Scope } from '../scope/scope.js';
import { connectionFilters } from '../security/connection-filters.js';
import { concerns, type GatewayServer, passesThrough, serverNames } from './gateway-server.js';
import { claimHosts } from './merge-gateways.js';

/** Server names that chains of each port have claimed, with their bind. */
export type ClaimedNames = Map<number, Map<string, string>>;

/** Chains of a server for bytes: plain, out of TLS that ends here, or TLS that passes. Istio: `createGatewayTCPFilterChainOpts`. */
export function gatewayTcpChains(
  scope: Scope,
  server: GatewayServer,
  port: number,
  claimed: ClaimedNames,
): FilterChainPlan[] {
  const gates = connectionFilters(scope);
  const chains = serverChains(scope, server, port, claimed);
  if (gates.length === 0) return chains;
  return chains.map((chain) => ({ ...chain, filters: [...gates, ...chain.filters] }));
}

function serverChains(
  scope: Scope,
  server: GatewayServer,
  port: number,
  claimed: ClaimedNames,
): FilterChainPlan[] {
  const { tls } = server.spec;
  if (tls === undefined) return tcpRuleChains(scope, server);
  if (tls.mode === 'AUTO_PASSTHROUGH') return autoPassthroughChains(scope, serverNames(server));
  if (passesThrough(server)) return tlsRuleChains(scope, server, port, claimed);
  const bytes = server.protocol === 'TCP' || server.protocol === 'TLS';
  return tcpRuleChains(scope, server).map((chain) => ({
    ...chain,
    serverNames: serverNames(server),
    transportSocket: serverTlsSocket(tls, scope, { bytes }),
  }));
}

/** The first tcp rule that fits has the whole server. */
function tcpRuleChains(scope: Scope, server: GatewayServer): FilterChainPlan[] {
  for (const { spec, resource } of scope.virtualServicesOf(server.gateway)) {
    if (!concerns(server, spec.hosts ?? [], resource.namespace)) continue;
    for (const [index, { match = [], route = [] }] of (spec.tcp ?? []).entries()) {
      const fits = match.length === 0 || match.some((one) => fitsServer(one, server));
      if (!fits || route.length === 0) continue;
      const filters = routeFilters(route, resource, { scope, port: portOf(server) });
      return [{ filters, metadata: ruleMetadata(resource, `spec.tcp[${index}]`) }];
    }
  }
  return [];
}

/** A chain for each tls match that fits, unless an earlier one has one of its server names. */
function tlsRuleChains(
  scope: Scope,
  server: GatewayServer,
  port: number,
  claimed: ClaimedNames,
): FilterChainPlan[] {
  const chains: FilterChainPlan[] = [];
  for (const { spec, resource } of scope.virtualServicesOf(server.gateway)) {
    if (!concerns(server, spec.hosts ?? [], resource.namespace)) continue;
    for (const [index, { match = [], route = [] }] of (spec.tls ?? []).entries()) {
      if (route.length === 0) continue;
      for (const [matchIndex, one] of match.entries()) {
        const names = one.sniHosts ?? [];
        if (!fitsServer(one, server) || claimHosts(claimed, port, names, server.bind).length > 0) continue;
        chains.push({
          serverNames: names,
          filters: routeFilters(route, resource, { scope, port: portOf(server) }),
          metadata: ruleMetadata(resource, `spec.tls[${index}].match[${matchIndex}]`),
        });
      }
    }
  }
  return chains;
}

/**
 * Any cluster of the mesh, by the server name that stands for it. Only the mesh's own ALPN is let in, so that what
 * passes ends at a sidecar. Istio: `builtAutoPassthroughFilterChains`.
 */
function autoPassthroughChains(scope: Scope, hosts: readonly string[]): FilterChainPlan[] {
  return scope.services
    .filter(
      ({ meshExternal, hostname }) => !meshExternal && hosts.some((host) => isHostSubset(hostname, host)),
    )
    .flatMap((service) => {
      const rule = scope.destinationRule(service.hostname)?.spec;
      const subsets = ['', ...(rule?.subsets ?? []).map(({ name = '' }) => name)];
      return service.ports
        .filter(({ protocol }) => protocol !== 'UDP')
        .flatMap((port) =>
          subsets.map((subset) => {
            const name = formatSniName({
              direction: 'outbound',
              port: port.number,
              subset,
              host: service.hostname,
            });
            return {
              serverNames: [name],
              applicationProtocols: meshAlpn,
              filters: clusterFilters(name, { scope, port, rule, subset, tunnels: false }),
            };
          }),
        );
    });
}

/** What sidecars offer each other inside mutual TLS. */
const meshAlpn = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'];

/** A gateway asks neither for source labels nor for the source's namespace. */
function fitsServer(
  { port, gateways }: L4MatchAttributes | TLSMatchAttributes,
  server: GatewayServer,
): boolean {
  return (!port || port === server.port) && (!gateways?.length || gateways.includes(server.gateway));
}

function portOf({ port, protocol }: GatewayServer): ListenerPort {
  return { number: port, protocol };
}
