import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { LoadBalancingPolicy } from '../../src/balance/policy.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';

/** What every load-balancing policy promises. `shares` are compared with weights only where weights count. */
export function testPolicy(
  name: string,
  make: () => LoadBalancingPolicy,
  { weighted }: { readonly weighted: boolean },
): void {
  describe(`${name}, as every policy`, () => {
    it('picks nothing from an empty list', () => {
      const picker = make().createPicker([], new ClusterState({ random: () => 0 }));
      assert.equal(picker.pick({}), undefined);
    });

    it('picks always one of the endpoints of its list', () => {
      const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 12 });
      fc.assert(
        fc.property(
          addresses,
          fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
          (ips, draws) => {
            const cluster = new ClusterState({ random: () => draws.next().value as number });
            const endpoints = ips.map((address, i) => cluster.endpoint({ address, weight: (i % 3) + 1 }));
            const picker = make().createPicker(endpoints, cluster);
            for (let i = 0; i < 20; i++)
              assert.ok(endpoints.includes(picker.pick({}) ?? assert.fail('nothing')));
          },
        ),
        { numRuns: 20 },
      );
    });

    it(weighted ? 'gives shares that follow the weights' : 'gives equal shares whatever the weights', () => {
      const cluster = new ClusterState({ random: seeded(7) });
      const endpoints = [1, 2, 5].map((weight, i) => cluster.endpoint({ address: `10.0.0.${i}`, weight }));
      const picker = make().createPicker(endpoints, cluster);
      const picks = 24_000;
      const counts = new Map<string, number>();
      for (let i = 0; i < picks; i++) {
        const key = picker.pick({})?.key ?? '';
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      for (const endpoint of endpoints) {
        const share = weighted ? endpoint.weight / 8 : 1 / 3;
        const ratio = (counts.get(endpoint.key) ?? 0) / picks;
        assert.ok(Math.abs(ratio - share) < 0.02, `${endpoint.key}: ${ratio} instead of ${share}`);
      }
    });
  });
}

/** A generator of numbers in [0, 1) that a test can repeat (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
