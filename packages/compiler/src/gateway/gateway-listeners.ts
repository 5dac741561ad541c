import { isHttp, type Listener } from '@inmesh/model';
import { serverTlsSocket } from '../listener/downstream-tls.js';
import { compileFilterChain, type FilterChainPlan } from '../listener/filter-chain-plan.js';
import { compileConnectionManager } from '../listener/http-connection-manager.js';
import { compileAddress, inspectors, listenerName } from '../listener/listener-parts.js';
import type { Listeners } from '../listener/listeners.js';
import { isPrivileged, isUnprivileged, wildcardAddress } from '../listener/ports.js';
import { gatewayClientCertDetails } from '../route/proxy-headers.js';
import type { Scope } from '../scope/scope.js';
import { endsHttps, type GatewayServer, serverNames } from './gateway-server.js';
import { type ClaimedNames, gatewayTcpChains } from './gateway-tcp-chains.js';
import { gatewayRouteName, mergeGateways, type ServerGroup } from './merge-gateways.js';

/** A gateway's listeners: one per bind and port of its servers. Istio: `buildGatewayListeners`. */
export function createGatewayListeners(scope: Scope): Listeners {
  let compiled: ReadonlyMap<string, Listener> | undefined;
  const listeners = (): ReadonlyMap<string, Listener> => {
    compiled ??= compileListeners(scope);
    return compiled;
  };
  return {
    listener: (address, port) => listeners().get(listenerName(address, port)),
    hasAddressListeners(port) {
      return [...listeners().values()].some(({ address }) => {
        const socket = address?.socketAddress;
        return socket?.portValue === port && socket.address !== wildcardAddress;
      });
    },
    // Nobody looks for a way out here: requests come with the listener that took them.
    soleAddress: () => undefined,
    all: () => [...listeners().values()],
  };
}

interface ListenerPlan {
  readonly bind: string;
  readonly port: number;
  readonly chains: FilterChainPlan[];
}

function compileListeners(scope: Scope): ReadonlyMap<string, Listener> {
  const plans = new Map<string, ListenerPlan>();
  const claimed: ClaimedNames = new Map();
  for (const group of mergeGateways(scope).groups) {
    const { port } = group;
    if (isPrivileged(port) && isUnprivileged(scope.workload.metadata)) continue;
    const bind = group.bind || wildcardAddress;
    const name = listenerName(bind, port);
    const plan = plans.get(name) ?? { bind, port, chains: [] };
    plans.set(name, plan);
    plan.chains.push(...groupChains(scope, group, name, claimed));
  }
  return new Map(
    [...plans]
      // Bytes that no rule wants are not listened for.
      .filter(([, { chains }]) => chains.length > 0)
      .map(([name, plan]) => [name, compileListener(name, plan)]),
  );
}

function compileListener(name: string, { bind, port, chains }: ListenerPlan): Listener {
  return {
    name,
    address: compileAddress(bind, port),
    filterChains: chains.map(compileFilterChain),
    listenerFilters: inspectors(chains),
    listenerFiltersTimeout: '0s',
    trafficDirection: 'OUTBOUND',
  };
}

function groupChains(
  scope: Scope,
  group: ServerGroup,
  listener: string,
  claimed: ClaimedNames,
): FilterChainPlan[] {
  const { port, protocol, routeName, servers } = group;
  const statPrefix = `outbound_${listener};`;
  if (isHttp(protocol))
    return [{ filters: [gatewayConnectionManager(scope, { statPrefix, routeName, protocol })] }];
  return servers.flatMap((server) =>
    endsHttps(server)
      ? [httpsChain(scope, server, { port, statPrefix })]
      : gatewayTcpChains(scope, server, port, claimed),
  );
}

function httpsChain(
  scope: Scope,
  server: GatewayServer,
  { port, statPrefix }: { readonly port: number; readonly statPrefix: string },
): FilterChainPlan {
  const { tls } = server.spec;
  const manager = gatewayConnectionManager(scope, {
    statPrefix: server.spec.name || statPrefix,
    routeName: gatewayRouteName(server, port),
    protocol: server.protocol,
  });
  return {
    serverNames: serverNames(server),
    filters: [manager],
    ...(tls && { transportSocket: serverTlsSocket(tls, scope, { bytes: false }) }),
  };
}

/** Istio: `buildGatewayConnectionManager`. */
function gatewayConnectionManager(
  scope: Scope,
  {
    statPrefix,
    routeName,
    protocol,
  }: { readonly statPrefix: string; readonly routeName: string } & Pick<ServerGroup, 'protocol'>,
): FilterChainPlan['filters'][number] {
  const trustedHops = scope.mesh.defaultConfig?.gatewayTopology?.numTrustedProxies ?? 0;
  return compileConnectionManager(scope, {
    listenerClass: 'gateway',
    statPrefix,
    routes: { name: routeName },
    protocol,
    fields: {
      ...gatewayClientCertDetails(scope.mesh),
      ...(trustedHops > 0 && { xffNumTrustedHops: trustedHops }),
      httpProtocolOptions: {},
    },
  });
}
