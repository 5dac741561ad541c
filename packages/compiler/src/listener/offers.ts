import { isHttp, parseProtocol } from '../registry/protocol.js';
import type { Service } from '../registry/service.js';
import type { EgressListenerScope, Scope } from '../scope/scope.js';
import type { ListenerPort } from './tcp-proxy.js';

/** A service on one of its ports, as one egress listener offers it. */
export interface Offer {
  readonly listener: EgressListenerScope;
  readonly service: Service;
  /** Without a name where the egress listener has a port, which then stands for every service. */
  readonly port: ListenerPort & { readonly name?: string };
}

/** What egress listeners offer on a port, in their order, as far as it makes a difference to listeners. */
export function offersOn(scope: Scope, port: number): Offer[] {
  return scope.egressListeners.flatMap((listener): Offer[] => {
    const { services } = listener;
    if (listener.port === undefined) {
      const offers = offersByPort(services).get(port)?.offers ?? [];
      return offers.map((offer) => ({ listener, ...offer }));
    }
    const { number, protocol } = listener.port;
    if (number !== port) return [];
    const offered = { number, protocol: parseProtocol(protocol) };
    const decisive = new DecisiveOffers();
    for (const service of services) decisive.add(service, offered);
    return decisive.offers.map((offer) => ({ listener, ...offer }));
  });
}

/** All ports that something is offered on. */
export function offeredPorts(scope: Scope): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { port, services } of scope.egressListeners) {
    if (port !== undefined) ports.add(port.number);
    else for (const number of offersByPort(services).keys()) ports.add(number);
  }
  return ports;
}

/** Worked out once for each list of services: rules change more often than services do. */
const indexes = new WeakMap<readonly Service[], ReadonlyMap<number, DecisiveOffers>>();

function offersByPort(services: readonly Service[]): ReadonlyMap<number, DecisiveOffers> {
  const known = indexes.get(services);
  if (known !== undefined) return known;
  const index = new Map<number, DecisiveOffers>();
  for (const service of services) {
    for (const port of service.ports) {
      let offers = index.get(port.number);
      if (offers === undefined) {
        offers = new DecisiveOffers();
        index.set(port.number, offers);
      }
      offers.add(service, port);
    }
  }
  indexes.set(services, index);
  return index;
}

/** Of http services the first makes the listener, as routes know the others. Aliases are served by what they stand for. */
class DecisiveOffers {
  readonly offers: Pick<Offer, 'service' | 'port'>[] = [];
  #hasHttp = false;

  add(service: Service, port: Offer['port']): void {
    if (service.resolution === 'Alias') return;
    if (isHttp(port.protocol)) {
      // Each service with dynamic DNS brings a cache to the connection manager.
      if (this.#hasHttp && service.resolution !== 'DynamicDNS') return;
      this.#hasHttp = true;
    }
    this.offers.push({ service, port });
  }
}
