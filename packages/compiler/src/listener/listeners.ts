import type { Listener } from '@inmesh/model';
import { createGatewayListeners } from '../gateway/gateway-listeners.js';
import type { Scope } from '../scope/scope.js';
import { createSidecarListeners } from './sidecar-listeners.js';

/** The listeners of one scope, each compiled when it is first asked for. */
export interface Listeners {
  /** By its exact bind; `inmesh.https` for the extra listeners of HTTPS and TLS ports. */
  listener(address: string, port: number): Listener | undefined;
  /** Whether a listener on this port is bound to one address. */
  hasAddressListeners(port: number): boolean;
  /** The address of the one listener on this port, where it is bound to an address and there is no other. */
  soleAddress(port: number): string | undefined;
  /** All of the contract (without `inmesh.https`), inbound ones too: for dumps. */
  all(): readonly Listener[];
}

export interface ListenerOptions {
  /** `istio`: no `inmesh.https` listeners. */
  readonly httpsPorts: 'rules' | 'istio';
}

export function createListeners(scope: Scope, options: ListenerOptions): Listeners {
  return scope.workload.type === 'router'
    ? createGatewayListeners(scope)
    : createSidecarListeners(scope, options);
}
