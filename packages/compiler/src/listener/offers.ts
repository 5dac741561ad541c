import { isHttp, parseProtocol } from '@inmesh/model';
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
    if (listener.port === undefined) {
      return decisiveOffers(listener.listenedFor(port), port).map((offer) => ({ listener, ...offer }));
    }
    const { number, protocol } = listener.port;
    if (number !== port) return [];
    const offered = { number, protocol: parseProtocol(protocol) };
    const decisive = new DecisiveOffers();
    for (const service of listener.services) decisive.add(service, offered);
    return decisive.offers.map((offer) => ({ listener, ...offer }));
  });
}

/** All ports that something is offered on. */
export function offeredPorts(scope: Scope): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const listener of scope.egressListeners) {
    if (listener.port !== undefined) ports.add(listener.port.number);
    else for (const number of listener.servicePorts()) ports.add(number);
  }
  return ports;
}

/** Worked out once for each list of services: rules change more often than services do. */
const known = new WeakMap<readonly Service[], readonly Pick<Offer, 'service' | 'port'>[]>();

function decisiveOffers(
  services: readonly Service[],
  number: number,
): readonly Pick<Offer, 'service' | 'port'>[] {
  let offers = known.get(services);
  if (offers === undefined) {
    const decisive = new DecisiveOffers();
    for (const service of services)
      for (const port of service.ports) if (port.number === number) decisive.add(service, port);
    offers = decisive.offers;
    known.set(services, offers);
  }
  return offers;
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
