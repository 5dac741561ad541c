import {
  compareAge,
  type Difference,
  type IstioEgressListener,
  isEmpty,
  type Order,
  SortedList,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import type { Registry } from '../registry/registry.js';
import type { Service } from '../registry/service.js';
import { Destinations, destinationsOf } from './destinations.js';
import { parseEgressHosts } from './egress-hosts.js';
import { type ImportFilter, importServices } from './import-services.js';
import { listenerPort } from './listener-port.js';
import { PortIndex } from './port-index.js';
import type { EgressListenerScope, ResolvedVirtualService } from './scope.js';
import type { ServiceTrimmer } from './trim-service.js';
import { inOrderFor, isForCallers } from './virtual-services.js';
import { byVisibility } from './visibility.js';

/** What stays of a listener while services and rules come and go. */
interface Frame extends Pick<EgressListenerScope, 'port' | 'bind' | 'captureMode'> {
  readonly filter: ImportFilter;
  readonly trimmer: ServiceTrimmer;
}

/** One egress listener of a Sidecar with what it imports. Immutable: changes make a new one. */
export class EgressListener implements EgressListenerScope {
  readonly services: SortedList<Service>;
  readonly virtualServices: SortedList<ResolvedVirtualService>;
  readonly #frame: Frame;
  readonly #destinations: Destinations;
  readonly #ports: PortIndex;

  /** Imports nothing yet. */
  static create(listener: IstioEgressListener, namespace: string, trimmer: ServiceTrimmer): EgressListener {
    const { number = 0, protocol = '', name = '' } = listener.port ?? {};
    const port = listener.port && { number, protocol, name };
    const only = listenerPort({ port });
    const frame: Frame = {
      port,
      bind: listener.bind ?? '',
      captureMode: listener.captureMode ?? 'DEFAULT',
      filter: {
        hosts: parseEgressHosts(listener.hosts ?? [], namespace),
        only: only === undefined ? undefined : new Set([only]),
        namespace,
      },
      trimmer,
    };
    return new EgressListener(
      frame,
      SortedList.of<Service>([], byReachAndAge),
      SortedList.of([], inOrderFor(namespace)),
      new Destinations(namespace),
      new PortIndex(byReachAndAge),
    );
  }

  private constructor(
    frame: Frame,
    services: SortedList<Service>,
    virtualServices: SortedList<ResolvedVirtualService>,
    destinations: Destinations,
    ports: PortIndex,
  ) {
    this.#frame = frame;
    this.services = services;
    this.virtualServices = virtualServices;
    this.#destinations = destinations;
    this.#ports = ports;
  }

  servicesOn(port: number): SortedList<Service> {
    return this.#ports.on(port);
  }

  listenedFor(port: number): readonly Service[] {
    return this.#ports.listenedFor(port);
  }

  servicePorts(): Iterable<number> {
    return this.#ports.numbers();
  }

  get port(): EgressListenerScope['port'] {
    return this.#frame.port;
  }

  get bind(): string {
    return this.#frame.bind;
  }

  get captureMode(): EgressListenerScope['captureMode'] {
    return this.#frame.captureMode;
  }

  /** Hosts that imported rules send to. */
  destinationHosts(): Iterable<string> {
    return this.#destinations.hostnames();
  }

  /** The services of one name that this listener imports. */
  imported(hostname: string, registry: Pick<Registry, 'named'>): readonly Service[] {
    return importServices(registry.named(hostname), this.#frame.filter, this.#frame.trimmer);
  }

  /**
   * The service that imported rules send to under this name, even where no host of the listener names it: with
   * the listener's own port where it has one, else with the ports that are asked for.
   */
  destination(hostname: string, find: () => Service | undefined): Service | undefined {
    const asked = this.#destinations.portsOf(hostname);
    const found = asked && find();
    return found && asked && this.#frame.trimmer.withPorts(found, this.#frame.filter.only ?? asked);
  }

  /** With the services of some names as they are in `after`; in `before` they are as they were. */
  *withServices(
    hostnames: ReadonlySet<string>,
    before: Pick<Registry, 'named'>,
    after: Pick<Registry, 'named'>,
  ): Steps<EgressListener> {
    let turns = 0;
    const removed: Service[] = [];
    const added: Service[] = [];
    for (const hostname of hostnames) {
      if (++turns % turnsPerStep === 0) yield;
      removed.push(...this.imported(hostname, before));
      added.push(...this.imported(hostname, after));
    }
    if (removed.length === 0 && added.length === 0) return this;
    const services = yield* this.services.following({ removed, added });
    const ports = yield* this.#ports.following({ removed, added });
    return new EgressListener(this.#frame, services, this.virtualServices, this.#destinations, ports);
  }

  /** With other rules of the mesh; and the hosts that those of them send to which it imports. */
  *withRules(
    rules: Difference<ResolvedVirtualService>,
  ): Steps<{ readonly listener: EgressListener; readonly hostnames: ReadonlySet<string> }> {
    let turns = 0;
    const imported = {
      removed: rules.removed.filter((rule) => this.#imports(rule)),
      added: rules.added.filter((rule) => this.#imports(rule)),
    };
    const hostnames = new Set<string>();
    if (isEmpty(imported)) return { listener: this, hostnames };
    const { namespace } = this.#frame.filter;
    for (const rule of [...imported.removed, ...imported.added]) {
      if (++turns % turnsPerStep === 0) yield;
      for (const hostname of destinationsOf(rule, namespace).keys()) hostnames.add(hostname);
    }
    const virtualServices = yield* this.virtualServices.following(imported);
    const destinations = yield* this.#destinations.following(imported);
    const listener = new EgressListener(
      this.#frame,
      this.services,
      virtualServices,
      destinations,
      this.#ports,
    );
    return { listener, hostnames };
  }

  #imports(rule: ResolvedVirtualService): boolean {
    const { hosts, namespace } = this.#frame.filter;
    if (!isForCallers(rule, namespace)) return false;
    return (
      hosts.includesEverything || hosts.includesVirtualService(rule.spec.hosts ?? [], rule.resource.namespace)
    );
  }
}

/** The order of the services that a listener has. */
export const byReachAndAge: Order<Service> = (a, b) => byVisibility(a, b) || compareAge(a, b);
