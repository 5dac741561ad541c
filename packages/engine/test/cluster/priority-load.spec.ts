import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type PriorityCounts, priorityLoad } from '../../src/cluster/priority-load.js';

type Triple = readonly [healthy: number, degraded: number, total: number];

// From the tables of Envoy's documentation on priority levels and degraded endpoints, and its unit tests.
describe('priorityLoad', () => {
  const load = (triples: readonly Triple[], threshold = 50) =>
    priorityLoad(
      triples.map(([healthy, degraded, total]): PriorityCounts => ({ healthy, degraded, total })),
      140,
      threshold,
    );

  const table: readonly [readonly Triple[], readonly number[], readonly number[], readonly boolean[]][] = [
    [[[10, 0, 10]], [100], [0], [false]],
    [[[4, 0, 10]], [100], [0], [true]],
    [[[0, 0, 10]], [100], [0], [true]],
    [
      [
        [72, 0, 100],
        [10, 0, 10],
      ],
      [100, 0],
      [0, 0],
      [false, false],
    ],
    [
      [
        [71, 0, 100],
        [10, 0, 10],
      ],
      [99, 1],
      [0, 0],
      [false, false],
    ],
    [
      [
        [50, 0, 100],
        [10, 0, 10],
      ],
      [70, 30],
      [0, 0],
      [false, false],
    ],
    [
      [
        [1, 0, 10],
        [10, 0, 10],
      ],
      [14, 86],
      [0, 0],
      [false, false],
    ],
    [
      [
        [1, 0, 10],
        [1, 0, 10],
      ],
      [50, 50],
      [0, 0],
      [true, true],
    ],
    [
      [
        [2, 0, 10],
        [3, 0, 10],
        [1, 0, 10],
      ],
      [34, 33, 33],
      [0, 0, 0],
      [true, true, true],
    ],
    [
      [
        [0, 0, 5],
        [0, 0, 15],
      ],
      [25, 75],
      [0, 0],
      [true, true],
    ],
    [[[5, 3, 10]], [70], [30], [false]],
    [[[3, 7, 10]], [42], [58], [false]],
    [
      [
        [0, 10, 10],
        [10, 0, 10],
      ],
      [0, 100],
      [0, 0],
      [false, false],
    ],
    [
      [
        [0, 0, 0],
        [10, 0, 10],
      ],
      [0, 100],
      [0, 0],
      [false, false],
    ],
  ];
  for (const [input, healthy, degraded, panic] of table) {
    it(`gives ${JSON.stringify(input)} ${healthy.join('/')} healthy and ${degraded.join('/')} degraded`, () => {
      assert.deepEqual(load(input), { healthy, degraded, panic });
    });
  }

  it('leaves everything at the first priority, without panic, when the threshold is 0 and nobody is healthy', () => {
    assert.deepEqual(load([[0, 0, 3]], 0), { healthy: [100], degraded: [0], panic: [false] });
  });

  it('adds up to 100 whatever the health', () => {
    const counts = fc.integer({ min: 0, max: 20 }).chain((total) =>
      fc.record({
        total: fc.constant(total),
        healthy: fc.integer({ min: 0, max: total }),
        degraded: fc.constant(0),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(counts, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 100 }),
        (c, t) => {
          const { healthy, degraded } = priorityLoad(c, 140, t);
          assert.equal(
            [...healthy, ...degraded].reduce((sum, share) => sum + share, 0),
            100,
          );
        },
      ),
    );
  });
});
