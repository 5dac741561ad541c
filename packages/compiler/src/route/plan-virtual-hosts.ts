import { type Steps, turnsPerStep } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import type { HostGroup } from './host-groups.js';
import type { ServicesOnPort } from './services-on-port.js';
import { bracketed, domainWithPort, type ServiceDomains } from './virtual-host-domains.js';
import type { VirtualHostPlan } from './virtual-host-plan.js';

/** Virtual hosts, and whom their order has decided about. */
export interface Plans {
  readonly plans: VirtualHostPlan[];
  /** Domains, in lower case, that somebody asked for and did not get. */
  readonly contested: ReadonlySet<string>;
}

/**
 * A virtual host for each host and service of the groups, in their order. Names and domains belong to whoever
 * comes first; a virtual host that gets none is left out.
 *
 * @param port of the listener; 0 where one listener serves all ports
 */
export function* planVirtualHosts(
  groups: readonly HostGroup[],
  port: number,
  { known, options }: { readonly known: ServicesOnPort; readonly options: VirtualHostPlan['options'] },
): Steps<Plans> {
  let turns = 0;
  const unique = new UniqueDomains();
  for (const group of groups) {
    if (++turns % turnsPerStep === 0) yield;
    unique.note(group, port);
  }
  const plans: VirtualHostPlan[] = [];
  const add = (group: HostGroup, host: string, service?: Service): void => {
    const name = domainWithPort(host, group.port);
    const offered = offeredDomains(host, service, { known, port: group.port });
    if (!unique.claimName(name, offered)) return;
    const domains = reachableDomains(unique.claim(offered), port, group.port);
    if (domains.length > 0) plans.push({ name, domains, routes: group.routes, options });
  };
  for (const group of groups) {
    if (++turns % turnsPerStep === 0) yield;
    for (const host of group.hosts) add(group, host);
    for (const service of group.services) add(group, service.hostname, service);
  }
  return { plans, contested: unique.contested };
}

/** Under which names a host asks to be reached; `service` bears it, if any does. */
export function offeredDomains(
  host: string,
  service: Service | undefined,
  { known, port }: { readonly known: ServicesOnPort; readonly port: number },
): ServiceDomains {
  if (service !== undefined) return known.domains(service, port);
  return { domains: [bracketed(host)], shortForms: noShortForms };
}

const noShortForms: ReadonlySet<string> = new Set();

/** Names and domains belong to whoever asks first. */
class UniqueDomains {
  readonly contested = new Set<string>();
  readonly #names = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #fullNames = new Set<string>();

  /** Full names have to be known before the first claim. */
  note(group: HostGroup, listenerPort: number): void {
    for (const { hostname } of group.services) {
      this.#fullNames.add(hostname);
      if (listenerPort === 0) this.#fullNames.add(domainWithPort(hostname, group.port));
    }
  }

  claimName(name: string, { domains }: ServiceDomains): boolean {
    const before = this.#names.size;
    if (this.#names.add(name).size > before) return true;
    for (const domain of domains) this.contested.add(domain.toLowerCase());
    return false;
  }

  /** Those that are free. A short form that is some service's full name is left to that service. */
  claim({ domains, shortForms }: ServiceDomains): readonly string[] {
    const free = domains.filter((domain) => {
      const name = domain.toLowerCase();
      const before = this.#domains.size;
      const givesWay = shortForms.has(domain) && this.#fullNames.has(domain);
      if (!givesWay && this.#domains.add(name).size > before) return true;
      this.contested.add(name);
      return false;
    });
    // The very same list where all are free, which is the rule: large meshes need not keep two.
    return free.length === domains.length ? domains : free;
  }
}

/** Where one listener serves all ports, a name without port means port 80. Istio: `mergeAllVirtualHosts`. */
function reachableDomains(domains: readonly string[], listenerPort: number, port: number): readonly string[] {
  return listenerPort === 0 && port !== 80 ? domains.filter((domain) => domain.includes(':')) : domains;
}
