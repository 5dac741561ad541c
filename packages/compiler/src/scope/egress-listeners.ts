import type { IstioEgressListener } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import { type EgressHosts, parseEgressHosts } from './egress-hosts.js';
import { listenerPort } from './listener-port.js';
import type { EgressListenerScope, ResolvedVirtualService } from './scope.js';
import { withPorts } from './scope-services.js';

/** What one egress listener imports of all that its namespace may see. */
export function scopeEgressListener(
  listener: IstioEgressListener,
  visible: readonly Service[],
  virtualServices: readonly ResolvedVirtualService[],
  namespace: string,
): EgressListenerScope {
  const { number = 0, protocol = '', name = '' } = listener.port ?? {};
  const port = listener.port && { number, protocol, name };
  const hosts = parseEgressHosts(listener.hosts ?? [], namespace);
  return {
    port,
    bind: listener.bind ?? '',
    captureMode: listener.captureMode ?? 'DEFAULT',
    services: importServices(visible, hosts, listenerPort({ port }), namespace),
    virtualServices: virtualServices.filter(({ spec, resource }) =>
      hosts.includesVirtualService(spec.hosts ?? [], resource.namespace),
    ),
  };
}

/**
 * Of each hostname only one namespace counts: the client's own, else one with a Kubernetes Service, else that of
 * the first in order.
 */
export function importServices(
  visible: readonly Service[],
  hosts: EgressHosts,
  port: number | undefined,
  namespace: string,
): readonly Service[] {
  const only = port === undefined ? undefined : new Set([port]);
  const imported: Service[] = [];
  const chosen = new Map<string, Service>();
  for (const service of visible) {
    if (!hosts.includesService(service.hostname, service.namespace)) continue;
    const trimmed = only === undefined ? service : withPorts(service, only);
    if (trimmed === undefined) continue;
    imported.push(trimmed);
    const known = chosen.get(service.hostname);
    if (known === undefined || goesBefore(service, known, namespace)) chosen.set(service.hostname, trimmed);
  }
  return chosen.size === imported.length
    ? imported
    : imported.filter((service) => chosen.get(service.hostname)?.namespace === service.namespace);
}

function goesBefore(service: Service, known: Service, namespace: string): boolean {
  if (service.namespace === namespace) return true;
  return (
    known.namespace !== namespace && known.registry !== 'Kubernetes' && service.registry === 'Kubernetes'
  );
}
