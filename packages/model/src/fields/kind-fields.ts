import type { Kind } from '../resource.js';
import { destinationRule } from './destination-rule.js';
import { envoyFilter } from './envoy-filter.js';
import type { Message } from './field.js';
import { gateway } from './gateway.js';
import { endpointSlice, endpoints, namespace, pod, secret, service } from './kubernetes.js';
import { authorizationPolicy, peerAuthentication, requestAuthentication } from './security.js';
import { serviceEntry, workloadEntry, workloadGroup } from './service-entry.js';
import { sidecar } from './sidecar.js';
import { virtualService } from './virtual-service.js';

/** The fields of each kind's `spec`. */
export const kindFields: Readonly<Record<Kind, Message>> = {
  VirtualService: virtualService,
  DestinationRule: destinationRule,
  Gateway: gateway,
  ServiceEntry: serviceEntry,
  WorkloadEntry: workloadEntry,
  WorkloadGroup: workloadGroup,
  Sidecar: sidecar,
  EnvoyFilter: envoyFilter,
  PeerAuthentication: peerAuthentication,
  AuthorizationPolicy: authorizationPolicy,
  RequestAuthentication: requestAuthentication,
  Service: service,
  Endpoints: endpoints,
  EndpointSlice: endpointSlice,
  Pod: pod,
  Namespace: namespace,
  Secret: secret,
};
