import { finish, type Steps, turnsPerStep, type Workload } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import { type ServiceDomains, serviceDomains } from './virtual-host-domains.js';

/**
 * What is worked out once per service and kept while the service stays the same: itself with one port alone, and
 * its names. In a large mesh that is most of what planning virtual hosts costs.
 */
export class ServicesOnPort {
  readonly #workload: Workload;
  /** 0: all ports. */
  readonly #port: number;
  readonly #trimmed = new WeakMap<Service, Service>();
  readonly #domains = new WeakMap<Service, ServiceDomains>();

  constructor(workload: Workload, port: number) {
    this.#workload = workload;
    this.#port = port;
  }

  /** Each service that has the port, with that port alone; of several of one name the last. */
  select(services: Iterable<Service>): Map<string, Service> {
    return finish(this.selecting(services));
  }

  *selecting(services: Iterable<Service>): Steps<Map<string, Service>> {
    let turns = 0;
    const selected = new Map<string, Service>();
    for (const service of services) {
      if (++turns % turnsPerStep === 0) yield;
      const trimmed = this.#trim(service);
      if (trimmed !== undefined) selected.set(service.hostname, trimmed);
    }
    return selected;
  }

  /** Under one of its ports, which is that of the listener unless the listener serves all. */
  domains(service: Service, port: number): ServiceDomains {
    // Only where all ports share a listener do names depend on the port.
    if (this.#port === 0) return serviceDomains(service, this.#workload, port);
    let domains = this.#domains.get(service);
    if (domains === undefined) {
      domains = serviceDomains(service, this.#workload, undefined);
      this.#domains.set(service, domains);
    }
    return domains;
  }

  #trim(service: Service): Service | undefined {
    const { ports } = service;
    if (this.#port === 0) return ports.length > 0 ? service : undefined;
    if (ports.length === 1) return ports[0]?.number === this.#port ? service : undefined;
    let trimmed = this.#trimmed.get(service);
    if (trimmed !== undefined) return trimmed;
    const own = ports.filter(({ number }) => number === this.#port);
    if (own.length === 0) return undefined;
    trimmed = { ...service, ports: own };
    this.#trimmed.set(service, trimmed);
    return trimmed;
  }
}
