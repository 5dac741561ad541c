import { isHttp, type Listener, type Protocol } from '@inmesh/model';
import type { Service, ServiceEndpoint } from '../registry/service.js';
import { dynamicDnsCluster } from '../route/catch-all-virtual-host.js';
import type { EgressListenerScope, Scope } from '../scope/scope.js';
import type { FilterChainPlan } from './filter-chain-plan.js';
import { compileConnectionManager } from './http-connection-manager.js';
import { listenerName } from './listener-parts.js';
import { type Offer, offeredPorts, offersOn } from './offers.js';
import { compileEntry, mergeChains, type OutboundEntry } from './outbound-entry.js';
import { outboundTcpChains } from './outbound-tcp-chains.js';
import { kindOf, type PortKind } from './port-kind.js';
import { canBind, interceptsNothing, wildcardAddress } from './ports.js';

/** Outbound listeners of a sidecar, each made when it is asked for. Istio: `buildSidecarOutboundListeners`. */
export class OutboundListeners {
  readonly #scope: Scope;
  readonly #byPort = new Map<number, PortListeners>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  get(bind: string, port: number): Listener | undefined {
    return this.#onPort(port).get(bind);
  }

  /** Whether a listener on this port is bound to one address. */
  hasAddresses(port: number): boolean {
    for (const bind of this.#onPort(port).binds) if (bind !== wildcardAddress) return true;
    return false;
  }

  /** The address of the one listener on this port, where it is bound to an address and there is no other. */
  soleAddress(port: number): string | undefined {
    const [bind, ...others] = this.#onPort(port).binds;
    return bind === wildcardAddress || others.length > 0 ? undefined : bind;
  }

  all(): Listener[] {
    return [...offeredPorts(this.#scope)].flatMap((port) => {
      const onPort = this.#onPort(port);
      return [...onPort.binds].flatMap((bind) => onPort.get(bind) ?? []);
    });
  }

  #onPort(port: number): PortListeners {
    const known = this.#byPort.get(port);
    if (known !== undefined) return known;
    const placed = new PortListeners(this.#scope, offersOn(this.#scope, port));
    this.#byPort.set(port, placed);
    return placed;
  }
}

/** An offer at the address where it is listened for. */
interface PlacedOffer extends Offer {
  readonly kind: PortKind;
  readonly bind: string;
  /** The range that connections must be meant for, where the service's address is one. */
  readonly range: string | undefined;
  readonly bindToPort: boolean;
}

/** Everything on one port, by bind. Conflicts arise nowhere else. */
class PortListeners {
  readonly #scope: Scope;
  readonly #placed = new Map<string, PlacedOffer[]>();
  readonly #listeners = new Map<string, Listener>();

  constructor(scope: Scope, offers: readonly Offer[]) {
    this.#scope = scope;
    for (const offer of offers) this.#place(offer);
  }

  get binds(): Iterable<string> {
    return this.#placed.keys();
  }

  get(bind: string): Listener | undefined {
    const known = this.#listeners.get(bind);
    const placed = this.#placed.get(bind);
    if (known !== undefined || placed === undefined) return known;
    const entry = new EntryBuilder(this.#scope, placed).build();
    const listener = entry && compileEntry(entry, this.#scope);
    if (listener !== undefined) this.#listeners.set(bind, listener);
    return listener;
  }

  #place(offer: Offer): void {
    const { listener, service, port } = offer;
    const { workload } = this.#scope;
    const kind = kindOf(port.protocol);
    if (kind === undefined) return;
    const bindToPort = bindsToPort(listener, { always: interceptsNothing(workload) });
    const bind = listener.bind || (bindToPort ? '127.0.0.1' : '');
    if (!canBind({ bind, port: port.number, protocol: port.protocol, bindToPort }, workload)) return;
    const add = (given: string): void => {
      const place = placeOf(service, kind, given);
      const placed = this.#placed.get(place.bind) ?? [];
      this.#placed.set(place.bind, placed);
      placed.push({ ...offer, ...place, kind, bindToPort });
    };
    const pods = bind === '' && listener.port === undefined ? this.#podsOf(offer, kind) : undefined;
    if (pods === undefined) add(bind);
    for (const { address } of pods ?? []) {
      // What a workload sends to its own address never passes the outbound side of its sidecar.
      if (isAddress(address) && address !== workload.ip) add(address);
    }
  }

  /**
   * The endpoints that stand for a service without an address: bytes cannot say whom they mean, so each pod is
   * listened for. Only a ServiceEntry that never has endpoints is told by the port alone.
   */
  #podsOf({ service, port }: Offer, kind: PortKind): readonly ServiceEndpoint[] | undefined {
    const isHeadless = service.resolution === 'Passthrough' && service.addresses[0] === wildcardAddress;
    if (!isHeadless || kind === 'http') return undefined;
    const endpoints = this.#scope.endpoints(service).filter(({ portName }) => portName === port.name);
    const mayHaveSome = service.registry === 'Kubernetes' || service.selector !== undefined;
    return endpoints.length > 0 || mayHaveSome ? endpoints : undefined;
  }
}

