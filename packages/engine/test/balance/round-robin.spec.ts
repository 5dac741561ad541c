import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { EdfSchedule } from '../../src/balance/edf-schedule.js';
import { createRoundRobin, roundRobin } from '../../src/balance/round-robin.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';

describe('round robin', () => {
  const endpointSets = fc.uniqueArray(fc.domain(), { minLength: 1, maxLength: 20 });
  const counts = fc.integer({ min: 0, max: 500 });

  it('gives every endpoint the same share, give or take one, also across a replaced picker', () => {
    fc.assert(
      fc.property(endpointSets, counts, counts, (addresses, picks, replacedAt) => {
        const cluster = new ClusterState({ random: () => 0 });
        const endpoints = addresses.map((address) => cluster.endpoint({ address, weight: 1 }));
        const seen = new Map(addresses.map((address) => [address, 0]));
        let picker = roundRobin.createPicker(endpoints, cluster);
        for (let i = 0; i < picks; i++) {
          if (i === replacedAt) picker = roundRobin.createPicker(endpoints, cluster);
          const address = picker.pick({})?.address ?? assert.fail('nothing picked');
          seen.set(address, (seen.get(address) ?? 0) + 1);
        }
        assert.ok(Math.max(...seen.values()) - Math.min(...seen.values()) <= 1);
      }),
    );
  });

  it('starts where chance says', () => {
    const cluster = new ClusterState({ random: () => 1 / 2 ** 32 });
    const endpoints = ['a', 'b', 'c'].map((address) => cluster.endpoint({ address }));
    const picker = roundRobin.createPicker(endpoints, cluster);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => picker.pick({})?.address),
      ['b', 'c', 'a', 'b'],
    );
  });

  it('gives a new endpoint less than its share while it warms up', () => {
    let now = 0;
    const cluster = new ClusterState({ random: () => 0, now: () => now });
    const old = cluster.endpoint({ address: 'old' });
    now = 60_000;
    const young = cluster.endpoint({ address: 'young' });
    const policy = createRoundRobin({ slowStartWindow: '60s' });
    const picker = policy.createPicker([old, young], cluster);
    const picked = Array.from({ length: 110 }, () => picker.pick({})?.address);
    const share = picked.filter((address) => address === 'young').length;
    assert.ok(share >= 8 && share <= 12, `a tenth of the weight, got ${share} of 110`);
  });
});

describe('EdfSchedule', () => {
  const order = (weights: readonly number[], picks: number): number[] => {
    const schedule = new EdfSchedule([...weights.keys()], (i) => weights[i] ?? 0);
    return Array.from({ length: picks }, () => schedule.next() ?? -1);
  };

  it('interleaves weights 1, 2 and 3 by deadline', () => {
    assert.deepEqual(order([1, 2, 3], 12), [2, 1, 2, 0, 1, 2, 2, 1, 2, 2, 0, 1]);
  });

  it('gives weights 3 and 1 three turns of four', () => {
    const picked = order([3, 1], 8);
    assert.equal(picked.filter((i) => i === 0).length, 6);
  });

  it('goes on after any number of picks as if they had happened', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 500 }),
        (weights, skipped) => {
          const schedule = new EdfSchedule([...weights.keys()], (i) => weights[i] ?? 0, skipped);
          const sum = weights.reduce((total, weight) => total + weight, 0);
          const seen = weights.map(() => 0);
          for (let i = 0; i < sum * 10; i++) {
            const at = schedule.next() ?? 0;
            seen[at] = (seen[at] ?? 0) + 1;
          }
          for (const [i, weight] of weights.entries()) {
            assert.ok(Math.abs((seen[i] ?? 0) - weight * 10) <= 2, `${seen} for ${weights}`);
          }
        },
      ),
    );
  });
});
