import type { Registry } from '../registry/registry.js';
import type { Service } from '../registry/service.js';
import { isVisible } from './visibility.js';

/** The service that a rule means: of the given namespace, else the best that it may see: of Kubernetes, then the oldest. */
export function chooseNamespace(
  registry: Registry,
  hostname: string,
  namespace: string,
): Service | undefined {
  const candidates = authoritative(registry.named(hostname));
  const own = candidates.find((service) => service.namespace === namespace);
  if (own !== undefined) return own;
  const visible = candidates.filter((service) => isVisible(service, namespace));
  return visible.find(({ registry: origin }) => origin === 'Kubernetes') ?? visible[0];
}

/** One of each namespace, in order of age: of Kubernetes, else the first. */
function authoritative(services: readonly Service[]): readonly Service[] {
  if (services.length < 2) return services;
  const byNamespace = new Map<string, Service>();
  for (const service of services) {
    const known = byNamespace.get(service.namespace);
    if (known === undefined || (known.registry === 'External' && service.registry === 'Kubernetes')) {
      byNamespace.set(service.namespace, service);
    }
  }
  return [...byNamespace.values()].sort((a, b) => a.createdAt - b.createdAt);
}
