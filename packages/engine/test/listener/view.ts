import type { HttpConnectionManager, Listener, RouteConfiguration, TcpProxy } from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import { connectionManager } from '../../src/listener/connection-manager.js';
import type { ResourceView, RouteConfigurationIndex } from '../../src/resource-view.js';

const managerType =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const proxyType = 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';

export function managerConfig(config: Partial<HttpConnectionManager> = {}): HttpConnectionManager {
  return { '@type': managerType, ...config };
}

export function tcpProxy(cluster: string): TcpProxy {
  return { '@type': proxyType, cluster };
}

export function listener(
  address: string,
  portValue: number,
  config: HttpConnectionManager | TcpProxy,
): Listener {
  return {
    name: `${address}_${portValue}`,
    address: { socketAddress: { address, portValue } },
    filterChains: [{ filters: [{ name: 'filter', typedConfig: config }] }],
  };
}

/** Routes as a view answers them, made by the index of inline route configurations. */
export function routeIndex(configuration: RouteConfiguration): RouteConfigurationIndex {
  const index = connectionManager(managerConfig({ routeConfig: configuration })).routes(createView([]));
  if (index === undefined || 'pending' in index)
    throw new Error('an inline route configuration is always known');
  return index;
}

export function createView(
  listeners: readonly Listener[],
  routes: readonly RouteConfiguration[] = [],
): ResourceView {
  const find = (address: string, port: number): Listener | undefined =>
    listeners.find(
      ({ address: at }) => at?.socketAddress?.address === address && at.socketAddress.portValue === port,
    );
  const indexes = new Map(routes.map((configuration) => [configuration.name, routeIndex(configuration)]));
  return {
    listener: find,
    hasAddressListeners: (port) =>
      listeners.some(
        ({ address: at }) => at?.socketAddress?.portValue === port && at.socketAddress.address !== '0.0.0.0',
      ),
    soleAddress(port) {
      const binds = listeners.flatMap(({ address: at }) =>
        at?.socketAddress?.portValue === port ? at.socketAddress : [],
      );
      return binds.length === 1 && binds[0]?.address !== '0.0.0.0' ? binds[0]?.address : undefined;
    },
    routeConfiguration: (name) => indexes.get(name),
    cluster: () => undefined,
    loadAssignment: () => undefined,
    changes: new EventEmitter(),
  };
}
