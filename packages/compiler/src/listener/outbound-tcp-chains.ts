import {
  formatClusterName,
  hostsOverlap,
  isTls,
  type L4MatchAttributes,
  type TLSMatchAttributes,
} from '@inmesh/model';
import type { Service } from '../registry/service.js';
import { ruleMetadata } from '../route/rule-metadata.js';
import { holdsStaticallyL4 } from '../route/static-match.js';
import { serviceDomains } from '../route/virtual-host-domains.js';
import type { ResolvedVirtualService, Scope } from '../scope/scope.js';
import type { FilterChainPlan } from './filter-chain-plan.js';
import { dnsCache } from './http-connection-manager.js';
import { clusterFilters, type ListenerPort, type NetworkContext, routeFilters } from './tcp-proxy.js';

/** A service port that is served as bytes: at which bind, and for which range if its address is one. */
export interface TcpTarget {
  readonly service: Service;
  readonly port: ListenerPort;
  readonly bind: string;
  readonly range: string | undefined;
}

/** Filter chains of a service port for bytes: by server name for TLS, else by destination. */
export function outboundTcpChains(
  scope: Scope,
  target: TcpTarget,
  virtualServices: readonly ResolvedVirtualService[],
): FilterChainPlan[] {
  const own = virtualServices.filter(({ spec }) =>
    (spec.hosts ?? []).some((host) => hostsOverlap(host, target.service.hostname)),
  );
  return isTls(target.port.protocol) ? tlsChains(scope, target, own) : tcpChains(scope, target, own);
}

/**
 * One chain for each tls match that holds here; of matches that look the same to Envoy only the first. Without
 * any, the service itself. Istio: `buildSidecarOutboundTLSFilterChainOpts`.
 */
function tlsChains(
  scope: Scope,
  target: TcpTarget,
  virtualServices: readonly ResolvedVirtualService[],
): FilterChainPlan[] {
  const { port } = target;
  const chains: FilterChainPlan[] = [];
  const handled = new Set<string>();
  // As in Istio, subnets of one match stay in force for the matches behind it that name none.
  let destinations = rangesOf(target);
  for (const { spec, resource } of virtualServices) {
    for (const [index, { match = [], route = [] }] of (spec.tls ?? []).entries()) {
      for (const [matchIndex, one] of match.entries()) {
        if (!holdsHere(one, scope, port)) continue;
        if (one.destinationSubnets?.length && port.number > 0) destinations = one.destinationSubnets;
        const seen = `${(one.sniHosts ?? []).join(',')}|${(one.destinationSubnets ?? []).join(',')}`;
        if (handled.has(seen) || route.length === 0) continue;
        handled.add(seen);
        chains.push({
          serverNames: one.sniHosts ?? [],
          destinations,
          filters: routeFilters(route, resource, { scope, port }),
          metadata: ruleMetadata(resource, `spec.tls[${index}].match[${matchIndex}]`),
        });
      }
    }
  }
  if (chains.length > 0) return chains;
  const names = needsServerName(target) ? serverNamesOf(target.service, scope) : [];
  return [{ serverNames: names, destinations, filters: serviceFilters(target, { scope, port }) }];
}

/**
 * The first rule that asks for no destination ends the list; those that do come before it. Without such a rule the
 * service itself ends it. Istio: `buildSidecarOutboundTCPFilterChainOpts`.
 */
function tcpChains(
  scope: Scope,
  target: TcpTarget,
  virtualServices: readonly ResolvedVirtualService[],
): FilterChainPlan[] {
  const { port } = target;
  const destinations = rangesOf(target);
  const chains: FilterChainPlan[] = [];
  let covered = false;
  for (const { spec, resource } of virtualServices) {
    for (const [index, { match = [], route = [] }] of (spec.tcp ?? []).entries()) {
      if (route.length === 0) continue;
      const filters = routeFilters(route, resource, { scope, port });
      const metadata = ruleMetadata(resource, `spec.tcp[${index}]`);
      const holding = match.filter((one) => holdsHere(one, scope, port));
      const isLast =
        match.length === 0 || holding.some((one) => !one.destinationSubnets?.length || port.number === 0);
      if (isLast) return [...chains, { destinations, filters, metadata }];
      const subnets = holding.flatMap((one) => one.destinationSubnets ?? []);
      if (subnets.length === 0) continue;
      chains.push({ destinations: subnets, filters, metadata });
      // A chain of the service for the same ranges would be refused by Envoy.
      covered ||= [...subnets].sort().join() === [...destinations].sort().join();
    }
  }
  if (covered) return chains;
  return [...chains, { destinations, filters: serviceFilters(target, { scope, port }) }];
}

function holdsHere(match: L4MatchAttributes | TLSMatchAttributes, scope: Scope, port: ListenerPort): boolean {
  return holdsStaticallyL4(match, { workload: scope.workload, gateway: 'mesh', port: port.number });
}

function rangesOf({ range }: TcpTarget): string[] {
  return range === undefined ? [] : [range];
}

/** The cluster of the service: on its only port, else on that of the listener. */
function serviceFilters({ service }: TcpTarget, { scope, port }: NetworkContext): FilterChainPlan['filters'] {
  const number = service.ports.length === 1 ? (service.ports[0]?.number ?? port.number) : port.number;
  const cluster = formatClusterName({
    direction: 'outbound',
    port: number,
    subset: '',
    host: service.hostname,
  });
  const rule = scope.destinationRule(service.hostname)?.spec;
  const filters = clusterFilters(cluster, { scope, port, rule, subset: '' });
  return service.resolution === 'DynamicDNS' && isTls(port.protocol)
    ? [sniForwardProxy(service.hostname, number), ...filters]
    : filters;
}

/** Resolves the server name, where the service has no addresses of its own. */
function sniForwardProxy(hostname: string, port: number): FilterChainPlan['filters'][number] {
  return {
    name: 'envoy.extensions.filters.network.sni_dynamic_forward_proxy',
    typedConfig: {
      '@type':
        'type.googleapis.com/envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig',
      dnsCacheConfig: dnsCache(hostname),
      portValue: port,
    },
  };
}

/** Where the address does not tell services apart, the server name has to. */
function needsServerName({ service, bind, range }: TcpTarget): boolean {
  const [address = ''] = service.addresses;
  return range !== undefined || address === '' || (address === '0.0.0.0' && bind === '0.0.0.0');
}

function serverNamesOf(service: Service, { workload }: Scope): string[] {
  const aliases = service.aliases.flatMap((alias) => {
    const { shortForms } = serviceDomains({ ...service, hostname: alias, aliases: [] }, workload, undefined);
    return [alias, ...shortForms];
  });
  return [service.hostname, ...aliases];
}
