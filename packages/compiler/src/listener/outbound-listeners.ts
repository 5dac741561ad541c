import type { Listener } from '@inmesh/model';
import { isHttp, parseProtocol } from '../registry/protocol.js';
import type { Protocol, Service, ServiceEndpoint, ServicePort } from '../registry/service.js';
import type { EgressListenerScope, Scope } from '../scope/scope.js';
import type { FilterChainPlan } from './filter-chain-plan.js';
import { compileConnectionManager } from './http-connection-manager.js';
import { listenerName } from './listener-parts.js';
import { compileEntry, mergeChains, type OutboundEntry } from './outbound-entry.js';
import { outboundTcpChains } from './outbound-tcp-chains.js';
import { kindOf, type PortKind } from './port-kind.js';
import { canBind, interceptsNothing, wildcardAddress } from './ports.js';
import type { ListenerPort } from './tcp-proxy.js';

/** A service on one of its ports, as one egress listener offers it. */
interface Offer {
  readonly listener: EgressListenerScope;
  readonly service: Service;
  readonly port: ListenerPort & Partial<Pick<ServicePort, 'name'>>;
}

/** Outbound listeners of a sidecar: services are sorted by port at once, listeners made per port when asked for. */
export class OutboundListeners {
  readonly #scope: Scope;
  readonly #offers: ReadonlyMap<number, readonly Offer[]>;
  readonly #byPort = new Map<number, PortListeners>();

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#offers = offersByPort(scope);
  }

  get ports(): Iterable<number> {
    return this.#offers.keys();
  }

  /** The listeners of one port by their bind, in the order in which they arose. */
  onPort(port: number): ReadonlyMap<string, Listener> {
    const known = this.#byPort.get(port);
    if (known?.isCurrent()) return known.listeners;
    const built = new PortListeners(this.#scope, this.#offers.get(port) ?? []);
    this.#byPort.set(port, built);
    return built.listeners;
  }
}

/**
 * Within an egress listener with a port every service stands for that port and its protocol. 0 is that of sockets.
 * Istio: `buildSidecarOutboundListeners`.
 */
function offersByPort(scope: Scope): ReadonlyMap<number, readonly Offer[]> {
  const offers = new Map<number, Offer[]>();
  const add = (offer: Offer): void => {
    const { number } = offer.port;
    const known = offers.get(number);
    if (known === undefined) offers.set(number, [offer]);
    else known.push(offer);
  };
  for (const listener of scope.egressListeners) {
    for (const service of listener.services) {
      // Served by the listener of the service that it stands for.
      if (service.resolution === 'Alias') continue;
      if (listener.port === undefined) for (const port of service.ports) add({ listener, service, port });
      else {
        const { number, protocol } = listener.port;
        add({ listener, service, port: { number, protocol: parseProtocol(protocol) } });
      }
    }
  }
  return offers;
}

/** Everything on one port. Conflicts arise nowhere else. */
class PortListeners {
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly #scope: Scope;
  readonly #offers: readonly Offer[];
  readonly #entries = new Map<string, OutboundEntry>();
  /** Endpoints that made listeners of their own: they change without a new scope. */
  readonly #consulted: { readonly service: Service; readonly endpoints: readonly ServiceEndpoint[] }[] = [];