/**
 * What the services of one address make of its listener. Http on http shares one connection manager, as routes tell
 * hosts apart; http and bytes share a port by their first bytes; bytes on bytes share it where addresses or server
 * names differ. Istio: `buildSidecarOutboundListener`.
 */
class EntryBuilder {
  readonly #scope: Scope;
  readonly #offers: readonly PlacedOffer[];

  constructor(scope: Scope, offers: readonly PlacedOffer[]) {
    this.#scope = scope;
    this.#offers = offers;
  }

  build(): OutboundEntry | undefined {
    let entry: OutboundEntry | undefined;
    let claimedBy: EgressListenerScope | undefined;
    for (const offer of this.#offers) {
      // A port that a Sidecar claims is closed to the services of its catch-all.
      if (entry !== undefined && offer.listener.port === undefined && offer.listener !== claimedBy) break;
      entry = this.#add(entry, offer);
      claimedBy = offer.listener;
    }
    return entry;
  }

  #add(entry: OutboundEntry | undefined, offer: PlacedOffer): OutboundEntry {
    const { kind, bind, bindToPort, port } = offer;
    const existing = entry && kindOf(entry.protocol);
    if (entry === undefined || (kind === 'auto' && existing === 'http')) {
      // Beside http on every address there may be bytes for strangers, so that it counts as detected.
      const protocol = kind === 'http' && bind === wildcardAddress ? 'Unsupported' : port.protocol;
      return { bind, port: port.number, bindToPort, protocol, chains: this.#chains(offer) };
    }
    if (isSharedAlready(kind, existing) || excludesOthers(port.protocol, entry.protocol)) return entry;
    const chains = mergeChains(entry.chains, this.#chains(offer));
    return { ...entry, chains, ...(kind !== existing && { protocol: 'Unsupported' }) };
  }

  #chains(offer: PlacedOffer): FilterChainPlan[] {
    const { kind, listener } = offer;
    return [
      ...(kind === 'http' ? [] : outboundTcpChains(this.#scope, offer, listener.virtualServices.items)),
      ...(kind === 'tcp' ? [] : [this.#httpChain(offer)]),
    ];
  }

  /** Detected by its first bytes, except where an address of its own lets nothing else in. */
  #httpChain({ service, port, kind, bind }: PlacedOffer): FilterChainPlan {
    const manager = compileConnectionManager(this.#scope, {
      listenerClass: 'outbound',
      statPrefix: `outbound_${listenerName(bind, port.number)};`,
      routes: { name: routeName(service, port.number, { kind, bind }) },
      protocol: port.protocol,
      dynamicForwardProxies: this.#dynamicHosts(),
    });
    const sniffs = port.protocol !== 'HTTP_PROXY' && (kind === 'auto' || bind === wildcardAddress);
    return {
      ...(sniffs && { applicationProtocols: ['http/1.1', 'h2c'], transportProtocol: 'raw_buffer' as const }),
      filters: [manager],
    };
  }

  /** Whose names are resolved when a request comes: services with dynamic DNS, and strangers if the policy says so. */
  #dynamicHosts(): string[] {
    const hosts = this.#offers.flatMap(({ service, port }) =>
      service.resolution === 'DynamicDNS' && isHttp(port.protocol) ? [service.hostname] : [],
    );
    const resolvesStrangers = this.#scope.outboundTrafficPolicy.mode === 'ALLOW_ANY_DYNAMIC_DNS';
    return resolvesStrangers ? [...hosts, dynamicDnsCluster] : hosts;
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
