import { type FilterChain, HeaderMap, type RequestHead } from '@inmesh/model';
import type { Downstream } from '../call.js';
import type { FilterCall, FilterConfig } from '../filters/filter.js';
import { rbacFilter } from '../filters/rbac.js';

/** Why a connection is closed before anybody reads it, in the words of Envoy's details; `undefined`: it is welcome. */
export type RefuseConnection = (downstream: Downstream) => string | undefined;

const rbacType = 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC';

/**
 * The filters of a chain that may refuse a connection; they stand before the one that reads it. `undefined`: there
 * are none. Envoy: `network.rbac.v3.RBAC`.
 */
export function compileNetworkFilters({ filters = [] }: FilterChain): RefuseConnection | undefined {
  const gates = filters.flatMap(({ name, typedConfig }) => {
    if (typedConfig?.['@type'] !== rbacType) return [];
    const config = typedConfig as FilterConfig;
    return (
      rbacFilter({ name, own: config, levels: [], effective: config, holder: config, siblings: config }) ?? []
    );
  });
  if (gates.length === 0) return undefined;
  return (downstream) => {
    const call = connectionCall(downstream);
    for (const gate of gates) {
      const verdict = gate.onRequest?.(noHead, call) ?? 'continue';
      if (verdict !== 'continue' && verdict.kind === 'reply') return verdict.details;
    }
    return undefined;
  };
}

const noHead: RequestHead = { method: '', scheme: 'http', authority: '', path: '', headers: new HeaderMap() };

/** A connection as filters of requests see one: nothing but where it comes from and goes to. */
function connectionCall(downstream: Downstream): FilterCall {
  const { listener, remoteAddress, remotePort, protocol, tls } = downstream;
  return {
    stream: {
      protocol,
      startTime: 0,
      downstreamRemoteAddress: remoteAddress,
      downstreamRemotePort: remotePort,
      downstreamLocalAddress: listener.address,
      downstreamLocalPort: listener.port,
      requestedServerName: tls?.sni,
      requestHeaders: noHead.headers,
      requestHead: noHead,
      responseHeaders: undefined,
      routeName: '',
      upstreamCluster: undefined,
      upstreamHost: undefined,
      responseCode: 0,
      responseCodeDetails: '',
      responseFlags: [],
      attempts: 0,
    },
    route: undefined,
    choice: undefined,
    hasBody: false,
    downstream,
    clientAddress: remoteAddress,
    dynamicMetadata: new Map(),
    readBody: () => Promise.resolve(new Uint8Array()),
    replaceBody() {},
    clearRouteCache() {},
    transformResponse() {},
  };
}
