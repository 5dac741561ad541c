import type { Struct, WorkloadSelector } from './common.js';

/** Istio: `networking.istio.io/v1alpha3 EnvoyFilter`. */
export interface EnvoyFilter {
  workloadSelector?: WorkloadSelector;
  targetRefs?: { group?: string; kind?: string; name?: string; namespace?: string }[];
  priority?: number;
  configPatches?: EnvoyConfigObjectPatch[];
}

export type ApplyTo =
  | 'LISTENER'
  | 'LISTENER_FILTER'
  | 'FILTER_CHAIN'
  | 'NETWORK_FILTER'
  | 'HTTP_FILTER'
  | 'ROUTE_CONFIGURATION'
  | 'VIRTUAL_HOST'
  | 'HTTP_ROUTE'
  | 'CLUSTER'
  | 'EXTENSION_CONFIG'
  | 'BOOTSTRAP';

export type PatchOperation =
  | 'MERGE'
  | 'MERGE_AND_REPLACE_LIST'
  | 'ADD'
  | 'REMOVE'
  | 'INSERT_BEFORE'
  | 'INSERT_AFTER'
  | 'INSERT_FIRST'
  | 'REPLACE';

export interface EnvoyConfigObjectPatch {
  applyTo?: ApplyTo;
  match?: EnvoyConfigObjectMatch;
  patch?: { operation?: PatchOperation; value?: Struct; filterClass?: string };
}

export interface EnvoyConfigObjectMatch {
  context?: 'ANY' | 'SIDECAR_INBOUND' | 'SIDECAR_OUTBOUND' | 'GATEWAY' | 'WAYPOINT';
  proxy?: { proxyVersion?: string; metadata?: Record<string, string> };
  listener?: ListenerMatch;
  routeConfiguration?: RouteConfigurationMatch;
  cluster?: { portNumber?: number; service?: string; subset?: string; name?: string };
  waypoint?: Struct;
}

export interface ListenerMatch {
  portNumber?: number;
  portName?: string;
  name?: string;
  listenerFilter?: string;
  filterChain?: {
    name?: string;
    sni?: string;
    transportProtocol?: string;
    applicationProtocols?: string;
    destinationPort?: number;
    filter?: { name?: string; subFilter?: { name?: string } };
  };
}

export interface RouteConfigurationMatch {
  portNumber?: number;
  portName?: string;
  gateway?: string;
  name?: string;
  vhost?: {
    name?: string;
    domainName?: string;
    route?: { name?: string; action?: 'ANY' | 'ROUTE' | 'REDIRECT' | 'DIRECT_RESPONSE' };
  };
}
