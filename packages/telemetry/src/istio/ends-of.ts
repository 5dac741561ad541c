import type { ObservedCall } from '@inmesh/engine';
import type { Workload } from '@inmesh/model';
import { type DestinationService, destinationService, isPassing } from './destination-service.js';
import type { Ends } from './labels.js';
import { type Peer, peerOfEndpoint, peerOfWorkload, unknownPeer } from './peer.js';

/** Answers who called whom, from the view of this workload. */
export function createEndsOf(workload: Workload): (call: ObservedCall) => Ends {
  const self = peerOfWorkload(workload);
  // A gateway receives calls as well, but tells of them as the client of what lies behind it.
  const receives = workload.type === 'sidecar';
  return (call) =>
    receives && call.request.downstream !== undefined ? asDestination(call, self) : asSource(call, self);
}

/** Whether all calls to the endpoint of this one have the same ends, whatever host they name. */
export function hasFixedEnds({ endpoint, cluster }: ObservedCall): boolean {
  return endpoint !== undefined && cluster !== undefined && !isPassing(cluster);
}

function asSource({ cluster, endpoint, routeName, request, requestHead }: ObservedCall, source: Peer): Ends {
  const destination = peerOfEndpoint(endpoint?.metadata?.filterMetadata?.istio?.workload);
  // Anybody can call a gateway, and make up names. Istio: `disable_host_header_fallback`.
  const host = request.downstream === undefined ? requestHead.authority : '';
  const service = destinationService(cluster, routeName, host);
  return {
    reporter: 'source',
    source,
    destination,
    service: withNamespace(service, destination.namespace),
    // Istio's client side does not tell: the server side knows what it accepted.
    security: 'unknown',
  };
}

function asDestination({ cluster, request }: ObservedCall, self: Peer): Ends {
  const tls = request.downstream?.tls;
  const peer = tls?.validated === true ? tls.peer : undefined;
  const principal = peer?.uris[0];
  const own = peer?.ownUris[0];
  // No host header here: whoever calls could make up names.
  const service = destinationService(cluster, '', self.canonicalService);
  return {
    reporter: 'destination',
    source:
      principal === undefined
        ? unknownPeer
        : { ...unknownPeer, principal, namespace: namespaceOf(principal) },
    destination: own === undefined ? self : { ...self, principal: own },
    service: withNamespace(service, self.namespace),
    security: principal !== undefined && own !== undefined ? 'mutual_tls' : 'none',
  };
}

function withNamespace(service: DestinationService, namespace: string): DestinationService {
  return service.namespace === 'unknown' ? { ...service, namespace } : service;
}

/** Of `spiffe://trust.domain/ns/<namespace>/sa/<account>`. */
function namespaceOf(uri: string): string {
  return /^spiffe:\/\/[^/]+\/ns\/([^/]+)\//.exec(uri)?.[1] ?? 'unknown';
}
