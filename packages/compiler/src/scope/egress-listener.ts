import { compareAge, type IstioEgressListener, listDifference, replaceInSorted } from '@inmesh/model';
import type { Registry } from '../registry/registry.js';
import type { Service } from '../registry/service.js';
import { Destinations, destinationsOf } from './destinations.js';
import { parseEgressHosts } from './egress-hosts.js';
import { type ImportFilter, importServices } from './import-services.js';
import { listenerPort } from './listener-port.js';
import { PortIndex } from './port-index.js';
import type { EgressListenerScope, ResolvedVirtualService } from './scope.js';
import type { ServiceTrimmer } from './trim-service.js';
import { byVisibility } from './visibility.js';

/** What stays of a listener while services and rules come and go. */
interface Frame extends Pick<EgressListenerScope, 'port' | 'bind' | 'captureMode'> {
  readonly filter: ImportFilter;
  readonly trimmer: ServiceTrimmer;
  /** Whether a rule is imported, worked out once per rule. */
  readonly decisions: WeakMap<ResolvedVirtualService, boolean>;
}

/** One egress listener of a Sidecar with what it imports. Immutable: changes make a new one. */
export class EgressListener implements EgressListenerScope {
  readonly services: readonly Service[];
  readonly virtualServices: readonly ResolvedVirtualService[];
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
      decisions: new WeakMap(),
    };
    return new EgressListener(frame, [], [], new Destinations(namespace), new PortIndex(byReachAndAge));
  }

  private constructor(
    frame: Frame,
    services: readonly Service[],
    virtualServices: readonly ResolvedVirtualService[],
    destinations: Destinations,
    ports: PortIndex,
  ) {
    this.#frame = frame;
    this.services = services;
    this.virtualServices = virtualServices;
    this.#destinations = destinations;
    this.#ports = ports;
  }

  servicesOn(port: number): readonly Service[] {
    return this.#ports.on(port);
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
  imported(hostname: string, registry: Registry): readonly Service[] {
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
  withServices(hostnames: ReadonlySet<string>, before: Registry, after: Registry): EgressListener {
    const removed = new Set<Service>();
    const added: Service[] = [];
    for (const hostname of hostnames) {
      for (const service of this.imported(hostname, before)) removed.add(service);
      added.push(...this.imported(hostname, after));
    }
    if (removed.size === 0 && added.length === 0) return this;
    const services = replaceInSorted(this.services, removed, added, byReachAndAge);
    const ports = this.#ports.with(removed, added);
    return new EgressListener(this.#frame, services, this.virtualServices, this.#destinations, ports);
  }

  /** With these rules, of all that sidecars of the namespace have; and the hosts that only the one or other sends to. */
  withRules(rules: readonly ResolvedVirtualService[]): {
    readonly listener: EgressListener;
    readonly hostnames: ReadonlySet<string>;
  } {
    const imported = this.#imports(rules);
    const { removed, added } = listDifference(this.virtualServices, imported);
    const hostnames = new Set<string>();
    if (removed.length === 0 && added.length === 0) return { listener: this, hostnames };
    const { namespace } = this.#frame.filter;
    for (const rule of [...removed, ...added]) {
      for (const hostname of destinationsOf(rule, namespace).keys()) hostnames.add(hostname);
    }
    const destinations = this.#destinations.with(removed, added);
    const listener = new EgressListener(this.#frame, this.services, imported, destinations, this.#ports);
    return { listener, hostnames };
  }

  #imports(rules: readonly ResolvedVirtualService[]): readonly ResolvedVirtualService[] {
    const { filter, decisions } = this.#frame;
    if (filter.hosts.includesEverything) return rules;
    return rules.filter((rule) => {
      let decision = decisions.get(rule);
      if (decision === undefined) {
        decision = filter.hosts.includesVirtualService(rule.spec.hosts ?? [], rule.resource.namespace);
        decisions.set(rule, decision);
      }
      return decision;
    });
  }
}

function byReachAndAge(a: Service, b: Service): number {
  return byVisibility(a, b) || compareAge(a, b);
}
