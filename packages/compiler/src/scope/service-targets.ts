import type { Workload } from '@inmesh/model';
import type { Registry } from '../registry/registry.js';
import type { ServiceTarget } from './scope.js';

/** The ports of services of its namespace whose endpoints have the workload's address. */
export function serviceTargets(
  registry: Registry,
  { type, ip, namespace }: Workload,
): readonly ServiceTarget[] {
  const targets: ServiceTarget[] = [];
  // A gateway that is tried on one machine shares this address with all that it routes to.
  if (type === 'router' && ip.startsWith('127.')) return targets;
  for (const service of registry.services) {
    if (service.namespace !== namespace) continue;
    const seen = new Set<string>();
    for (const { address, port: targetPort, portName } of registry.endpoints(service.hostname, namespace)) {
      const port = service.ports.find(({ name }) => name === portName);
      if (address !== ip || port === undefined || seen.has(`${port.number}|${targetPort}`)) continue;
      seen.add(`${port.number}|${targetPort}`);
      targets.push({ service, port, targetPort });
    }
  }
  return targets;
}
