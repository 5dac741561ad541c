import { targetReference, workloadSelector } from './common.js';
import { int32, list, type Message, map, message, object, oneOf, struct, text, uint32 } from './field.js';

const filterMatch: Message = message('FilterMatch', {
  name: text(),
  subFilter: object(message('SubFilterMatch', { name: text() })),
});

const listenerMatch: Message = message('ListenerMatch', {
  portNumber: uint32(),
  portName: text({ honoured: 'no', note: 'Istio ignores it as well.' }),
  filterChain: object(
    message('FilterChainMatch', {
      name: text(),
      sni: text(),
      transportProtocol: text(),
      applicationProtocols: text(),
      filter: object(filterMatch),
      destinationPort: uint32(),
    }),
  ),
  listenerFilter: text(),
  name: text(),
});

const routeConfigurationMatch: Message = message('RouteConfigurationMatch', {
  portNumber: uint32(),
  portName: text(),
  gateway: text(),
  vhost: object(
    message('VirtualHostMatch', {
      name: text(),
      domainName: text(),
      route: object(
        message('RouteMatch', {
          name: text(),
          action: oneOf(['ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE']),
        }),
      ),
    }),
  ),
  name: text(),
});

const clusterMatch: Message = message('ClusterMatch', {
  portNumber: uint32(),
  service: text(),
  subset: text(),
  name: text(),
});

const waypointMatch: Message = message('WaypointMatch', {
  portNumber: uint32({ min: 1, max: 65_535 }),
  filter: object(filterMatch),
  route: object(message('RouteMatch', { name: text() })),
});

const configPatch: Message = message('EnvoyConfigObjectPatch', {
  applyTo: oneOf(
    [
      'INVALID',
      'LISTENER',
      'FILTER_CHAIN',
      'NETWORK_FILTER',
      'HTTP_FILTER',
      'ROUTE_CONFIGURATION',
      'VIRTUAL_HOST',
      'HTTP_ROUTE',
      'CLUSTER',
      'EXTENSION_CONFIG',
      'BOOTSTRAP',
      'LISTENER_FILTER',
    ],
    { honoured: 'partly', note: 'BOOTSTRAP has no counterpart in a process.' },
  ),
  match: object(
    message('EnvoyConfigObjectMatch', {
      context: oneOf(['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY', 'WAYPOINT']),
      proxy: object(message('ProxyMatch', { proxyVersion: text(), metadata: map(text()) })),
      listener: object(listenerMatch, { oneof: 'objectTypes' }),
      routeConfiguration: object(routeConfigurationMatch, { oneof: 'objectTypes' }),
      cluster: object(clusterMatch, { oneof: 'objectTypes' }),
      waypoint: object(waypointMatch, {
        oneof: 'objectTypes',
        honoured: 'no',
        note: 'A process is no waypoint.',
      }),
    }),
  ),
  patch: object(
    message('Patch', {
      operation: oneOf([
        'INVALID',
        'MERGE',
        'ADD',
        'REMOVE',
        'INSERT_BEFORE',
        'INSERT_AFTER',
        'INSERT_FIRST',
        'REPLACE',
        'MERGE_AND_REPLACE_LIST',
      ]),
      value: struct({
        honoured: 'partly',
        note: 'Patches what Istio generates; an extension works where the engine has that filter.',
      }),
      filterClass: oneOf(['UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS']),
    }),
  ),
});

/** Istio: `networking.istio.io EnvoyFilter`. */
export const envoyFilter: Message = message('EnvoyFilter', {
  workloadSelector: object(workloadSelector),
  targetRefs: list(object(targetReference), {
    maxItems: 16,
    honoured: 'partly',
    note: 'As in Istio: such a filter applies to waypoints and to gateways of the Gateway API only.',
  }),
  priority: int32(),
  configPatches: list(object(configPatch)),
});
