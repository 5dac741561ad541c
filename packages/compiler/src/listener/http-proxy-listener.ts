import type { Listener } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { compileConnectionManager } from './http-connection-manager.js';
import { compileAddress, listenerName } from './listener-parts.js';

const loopback = '127.0.0.1';

/**
 * The listener for applications that are told to use an HTTP proxy, if the mesh has one. Its routes serve all
 * ports. Istio: `buildHTTPProxy`.
 */
export function httpProxyListener(scope: Scope): Listener | undefined {
  const port = proxyPort(scope);
  if (port === 0) return undefined;
  const name = listenerName(loopback, port);
  const manager = compileConnectionManager(scope, {
    listenerClass: 'outbound',
    statPrefix: `outbound_${name};`,
    routes: { name: 'http_proxy' },
    protocol: 'HTTP_PROXY',
    fields: { httpProtocolOptions: { allowAbsoluteUrl: true } },
  });
  return {
    name,
    address: compileAddress(loopback, port),
    filterChains: [{ filters: [manager] }],
    listenerFiltersTimeout: '0s',
    continueOnListenerFiltersTimeout: true,
    trafficDirection: 'OUTBOUND',
  };
}

/** Istio's node metadata `HTTP_PROXY_PORT` goes before the mesh's setting. 0 means none. */
function proxyPort({ mesh, workload }: Scope): number {
  const own = Number.parseInt(String(workload.metadata.HTTP_PROXY_PORT ?? ''), 10);
  return Number.isNaN(own) ? (mesh.proxyHttpPort ?? 0) : own;
}
