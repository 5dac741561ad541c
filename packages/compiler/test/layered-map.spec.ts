import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { LayeredMap } from '../src/layered-map.js';

describe('a layered map', () => {
  // Ranges of keys, some of which are longer than what is kept in front of the table.
  const range = fc
    .tuple(fc.nat({ max: 3000 }), fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 3000 })))
    .map(([start, length]) => Array.from({ length }, (_, i) => `${start + i}`));
  const change = fc.record({ removed: range, added: range, value: fc.nat() });

  it('holds after every sequence of changes what an ordinary map would hold, and never changes itself', () => {
    fc.assert(
      fc.property(range, fc.array(change, { maxLength: 8 }), (first, changes) => {
        const ordinary = new Map(first.map((key) => [key, 0]));
        let map = LayeredMap.of(new Map(ordinary));
        for (const { removed, added, value } of changes) {
          const [before, held] = [map, new Set(map.keys())];
          map = map.with(
            removed,
            added.map((key) => [key, value] as const),
          );
          for (const key of removed) ordinary.delete(key);
          for (const key of added) ordinary.set(key, value);
          assert.equal(map.size, ordinary.size);
          assert.deepEqual(new Map([...map.keys()].map((key) => [key, map.get(key)])), ordinary);
          for (const key of removed) assert.equal(map.get(key), ordinary.get(key));
          assert.deepEqual(new Set(before.keys()), held);
        }
      }),
      { numRuns: 50 },
    );
  });
});
