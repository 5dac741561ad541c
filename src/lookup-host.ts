import dns from 'node:dns/promises';
import { isIP } from 'node:net';

/** Who knows the addresses that rules state for hosts: ClusterIPs, addresses of ServiceEntries. */
export interface HostAddresses {
  hostAddress(host: string): string | undefined;
}

/**
 * What an application would get from `dns.lookup` in a mesh: the address that the rules state for a host, which
 * Istio's DNS proxy would answer, and otherwise the system's.
 */
export function lookupIn(rules: HostAddresses): (host: string) => Promise<{ address: string }> {
  return async (host) => {
    if (isIP(host) !== 0) return { address: host };
    const address = rules.hostAddress(host);
    if (address !== undefined) return { address };
    return { address: (await dns.lookup(host)).address };
  };
}
