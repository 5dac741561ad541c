import { isIP } from 'node:net';
import type { Cluster } from '@inmesh/model';
import type { ResolvedAddress } from '../../engine.js';

/** Those addresses of an answer that a cluster wants. Envoy: `dns_lookup_family`. */
export function ofFamily(
  answer: readonly ResolvedAddress[],
  family: Cluster['dnsLookupFamily'] = 'AUTO',
): readonly ResolvedAddress[] {
  const v4 = answer.filter(({ address }) => isIP(address) === 4);
  const v6 = answer.filter(({ address }) => isIP(address) === 6);
  switch (family) {
    case 'ALL':
      return answer;
    case 'V4_ONLY':
      return v4;
    case 'V6_ONLY':
      return v6;
    case 'V4_PREFERRED':
      return v4.length > 0 ? v4 : v6;
    case 'AUTO':
      return v6.length > 0 ? v6 : v4;
  }
}
