import { ConfigError, resourceKey } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { mergeGateways } from './merge-gateways.js';

/**
 * Servers that a gateway does not have, as an older one is in their place. Istio but counts them
 * (`pilot_total_rejected_configs`).
 */
export function gatewayFindings(scope: Scope): readonly ConfigError[] {
  if (scope.workload.type !== 'router') return [];
  return mergeGateways(scope).rejected.map(({ server, reason }) => {
    const { resource, spec } = server;
    const index = (resource.spec.servers ?? []).indexOf(spec);
    return new ConfigError('INMESH_CONFIG_WARNING', `the server is not in force: ${reason}`, {
      severity: 'warning',
      position: resource.origin.positionOf(['spec', 'servers', index]),
      resource: resourceKey(resource),
      path: `spec.servers[${index}]`,
    });
  });
}
