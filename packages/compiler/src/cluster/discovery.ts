import { isIPv6 } from 'node:net';
import { type Cluster, canonicalDuration } from '@inmesh/model';
import { compileLoadAssignment } from '../endpoint/load-assignment.js';
import type { ClusterDraft } from './cluster-draft.js';
import { dynamicForwardProxy } from './fixed-clusters.js';
import type { OutboundContext } from './outbound-context.js';
import { clusterPolicy } from './traffic-policy.js';

/** The cluster with the way in which its endpoints are found; `undefined` where DNS has nothing to resolve. */
export function discoveryDraft(context: OutboundContext, name: string): ClusterDraft | undefined {
  const cluster = discover(context, name);
  return cluster && { cluster: { name, altStatName: `${name};`, ...cluster }, protocol: {} };
}

function discover(context: OutboundContext, name: string): Omit<Cluster, 'name'> | undefined {
  const { scope, service, subset, rule, port } = context;
  if (subset !== undefined) {
    // The subset of a cluster that goes where the caller dialled does the same, whatever it says itself.
    const whole = clusterPolicy(rule?.spec, undefined, port.number, scope.mesh);
    const simple = [whole.loadBalancer?.simple, subset.trafficPolicy?.loadBalancer?.simple];
    if (simple.includes('PASSTHROUGH')) return originalDestination(context);
  }
  switch (service.resolution) {
    case 'DNSLB':
    case 'DNSRoundRobinLB':
      return resolved(context, name);
    case 'DynamicDNS':
      return dynamic(context);
    case 'Passthrough':
      // A gateway has no caller's address to go by.
      return scope.workload.type === 'router' ? { type: 'EDS' } : originalDestination(context);
    default:
      return { type: 'EDS' };
  }
}

/** Only where the rule of the service leaves everything to the caller may it change the port. */
function originalDestination({ service, port }: OutboundContext): Omit<Cluster, 'name'> {
  const { targetPort } = port;
  const override =
    service.registry === 'External' && service.resolution === 'Passthrough' && typeof targetPort === 'number'
      ? { originalDstLbConfig: { upstreamPortOverride: targetPort } }
      : {};
  return { type: 'ORIGINAL_DST', ...override };
}

function resolved(context: OutboundContext, name: string): Omit<Cluster, 'name'> | undefined {
  const { scope, service } = context;
  const loadAssignment = compileLoadAssignment(context, name);
  if (loadAssignment.endpoints === undefined) return undefined;
  return {
    type: service.resolution === 'DNSRoundRobinLB' || service.racesAddresses ? 'LOGICAL_DNS' : 'STRICT_DNS',
    dnsLookupFamily: isIPv6(scope.workload.ip) ? 'V6_ONLY' : 'V4_ONLY',
    dnsJitter: '0.1s',
    dnsRefreshRate: canonicalDuration(scope.mesh.dnsRefreshRate) ?? '60s',
    respectDnsTtl: true,
    loadAssignment,
  };
}

/** Resolves whatever name under the wildcard the caller asks for; nothing tells subsets apart there. */
function dynamic({ service, port, subset }: OutboundContext): Omit<Cluster, 'name'> | undefined {
  if (subset !== undefined || !['HTTP', 'HTTP2', 'GRPC', 'TLS'].includes(port.protocol)) return undefined;
  return {
    clusterType: dynamicForwardProxy(`${service.hostname}_dfp_dns_cache`),
    lbPolicy: 'CLUSTER_PROVIDED',
  };
}
