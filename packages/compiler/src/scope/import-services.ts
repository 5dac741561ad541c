import type { Service } from '../registry/service.js';
import type { EgressHosts } from './egress-hosts.js';
import type { ServiceTrimmer } from './trim-service.js';
import { byVisibility, isVisible } from './visibility.js';

/** What one egress listener takes of all services. */
export interface ImportFilter {
  readonly hosts: EgressHosts;
  /** Only this port of services; absent: all. */
  readonly only: ReadonlySet<number> | undefined;
  /** The client's. */
  readonly namespace: string;
}

/**
 * Of the services of one name, those that a listener imports. Only one namespace counts: the client's own, else
 * one with a Kubernetes Service, else that of the first in order. Istio: `selectServices`.
 */
export function importServices(
  named: readonly Service[],
  { hosts, only, namespace }: ImportFilter,
  trimmer: ServiceTrimmer,
): readonly Service[] {
  const imported: Service[] = [];
  for (const service of named) {
    if (!isVisible(service, namespace) || !hosts.includesService(service.hostname, service.namespace))
      continue;
    const trimmed = only === undefined ? service : trimmer.withPorts(service, only);
    if (trimmed !== undefined) imported.push(trimmed);
  }
  if (imported.length < 2) return imported;
  imported.sort(byVisibility);
  const chosen = imported.reduce((known, service) =>
    goesBefore(service, known, namespace) ? service : known,
  );
  return imported.filter((service) => service.namespace === chosen.namespace);
}

function goesBefore(service: Service, known: Service, namespace: string): boolean {
  if (service.namespace === namespace) return true;
  return (
    known.namespace !== namespace && known.registry !== 'Kubernetes' && service.registry === 'Kubernetes'
  );
}
