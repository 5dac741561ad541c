import {
  type FilterChain,
  formatClusterName,
  type IstioIngressListener,
  type Listener,
  type Protocol,
  parseProtocol,
} from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { type InboundPort, inboundChains } from './inbound-chains.js';
import {
  compileAddress,
  httpInspector,
  listenerName,
  originalDestination,
  tlsInspector,
} from './listener-parts.js';
import { canBind, inboundCapturePort, interceptsNothing, wildcardAddress } from './ports.js';
import { plainTcpProxy } from './tcp-proxy.js';

/**
 * Where a workload is reached: one listener for everything that is redirected, with chains per port, and one for
 * each port that a Sidecar opens itself. Istio: `buildInboundListeners`.
 */
export function inboundListeners(scope: Scope): Listener[] {
  const ports = inboundPorts(scope);
  const opened = ports
    .filter(({ bindsToPort }) => bindsToPort)
    .map((port) => ({
      name: listenerName(port.bind, port.targetPort),
      address: compileAddress(port.bind, port.targetPort),
      ...commonFields(inboundChains(scope, port), { redirected: false }),
    }));
  if (interceptsNothing(scope.workload)) return opened;
  const redirected = ports.filter(({ bindsToPort }) => !bindsToPort);
  const virtualInbound: Listener = {
    name: 'virtualInbound',
    address: compileAddress(wildcardAddress, inboundCapturePort),
    ...commonFields(
      [
        blackhole,
        ...passthroughPorts(scope, redirected).flatMap((port) => inboundChains(scope, port)),
        ...redirected.flatMap((port) => inboundChains(scope, port)),
      ],
      { redirected: true },
    ),
  };
  return [virtualInbound, ...opened];
}

/** The address under which the listener of a port of the workload is asked for, by whoever stands before its application. */
export const inboundAddress = 'inmesh.inbound';

/** Who takes connections to a port: the listener that is bound to it, else the one for all that is redirected. */
export function inboundListenerOf(port: number, listeners: readonly Listener[]): Listener | undefined {
  return (
    listeners.find(({ address }) => address?.socketAddress?.portValue === port) ??
    listeners.find(({ address }) => address?.socketAddress?.portValue === inboundCapturePort)
  );
}

interface PlacedPort extends InboundPort {
  readonly bind: string;
  readonly bindsToPort: boolean;
}

function commonFields(
  filterChains: FilterChain[],
  { redirected }: { readonly redirected: boolean },
): Pick<
  Listener,
  'filterChains' | 'listenerFilters' | 'continueOnListenerFiltersTimeout' | 'trafficDirection'
> {
  return {
    filterChains,
    listenerFilters: [...(redirected ? [originalDestination] : []), tlsInspector, httpInspector],
    continueOnListenerFiltersTimeout: true,
    trafficDirection: 'INBOUND',
  };
}

/** A connection to this very port would be passed on to itself forever. */
const blackhole: FilterChain = {
  name: 'virtualInbound-blackhole',
  filterChainMatch: { destinationPort: inboundCapturePort },
  filters: [plainTcpProxy('BlackHoleCluster')],
};

/** Those that the Sidecar lists, and then no others; else those of the services. Sorted by number. */
function inboundPorts(scope: Scope): PlacedPort[] {
  const ingress = scope.sidecar?.spec.ingress ?? [];
  const ports = ingress.length > 0 ? ingressPorts(scope, ingress) : servicePorts(scope);
  const byTarget = new Map<number, PlacedPort>();
  for (const port of ports) if (!byTarget.has(port.targetPort)) byTarget.set(port.targetPort, port);
  return [...byTarget.values()].sort((a, b) => a.targetPort - b.targetPort);
}

/** Without redirection the application has these ports itself, so that only a Sidecar can name others. */
function servicePorts(scope: Scope): PlacedPort[] {
  const { workload, serviceTargets } = scope;
  if (interceptsNothing(workload)) return [];
  return serviceTargets
    .filter(({ port, targetPort }) =>
      canBind(
        { bind: wildcardAddress, port: targetPort, protocol: port.protocol, bindToPort: false },
        workload,
      ),
    )
    .map(({ port, targetPort }) =>
      placePort({
        bind: wildcardAddress,
        servicePort: port.number,
        targetPort,
        protocol: port.protocol,
        bindsToPort: false,
      }),
    );
}

function ingressPorts({ workload }: Scope, ingress: readonly IstioIngressListener[]): PlacedPort[] {
  return ingress.flatMap(({ port, bind = '', captureMode = 'DEFAULT' }) => {
    const number = port?.number ?? 0;
    const protocol = parseProtocol(port?.protocol);
    const bindsToPort = captureMode === 'DEFAULT' ? interceptsNothing(workload) : captureMode === 'NONE';
    if (!canBind({ bind, port: number, protocol, bindToPort: bindsToPort }, workload)) return [];
    return [
      placePort({
        bind: bind || workload.ip,
        servicePort: number,
        targetPort: number,
        protocol,
        bindsToPort,
      }),
    ];
  });
}

function placePort(place: {
  readonly bind: string;
  readonly servicePort: number;
  readonly targetPort: number;
  readonly protocol: Protocol;
  readonly bindsToPort: boolean;
}): PlacedPort {
  const name = listenerName(place.bind, place.targetPort);
  return {
    ...place,
    chainName: { http: name, tcp: name },
    statPrefix: `inbound_${name};`,
    cluster: formatClusterName({ direction: 'inbound', port: place.targetPort, subset: '', host: '' }),
  };
}

/** Ports that no service has pass too, under their own mode where one is set for them. */
function passthroughPorts(scope: Scope, known: readonly PlacedPort[]): InboundPort[] {
  const { namespace, labels } = scope.workload;
  const taken = new Set(known.map(({ targetPort }) => targetPort));
  const own = scope.peerAuthentications.portsOf(namespace, labels).filter((port) => !taken.has(port));
  return [0, ...own].map((targetPort) => ({
    chainName: { http: 'virtualInbound-catchall-http', tcp: 'virtualInbound' },
    statPrefix: 'InboundPassthroughCluster;',
    servicePort: 0,
    targetPort,
    protocol: 'Unsupported',
    cluster: 'InboundPassthroughCluster',
  }));
}
