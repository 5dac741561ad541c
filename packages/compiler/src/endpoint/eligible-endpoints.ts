import { isIP } from 'node:net';
import type { OutboundContext } from '../cluster/outbound-context.js';
import { hasLabels } from '../registry/labels.js';
import type { ServiceEndpoint } from '../registry/service.js';

/** The endpoints that one cluster may have, in the order of the registry. */
export function eligibleEndpoints(context: OutboundContext): readonly ServiceEndpoint[] {
  const { scope, service, port, subset } = context;
  const selector = subset?.labels ?? {};
  const isDns = service.resolution === 'DNSLB' || service.resolution === 'DNSRoundRobinLB';
  const isHere = ({ portName, servicePort }: ServiceEndpoint): boolean =>
    isDns
      ? servicePort === port.number || (servicePort === undefined && portName === port.name)
      : portName === port.name;
  const hasAddress = ({ address, port: number }: ServiceEndpoint): boolean =>
    isDns ? address !== '' : isIP(address) !== 0 || (number === 0 && address !== '');
  return scope
    .endpoints(service)
    .filter(
      (endpoint) =>
        isHere(endpoint) &&
        hasAddress(endpoint) &&
        hasLabels(endpoint.labels, selector) &&
        isWanted(endpoint, context),
    );
}

function isWanted(endpoint: ServiceEndpoint, { scope, service, policy }: OutboundContext): boolean {
  if (service.nodeLocal && endpoint.nodeName !== scope.workload.metadata.NODE_NAME) return false;
  if (endpoint.health === 'UNHEALTHY') {
    // Below a share of healthy endpoints Envoy would use these too.
    const mayPanic = (policy.outlierDetection?.minHealthPercent ?? 0) > 0;
    return !mayPanic || service.trafficDistribution !== undefined;
  }
  const isDraining = endpoint.health === 'DRAINING' || !!endpoint.labels['istio.io/draining'];
  return !isDraining || !!service.labels['istio.io/persistent-session'];
}
