import type { Address, Extension } from '@inmesh/model';
import type { FilterChainPlan } from './filter-chain-plan.js';

/** Istio: `getListenerName`. */
export function listenerName(bind: string, port: number): string {
  return `${bind}_${port}`;
}

/** A socket's path stands without its scheme. */
export function compileAddress(bind: string, port: number): Address {
  return bind.startsWith('unix://')
    ? { pipe: { path: bind.slice('unix://'.length) } }
    : { socketAddress: { address: bind, portValue: port } };
}

/** What Envoy needs to look at the first bytes for: server names, ALPN, plain http. */
export function inspectors(chains: readonly FilterChainPlan[]): Extension[] {
  const http = chains.some(({ applicationProtocols }) => applicationProtocols?.length);
  const tls =
    http || chains.some(({ serverNames, transportSocket }) => serverNames?.length || transportSocket);
  return [...(tls ? [tlsInspector] : []), ...(http ? [httpInspector] : [])];
}

export const tlsInspector: Extension = {
  name: 'envoy.filters.listener.tls_inspector',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  },
};

export const httpInspector: Extension = {
  name: 'envoy.filters.listener.http_inspector',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector',
  },
};

export const originalDestination: Extension = {
  name: 'envoy.filters.listener.original_dst',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
  },
};
