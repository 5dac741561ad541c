import { strict as assert } from 'node:assert';
import type { FilterChain } from '@inmesh/model';
import { compileNetworkFilters } from '../../src/listener/network-filters.js';

const chainWith = (rules: object): FilterChain => ({
  filters: [
    {
      name: 'envoy.filters.network.rbac',
      typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC', rules },
    },
  ],
});
const from = (remoteAddress: string) =>
  ({
    listener: { address: '0.0.0.0', port: 8080 },
    remoteAddress,
    remotePort: 4711,
    protocol: 'HTTP/1.1',
  }) as const;

describe('network filters', () => {
  it('refuse by the address of the client, with the name of the policy', () => {
    const refuses = compileNetworkFilters(
      chainWith({
        action: 'DENY',
        policies: {
          'no tens': {
            permissions: [{ any: true }],
            principals: [{ directRemoteIp: { addressPrefix: '10.0.0.0', prefixLen: 8 } }],
          },
        },
      }),
    );
    assert.equal(refuses?.(from('10.1.2.3')), 'rbac_access_denied_matched_policy[no_tens]');
    assert.equal(refuses?.(from('11.1.2.3')), undefined);
  });

  it('are none where a chain has only the one that reads', () => {
    assert.equal(compileNetworkFilters({ filters: [{ name: 'x' }] }), undefined);
  });
});
