import type { ClientTLSSettings, TrafficPolicy } from '@inmesh/model';
import type { OutboundContext } from '../cluster/outbound-context.js';
import type { ServiceEndpoint } from '../registry/service.js';

/**
 * Which endpoints are met with mutual TLS: all or none where the rule names a mode, else those that can and whose
 * own port accepts it.
 */
export function mutualChecker({
  scope,
  rule,
  subset,
  port,
}: OutboundContext): (endpoint: ServiceEndpoint) => boolean {
  const tls =
    tlsAtPort(subset?.trafficPolicy, port.number) ?? tlsAtPort(rule?.spec.trafficPolicy, port.number);
  if (tls !== undefined) {
    const asked = tls.mode === 'ISTIO_MUTUAL';
    return () => asked;
  }
  return ({ tlsMode, namespace, labels, port: number }) =>
    tlsMode === 'istio' && scope.peerAuthentications.ofWorkload(namespace, labels, number) !== 'DISABLE';
}

/** Unlike elsewhere an entry for the port that says nothing of TLS leaves the rule's own in force. */
function tlsAtPort(policy: TrafficPolicy | undefined, number: number): ClientTLSSettings | undefined {
  const entry = policy?.portLevelSettings?.find(({ port }) => port?.number === number);
  return entry?.tls ?? policy?.tls;
}
