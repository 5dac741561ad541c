import type { Address, ClusterLoadAssignment } from '@inmesh/model';
import type { ClusterState } from './cluster-state.js';
import type { Endpoint } from './endpoint.js';

/** The endpoints of one priority. Envoy: `HostSet`. */
export interface HostSet {
  readonly priority: number;
  readonly endpoints: readonly Endpoint[];
  readonly localities: readonly LocalityHosts[];
}

export interface LocalityHosts {
  /** 0: no traffic where localities are weighted. */
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
}

/** One address of an assignment; in DNS clusters one name may have become several, or none. */
export type AddressesOf = (address: Address) => readonly ResolvedHost[];

export interface ResolvedHost {
  readonly address: string;
  readonly port: number;
  /** The name that it was resolved from. */
  readonly hostname?: string;
}

/** An address that stands for itself. */
export const literalAddress: AddressesOf = ({ socketAddress, pipe }) => {
  if (pipe !== undefined) return [{ address: pipe.path, port: 0 }];
  return socketAddress === undefined
    ? []
    : [{ address: socketAddress.address, port: socketAddress.portValue ?? 0 }];
};

/**
 * The host sets of an assignment, by priority without gaps. Of an address that occurs twice the first counts,
 * whatever its locality.
 */
export function hostSetsOf(
  assignment: ClusterLoadAssignment,
  state: ClusterState,
  addressesOf: AddressesOf = literalAddress,
): HostSet[] {
  const priorities: { endpoints: Endpoint[]; localities: LocalityHosts[] }[] = [];
  const seen = new Set<string>();
  for (const group of assignment.endpoints ?? []) {
    const priority = group.priority ?? 0;
    const hosts: Endpoint[] = [];
    for (const { endpoint, healthStatus, metadata, loadBalancingWeight } of group.lbEndpoints ?? []) {
      if (endpoint?.address === undefined) continue;
      for (const { address, port, hostname } of addressesOf(endpoint.address)) {
        const host = state.endpoint({
          address,
          port,
          hostname: endpoint.hostname || hostname,
          weight: loadBalancingWeight,
          priority,
          locality: group.locality,
          metadata,
          healthStatus,
          healthCheckConfig: endpoint.healthCheckConfig,
        });
        if (seen.has(host.key)) continue;
        seen.add(host.key);
        hosts.push(host);
      }
    }
    while (priorities.length <= priority) priorities.push({ endpoints: [], localities: [] });
    priorities[priority]?.endpoints.push(...hosts);
    priorities[priority]?.localities.push({ weight: group.loadBalancingWeight ?? 0, endpoints: hosts });
  }
  state.retain(seen);
  return priorities.map((hosts, priority) => ({ priority, ...hosts }));
}
