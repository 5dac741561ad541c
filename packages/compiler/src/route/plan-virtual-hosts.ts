import type { Workload } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import type { HostGroup } from './host-groups.js';
import { bracketed, domainWithPort, type ServiceDomains, serviceDomains } from './virtual-host-domains.js';
import type { VirtualHostPlan } from './virtual-host-plan.js';

/**
 * A virtual host for each host and service of the groups, sorted by name. Names and domains belong to whoever
 * comes first; a virtual host that gets none is left out.
 *
 * @param port of the listener; 0 where one listener serves all ports
 */
export function planVirtualHosts(
  groups: readonly HostGroup[],
  port: number,
  { workload, options }: { readonly workload: Workload; readonly options: VirtualHostPlan['options'] },
): VirtualHostPlan[] {
  const unique = new UniqueDomains(groups);
  const plans: VirtualHostPlan[] = [];
  const add = (group: HostGroup, host: string, offered: () => ServiceDomains): void => {
    const name = domainWithPort(host, group.port);
    if (!unique.claimName(name)) return;
    const domains = reachableDomains(unique.claim(offered()), port, group.port);
    if (domains.length > 0) plans.push({ name, domains, routes: group.routes, options });
  };
  for (const group of groups) {
    const servicePort = port === 0 ? group.port : undefined;
    for (const host of group.hosts) add(group, host, () => plainDomain(host));
    for (const service of group.services)
      add(group, service.hostname, () => serviceDomains(service, workload, servicePort));
  }
  return plans.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function plainDomain(host: string): ServiceDomains {
  return { domains: [bracketed(host)], shortForms: new Set() };
}

/** Names and domains belong to whoever asks first. */
class UniqueDomains {
  readonly #names = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #fullNames = new Set<string>();

  constructor(groups: readonly HostGroup[]) {
    for (const { port, services } of groups)
      for (const { hostname } of services as readonly Service[])
        this.#fullNames.add(hostname).add(domainWithPort(hostname, port));
  }

  claimName(name: string): boolean {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    return true;
  }

  /** Those that are free. A short form that is some service's full name is left to that service. */
  claim({ domains, shortForms }: ServiceDomains): string[] {
    return domains.filter((domain) => {
      const lower = domain.toLowerCase();
      if (this.#domains.has(lower)) return false;
      if (shortForms.has(domain) && this.#fullNames.has(domain)) return false;
      this.#domains.add(lower);
      return true;
    });
  }
}

/** Where one listener serves all ports, a name without port means port 80. Istio: `mergeAllVirtualHosts`. */
function reachableDomains(domains: string[], listenerPort: number, port: number): string[] {
  return listenerPort === 0 && port !== 80 ? domains.filter((domain) => domain.includes(':')) : domains;
}
