import type { FilterChain, Listener, TcpProxy } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { hostIndex } from '../match/host-index.js';
import { isPending, type Lookup, type Pending, type ResourceView } from '../resource-view.js';
import { type ConnectionManager, connectionManagerOf, tcpProxyOf } from './connection-manager.js';
import { type ConnectionFacts, selectFilterChain } from './select-filter-chain.js';

/** Where a request enters the configuration. */
export type ListenerChoice = HttpListener | TcpListener | NoListener | Pending;

export interface HttpListener {
  readonly kind: 'http';
  readonly listener: Listener | undefined;
  readonly manager: ConnectionManager;
}

export interface TcpListener {
  readonly kind: 'tcp';
  readonly listener: Listener | undefined;
  readonly chain: FilterChain;
  readonly proxy: TcpProxy;
}

/** No listener, or none of its chains: the connection is closed (NR, `filter_chain_not_found`). */
export interface NoListener {
  readonly kind: 'none';
  readonly listener: Listener | undefined;
}

/** Takes the connections that no other listener takes. */
export const virtualOutboundPort = 15001;
const anyAddress = '0.0.0.0';
const noListener: NoListener = { kind: 'none', listener: undefined };

/**
 * The listener and chain for a call: at a gateway those that took the request, else those that a sidecar's
 * redirected connection would meet. `destination` is the address that the caller's name stands for; it counts
 * only on ports on which the view has listeners bound to one address.
 */
export function selectListener(
  view: ResourceView,
  request: CallRequest,
  { destination, httpsPorts = 'rules' }: { destination?: string; httpsPorts?: 'rules' | 'istio' } = {},
): ListenerChoice {
  const { downstream, head, port } = request;
  if (downstream !== undefined) {
    const { listener, filterChain } = downstream;
    if (filterChain !== undefined) return enterChain(filterChain);
    return enter(view.listener(listener.address, listener.port), gatewayFacts(request));
  }
  if (head.scheme === 'https' && httpsPorts === 'rules') {
    const plain = beforeEncryption(view, request);
    if (plain !== undefined) return plain;
  }
  const bound = boundListener(view, port, destination);
  const listener = bound ?? view.listener(anyAddress, port) ?? view.listener(anyAddress, virtualOutboundPort);
  return enter(listener, sidecarFacts(request, destination));
}

/** A caller whose name stands for no address ends at the one listener of its port, if there is one only. */
function boundListener(view: ResourceView, port: number, destination: string | undefined): Lookup<Listener> {
  if (!view.hasAddressListeners(port)) return undefined;
  const address = destination ?? view.soleAddress?.(port);
  return address === undefined ? undefined : view.listener(address, port);
}

/** An `https:` call that http rules name: they apply before it is encrypted, which no proxy could do. */
function beforeEncryption(view: ResourceView, request: CallRequest): ListenerChoice | undefined {
  const choice = enter(view.listener('inmesh.https', request.port), sidecarFacts(request, undefined));
  if (isPending(choice)) return choice;
  if (choice.kind !== 'http') return undefined;
  const routes = choice.manager.routes(view);
  if (routes === undefined || isPending(routes)) return routes;
  const name = hostIndex(routes).find(request.head.authority);
  // A host without routes has its bytes passed on by a `tls` block.
  return name === undefined || (routes.virtualHost(name)?.routes ?? []).length === 0 ? undefined : choice;
}

function enter(listener: Lookup<Listener>, facts: ConnectionFacts): ListenerChoice {
  if (listener === undefined || isPending(listener)) return listener ?? noListener;
  const chain = selectFilterChain(listener, facts);
  if (chain === undefined) return { kind: 'none', listener };
  return enterChain(chain, listener);
}

function enterChain(chain: FilterChain, listener?: Listener): HttpListener | TcpListener | NoListener {
  const manager = connectionManagerOf(chain);
  if (manager !== undefined) return { kind: 'http', listener, manager };
  const proxy = tcpProxyOf(chain);
  return proxy === undefined ? { kind: 'none', listener } : { kind: 'tcp', listener, chain, proxy };
}

/** What the inspectors of a sidecar would find out about the connection of this call. */
function sidecarFacts(
  { head, host, port, sni }: CallRequest,
  destination: string | undefined,
): ConnectionFacts {
  const isTls = head.scheme === 'https';
  return {
    ...(destination === undefined ? {} : { destinationAddress: destination }),
    destinationPort: port,
    ...(isTls ? { serverName: sni ?? host } : {}),
    transportProtocol: isTls ? 'tls' : 'raw_buffer',
    applicationProtocols: isTls ? ['h2', 'http/1.1'] : ['http/1.1'],
    sourceAddress: '127.0.0.1',
  };
}

function gatewayFacts({ downstream, port }: CallRequest): ConnectionFacts {
  const sni = downstream?.tls?.sni;
  return {
    destinationPort: downstream?.listener.port ?? port,
    ...(sni === undefined ? {} : { serverName: sni }),
    transportProtocol: downstream?.tls === undefined ? 'raw_buffer' : 'tls',
    applicationProtocols: [
      downstream?.protocol === 'HTTP/2' ? (downstream.tls === undefined ? 'h2c' : 'h2') : 'http/1.1',
    ],
    ...(downstream === undefined
      ? {}
      : { sourceAddress: downstream.remoteAddress, sourcePort: downstream.remotePort }),
  };
}
