import { formatSniName } from '@inmesh/model';
import type { OutboundContext } from './outbound-context.js';

/**
 * Whether both ends may do mutual TLS without being told: inside of the mesh, where the namespace of the service
 * takes it. Where no endpoints are known beforehand, all that are there have to take part.
 */
export function isAutoMutual({ scope, service, port, subset, rule }: OutboundContext): boolean {
  if (service.meshExternal || scope.mesh.enableAutoMtls === false) return false;
  const written = (subset ?? rule?.spec)?.trafficPolicy?.loadBalancer?.simple;
  if (written === 'PASSTHROUGH' || service.resolution === 'Passthrough') {
    const endpoints = scope.endpoints(service).filter(({ portName }) => portName === port.name);
    if (endpoints.length === 0 || endpoints.some(({ tlsMode }) => tlsMode === 'disabled')) return false;
  }
  return scope.peerAuthentications.ofNamespace(service.namespace) !== 'DISABLE';
}

/** The name that tells a gateway between networks which service and subset is meant. */
export function mutualSni({ service, port, subset }: OutboundContext): string {
  return formatSniName({
    direction: 'outbound',
    port: port.number,
    subset: subset?.name ?? '',
    host: service.hostname,
  });
}

/** Who may stand behind the service: names in the ServiceEntry and the accounts of the endpoints. */
export function expectedNames({ scope, service }: OutboundContext): readonly string[] {
  const names = new Set(service.subjectAltNames);
  const trustDomain = scope.mesh.trustDomain ?? 'cluster.local';
  for (const { serviceAccount, namespace } of scope.endpoints(service)) {
    if (serviceAccount !== '') names.add(spiffeId(trustDomain, namespace, serviceAccount));
  }
  return [...names].sort();
}

function spiffeId(trustDomain: string, namespace: string, serviceAccount: string): string {
  if (serviceAccount.startsWith('spiffe://')) return serviceAccount;
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}
