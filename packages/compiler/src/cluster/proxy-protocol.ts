import type { TrafficPolicy, TransportSocket } from '@inmesh/model';
import type { ClusterDraft } from './cluster-draft.js';
import { rawBuffer } from './upstream-tls.js';

/** Puts the PROXY header in front of whatever sockets the cluster has. */
export function applyProxyProtocol(
  { cluster }: ClusterDraft,
  proxyProtocol: TrafficPolicy['proxyProtocol'],
): void {
  if (proxyProtocol === undefined) return;
  const wrap = (transportSocket: TransportSocket): TransportSocket => ({
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typedConfig: {
      '@type':
        'type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport',
      // V1 is the first word of Envoy's list, which is left out in JSON.
      config: proxyProtocol.version === 'V2' ? { version: 'V2' } : {},
      transportSocket,
    },
  });
  if (cluster.transportSocketMatches === undefined) {
    cluster.transportSocket = wrap(cluster.transportSocket ?? rawBuffer());
    return;
  }
  cluster.transportSocketMatches = cluster.transportSocketMatches.map((match) => ({
    ...match,
    transportSocket: wrap(match.transportSocket ?? rawBuffer()),
  }));
}
