import { isHttp, type Protocol, type Workload } from '@inmesh/model';

/** Every address of this machine: where listeners are bound that no address tells apart. */
export const wildcardAddress = '0.0.0.0';

/** Where all outbound and all inbound connections of a workload arrive. */
export const outboundCapturePort = 15_001;
export const inboundCapturePort = 15_006;

/** Taken by Istio itself: both captures, health and metrics. */
const reservedPorts: ReadonlySet<number> = new Set([outboundCapturePort, inboundCapturePort, 15_021, 15_090]);

/** Whether a listener may stand here, as far as the proxy's own listeners and privileges go. Istio: `CanBindToPort`. */
export function canBind(
  place: {
    readonly bind: string;
    readonly port: number;
    readonly protocol: Protocol;
    readonly bindToPort: boolean;
  },
  { metadata }: Pick<Workload, 'metadata'>,
): boolean {
  const { bind, port, protocol, bindToPort } = place;
  if (bindToPort && isPrivileged(port) && isUnprivileged(metadata)) return false;
  const onWildcard = bind === wildcardAddress || (bind === '' && isHttp(protocol));
  return !onWildcard || !reservedPorts.has(port);
}

/** Ports that only a privileged process may open. 0 is that of sockets, and asks for nothing. */
export function isPrivileged(port: number): boolean {
  return port > 0 && port < 1024;
}

/** Istio's node metadata `UNPRIVILEGED_POD`. */
export function isUnprivileged(metadata: Workload['metadata']): boolean {
  return String(metadata.UNPRIVILEGED_POD) === 'true';
}

/** Istio's node metadata `INTERCEPTION_MODE` is NONE: nothing redirects connections, so each listener opens its port. */
export function interceptsNothing({ metadata }: Pick<Workload, 'metadata'>): boolean {
  return metadata.INTERCEPTION_MODE === 'NONE';
}
