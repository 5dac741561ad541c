import type { LocalityLoadBalancerSetting, MeshConfig, ZoneAwareLoadBalancerSetting } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import type { ClusterPolicy } from './traffic-policy.js';

/** How locality counts for one cluster, and whether endpoints that fail make way for the next priority. */
export interface LocalityPolicy {
  readonly setting: LocalityLoadBalancerSetting | undefined;
  readonly zoneAware: ZoneAwareLoadBalancerSetting | undefined;
  readonly failover: boolean;
}

/** The rule's setting replaces that of the service, and that the mesh's: whole, never in part. */
export function localityPolicy(policy: ClusterPolicy, service: Service, mesh: MeshConfig): LocalityPolicy {
  const hasOutlierDetection = policy.outlierDetection !== undefined;
  const off: LocalityPolicy = { setting: undefined, zoneAware: undefined, failover: hasOutlierDetection };
  const zoneAware = policy.loadBalancer?.zoneAwareLbSetting;
  if (zoneAware !== undefined) return { setting: undefined, zoneAware, failover: true };
  const ofRule = policy.loadBalancer?.localityLbSetting;
  if (ofRule !== undefined) return ofRule.enabled === false ? off : { ...off, setting: ofRule };
  if (service.trafficDistribution !== undefined) {
    return {
      setting: { enabled: true, failoverPriority: [...distributions[service.trafficDistribution]] },
      zoneAware: undefined,
      failover: true,
    };
  }
  if (mesh.zoneAwareLbSetting !== undefined) {
    return { setting: undefined, zoneAware: mesh.zoneAwareLbSetting, failover: true };
  }
  const ofMesh = mesh.localityLbSetting;
  return ofMesh?.enabled === false ? off : { ...off, setting: ofMesh ?? { enabled: true } };
}

const network = 'topology.istio.io/network';
const region = 'topology.kubernetes.io/region';
const zone = 'topology.kubernetes.io/zone';

/** What a service's traffic distribution prefers, as failover priorities. */
const distributions = {
  PreferSameZone: [network, region, zone],
  PreferSameNode: [network, region, zone, 'topology.istio.io/subzone', 'kubernetes.io/hostname'],
} as const;