  constructor(scope: Scope, offers: readonly Offer[]) {
    this.#scope = scope;
    this.#offers = offers;
    let current: EgressListenerScope | undefined;
    for (const offer of offers) {
      if (offer.listener !== current && offer.listener.port === undefined)
        for (const entry of this.#entries.values()) entry.locked = true;
      current = offer.listener;
      this.#take(offer);
    }
    this.listeners = new Map([...this.#entries].map(([bind, entry]) => [bind, compileEntry(entry, scope)]));
  }

  isCurrent(): boolean {
    return this.#consulted.every(({ service, endpoints }) => this.#scope.endpoints(service) === endpoints);
  }

  #take(offer: Offer): void {
    const { listener, service, port } = offer;
    const { workload } = this.#scope;
    const bindToPort = bindsToPort(listener, { always: interceptsNothing(workload) });
    const bind = listener.bind || (bindToPort ? '127.0.0.1' : '');
    if (!canBind({ bind, port: port.number, protocol: port.protocol, bindToPort }, workload)) return;
    const pods = bind === '' && listener.port === undefined ? this.#podsOf(service, port) : undefined;
    if (pods === undefined) this.#add(offer, bind, bindToPort);
    for (const { address } of pods ?? []) {
      // What a workload sends to its own address never passes the outbound side of its sidecar.
      if (isAddress(address) && address !== workload.ip) this.#add(offer, address, bindToPort);
    }
  }

  /**
   * The endpoints that stand for a service without an address: bytes cannot say whom they mean, so each pod is
   * listened for. Only a ServiceEntry that never has endpoints is told by the port alone.
   */
  #podsOf(service: Service, port: Offer['port']): readonly ServiceEndpoint[] | undefined {
    const kind = kindOf(port.protocol);
    const isBytes = kind === 'tcp' || kind === 'auto';
    if (service.resolution !== 'Passthrough' || service.addresses[0] !== wildcardAddress || !isBytes)
      return undefined;
    const all = this.#scope.endpoints(service);
    this.#consulted.push({ service, endpoints: all });
    const endpoints = all.filter(({ portName }) => portName === port.name);
    const mayHaveSome = service.registry === 'Kubernetes' || service.selector !== undefined;
    return endpoints.length > 0 || mayHaveSome ? endpoints : undefined;
  }

  /**
   * What a service adds to the listener of its address. Http on http shares one connection manager, as routes tell
   * hosts apart; http and bytes share a port by their first bytes; bytes on bytes share it where addresses or
   * server names differ. Istio: `buildSidecarOutboundListener`.
   */
  #add(offer: Offer, givenBind: string, bindToPort: boolean): void {
    const { protocol, number } = offer.port;
    const kind = kindOf(protocol);
    if (kind === undefined) return;
    const { bind, range } = placeOf(offer.service, kind, givenBind);
    const entry = this.#entries.get(bind);
    if (entry?.locked === true) return;
    const existing = entry && kindOf(entry.protocol);
    if (isSharedAlready(kind, existing)) return;
    if (entry !== undefined && excludesOthers(protocol, entry.protocol)) return;
    const chains: FilterChainPlan[] = [];
    if (kind !== 'http')
      chains.push(
        ...outboundTcpChains(
          this.#scope,
          { service: offer.service, port: offer.port, bind, range },
          offer.listener.virtualServices,
        ),
      );
    if (kind !== 'tcp') chains.push(this.#httpChain(offer, kind, bind));
    if (entry === undefined || (kind === 'auto' && existing === 'http')) {
      // Beside http on every address there may be bytes for strangers, so that it counts as detected.
      const effective = kind === 'http' && bind === wildcardAddress ? 'Unsupported' : protocol;
      this.#entries.set(bind, {
        bind,
        port: number,
        bindToPort,
        protocol: effective,
        chains,
        locked: false,
      });
      return;
    }
    mergeChains(entry, chains);
    if (kind !== existing) entry.protocol = 'Unsupported';
  }

  /** Detected by its first bytes, except where an address of its own lets nothing else in. */
  #httpChain({ service, port }: Offer, kind: 'http' | 'auto', bind: string): FilterChainPlan {
    const manager = compileConnectionManager(this.#scope, {
      listenerClass: 'outbound',
      statPrefix: `outbound_${listenerName(bind, port.number)};`,
      routes: { name: routeName(service, port.number, { kind, bind }) },
      protocol: port.protocol,
      dynamicForwardProxies: this.#offers.flatMap((offer) =>
        offer.service.resolution === 'DynamicDNS' && isHttp(offer.port.protocol) ? [offer.service] : [],
      ),
    });
    const sniffs = port.protocol !== 'HTTP_PROXY' && (kind === 'auto' || bind === wildcardAddress);
    return {
      ...(sniffs && { applicationProtocols: ['http/1.1', 'h2c'], transportProtocol: 'raw_buffer' as const }),
      filters: [manager],
    };
  }
}

function isSharedAlready(incoming: PortKind, existing: PortKind | undefined): boolean {
  if (incoming === 'http') return existing === 'http' || existing === 'auto';
  return incoming === 'auto' && existing === 'auto';
}

/** Servers of these protocols speak first, which looking for http would prevent. */
function excludesOthers(incoming: Protocol, existing: Protocol): boolean {
  const speaksFirst = (protocol: Protocol): boolean => protocol === 'Mongo' || protocol === 'MySQL';
  return incoming !== existing && (speaksFirst(incoming) || speaksFirst(existing));
}

/** Bytes are told apart by the address of the service; a range is matched by its chain instead. */
function placeOf(
  service: Service,
  kind: PortKind,
  bind: string,
): { readonly bind: string; readonly range: string | undefined } {
  if (bind !== '') return { bind, range: undefined };
  const [address = ''] = service.addresses;
  if (kind === 'http' || address === '') return { bind: wildcardAddress, range: undefined };
  return address.includes('/')
    ? { bind: wildcardAddress, range: address }
    : { bind: address, range: undefined };
}

/** Shared by all services of the port, except on an address that belongs to one of them. */
function routeName(
  service: Service,
  port: number,
  { kind, bind }: { readonly kind: PortKind; readonly bind: string },
): string {
  if (port === 0) return bind;
  return kind === 'auto' && bind !== wildcardAddress ? `${service.hostname}:${port}` : String(port);
}

/** Whether the listener opens its port, rather than being found by the connection's original destination. */
function bindsToPort(
  { captureMode, bind }: EgressListenerScope,
  { always }: { readonly always: boolean },
): boolean {
  return always || captureMode === 'NONE' || bind.startsWith('unix://');
}

/** Endpoints may also be host names and sockets, which nothing can be bound to here. */
function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[\da-f:.]*:[\da-f:.]*$/i.test(text);
}
