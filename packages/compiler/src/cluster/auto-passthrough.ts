import { hasLabels } from '../registry/labels.js';
import type { Scope } from '../scope/scope.js';

/** Whether this workload is a gateway between networks: one that hands TLS on by its server name alone. */
export function selectsAutoPassthrough({ workload, snapshot }: Scope): boolean {
  if (workload.type !== 'router') return false;
  return snapshot
    .list('Gateway')
    .some(
      ({ spec: { selector = {}, servers = [] } }) =>
        hasLabels(workload.labels, selector) && servers.some(({ tls }) => tls?.mode === 'AUTO_PASSTHROUGH'),
    );
}
