import { strict as assert } from 'node:assert';
import { boundedLoad } from '../../src/balance/bounded-load.js';
import { mersenneTwister } from '../../src/balance/mersenne-twister.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import type { Endpoint } from '../../src/cluster/endpoint.js';

describe('bounded load', () => {
  /** Hashes all lead to the first of `count` endpoints, which carry so many requests each. */
  function bounded(active: readonly number[], factor: number) {
    const cluster = new ClusterState({ random: () => 0 });
    const endpoints = active.map((_, i) => cluster.endpoint({ address: `10.0.0.${i}` }));
    for (const [i, { state }] of endpoints.entries())
      for (let n = active[i] ?? 0; n > 0; n--) state.started();
    const weights = new Float64Array(active.length).fill(1 / active.length);
    const first: Endpoint = endpoints[0] ?? assert.fail('there is one');
    const picker = boundedLoad({ pick: () => first }, { endpoints, weights, cluster, factor });
    return (hash: bigint): number =>
      endpoints.indexOf(picker.pick({ hash }) ?? assert.fail('nothing picked'));
  }

  it('draws the numbers that C++ draws', () => {
    const random = mersenneTwister(5489);
    let number = 0;
    for (let i = 0; i < 10_000; i++) number = random();
    assert.equal(number, 4_123_659_995);
  });

  it('stays with the endpoint of the hash up to its share, and not beyond', () => {
    // Five under way make 9 places of 150 %, five for each of two.
    assert.equal(bounded([5, 0], 150)(1n), 0);
    // Of six, 11 places make six for each: one more is too much.
    assert.equal(bounded([7, 0], 150)(1n), 1);
  });

  it('lets the hash alone decide on the substitute', () => {
    const pick = bounded([50, 0, 0, 0, 0], 100);
    const substitutes = new Set<number>();
    for (let hash = 0n; hash < 50n; hash++) {
      assert.equal(pick(hash), pick(hash));
      assert.notEqual(pick(hash), 0);
      substitutes.add(pick(hash));
    }
    assert.equal(substitutes.size, 4);
  });

  it('takes the endpoint that carries least when all carry too much', () => {
    const cluster = new ClusterState({ random: () => 0 });
    const endpoints = [5, 3, 4].map((active, i) => {
      const endpoint = cluster.endpoint({ address: `10.0.0.${i}` });
      for (let n = 0; n < active; n++) endpoint.state.started();
      return endpoint;
    });
    const [first, least] = endpoints;
    // Weights that leave one place to each.
    const weights = Float64Array.of(0, 0, 0);
    const picker = boundedLoad({ pick: () => first }, { endpoints, weights, cluster, factor: 100 });
    assert.equal(picker.pick({ hash: 7n }), least);
  });
});
