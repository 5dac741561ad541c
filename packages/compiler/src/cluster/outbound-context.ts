import type { Subset } from '@inmesh/model';
import type { Service, ServicePort } from '../registry/service.js';
import type { ConsolidatedDestinationRule, Scope } from '../scope/scope.js';
import type { ClusterPolicy } from './traffic-policy.js';

/** The cluster that is being compiled: of which service, port and subset, under which rule. */
export interface OutboundContext {
  readonly scope: Scope;
  readonly service: Service;
  readonly port: ServicePort;
  /** Absent: the cluster of the whole service. */
  readonly subset: Subset | undefined;
  readonly rule: ConsolidatedDestinationRule | undefined;
  readonly policy: ClusterPolicy;
}
