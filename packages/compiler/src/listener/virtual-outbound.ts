import type { Listener } from '@inmesh/model';
import { unknownDestinationCluster } from '../route/catch-all-virtual-host.js';
import type { Scope } from '../scope/scope.js';
import { idleTimeoutOf } from './http-connection-manager.js';
import { compileAddress } from './listener-parts.js';
import { outboundCapturePort, wildcardAddress } from './ports.js';
import { plainTcpProxy } from './tcp-proxy.js';

/**
 * The listener that every outbound connection enters by. It hands over to the listener of the original
 * destination; where there is none, the outbound policy decides. Istio: `buildVirtualOutboundListener`.
 */
export function virtualOutbound(scope: Scope): Listener {
  return {
    name: 'virtualOutbound',
    address: compileAddress(wildcardAddress, outboundCapturePort),
    useOriginalDst: true,
    filterChains: [
      {
        name: 'virtualOutbound-blackhole',
        // A connection to this very port would be passed on to itself forever.
        filterChainMatch: { destinationPort: outboundCapturePort },
        filters: [plainTcpProxy('BlackHoleCluster')],
      },
      {
        name: 'virtualOutbound-catchall-tcp',
        filters: [plainTcpProxy(unknownDestinationCluster(scope), idleTimeoutOf(scope.workload.metadata))],
      },
    ],
    trafficDirection: 'OUTBOUND',
  };
}
