import type { Listener } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { httpProxyListener } from './http-proxy-listener.js';
import { httpsAddress, httpsListener } from './https-listener.js';
import { inboundAddress, inboundListenerOf, inboundListeners } from './inbound-listeners.js';
import type { ListenerOptions, Listeners } from './listeners.js';
import { OutboundListeners } from './outbound-listeners.js';
import { interceptsNothing, outboundCapturePort, wildcardAddress } from './ports.js';
import { virtualOutbound } from './virtual-outbound.js';

/** A sidecar's listeners. Istio: `buildSidecarListeners`. */
export function createSidecarListeners(scope: Scope, { httpsPorts }: ListenerOptions): Listeners {
  const outbound = new OutboundListeners(scope);
  const capture = interceptsNothing(scope.workload) ? undefined : virtualOutbound(scope);
  let compiled: readonly Listener[] | undefined;
  const inbound = (): readonly Listener[] => {
    compiled ??= inboundListeners(scope);
    return compiled;
  };
  return {
    listener(address, port) {
      if (address === httpsAddress) return httpsPorts === 'rules' ? httpsListener(scope, port) : undefined;
      if (address === inboundAddress) return inboundListenerOf(port, inbound());
      if (address === wildcardAddress && port === outboundCapturePort) return capture;
      return outbound.get(address, port);
    },
    hasAddressListeners: (port) => outbound.hasAddresses(port),
    soleAddress: (port) => outbound.soleAddress(port),
    all(): readonly Listener[] {
      const proxy = httpProxyListener(scope);
      return [...outbound.all(), ...(proxy ? [proxy] : []), ...(capture ? [capture] : []), ...inbound()];
    },
  };
}
