import { strict as assert } from 'node:assert';
import { createLeastRequest } from '../../src/balance/least-request.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';

describe('least request', () => {
  /** Endpoints with so many requests under way, and the draws that chance will bring. */
  function picked(
    active: readonly number[],
    draws: readonly number[],
    config: Parameters<typeof createLeastRequest>[0] = {},
  ): number {
    const left = [...draws];
    const cluster = new ClusterState({ random: () => 0 });
    const endpoints = active.map((count, i) => {
      const endpoint = cluster.endpoint({ address: `10.0.0.${i}` });
      for (let n = 0; n < count; n++) endpoint.state.started();
      return endpoint;
    });
    const random = (): number => (left.shift() ?? 0) / active.length;
    const picker = createLeastRequest(config).createPicker(endpoints, Object.assign(cluster, { random }));
    return endpoints.indexOf(picker.pick({}) ?? assert.fail('nothing picked'));
  }

  it('takes the one with fewer requests of two that chance draws', () => {
    assert.equal(picked([5, 3, 0], [0, 1]), 1);
    assert.equal(picked([5, 3, 0], [1, 0]), 1);
  });

  it('takes the one drawn first on a tie', () => {
    assert.equal(picked([2, 2], [0, 1]), 0);
    assert.equal(picked([2, 2], [1, 0]), 1);
  });

  it('may draw the busiest twice', () => {
    assert.equal(picked([9, 0], [0, 0]), 0);
  });

  it('draws as often as it is told, and twice at least', () => {
    assert.equal(picked([5, 3, 0], [0, 1, 2], { choiceCount: 3 }), 2);
    assert.equal(picked([5, 3, 0], [0, 1, 2], { choiceCount: 1 }), 1);
  });

  it('looks at all of them in a full scan, and lets chance decide among equals', () => {
    assert.equal(picked([5, 3, 9], [], { selectionMethod: 'FULL_SCAN' }), 1);
    const winners = [0, 0.5, 0.99].map((draw) =>
      picked([1, 1], [2 * draw, 2 * draw], { selectionMethod: 'FULL_SCAN' }),
    );
    assert.deepEqual([...new Set(winners)].sort(), [0, 1]);
  });

  it('keeps a schedule where weights differ, in which busy endpoints come round less often', () => {
    const cluster = new ClusterState({ random: () => 0 });
    const endpoints = [2, 1].map((weight, i) => cluster.endpoint({ address: `10.0.0.${i}`, weight }));
    const shares = (bias?: number): number => {
      const config = bias === undefined ? {} : { activeRequestBias: { defaultValue: bias } };
      const picker = createLeastRequest(config).createPicker(endpoints, cluster);
      let first = 0;
      for (let pick = 0; pick < 300; pick++) if (picker.pick({}) === endpoints[0]) first++;
      return Math.round(first / 10);
    };
    assert.equal(shares(), 20);
    for (let n = 0; n < 3; n++) endpoints[0]?.state.started();
    assert.equal(shares(), 10, 'its weight is a quarter now');
    assert.equal(shares(0), 20, 'without bias the load does not count');
  });
});
