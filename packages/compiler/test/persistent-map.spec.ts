import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { listDifference } from '../src/list-difference.js';
import { PersistentMap } from '../src/persistent-map.js';
import { replaceInSorted } from '../src/sorted-list.js';

describe('a persistent map', () => {
  const changes = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.option(fc.nat(), { nil: undefined })),
  );

  it('holds after every sequence of changes what an ordinary map would hold, and never changes itself', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (steps) => {
        let map = new PersistentMap<number>();
        const ordinary = new Map<string, number>();
        for (const step of steps) {
          const before = map;
          const held = new Map(before);
          map = map.with(step);
          for (const [key, value] of step) {
            if (value === undefined) ordinary.delete(key);
            else ordinary.set(key, value);
          }
          assert.deepEqual(new Map(map), ordinary);
          assert.deepEqual(new Map(before), held);
        }
      }),
    );
  });
});

describe('a sorted list', () => {
  it('is after every replacement what sorting anew would make of it', () => {
    const items = fc.uniqueArray(
      fc.nat({ max: 50 }).map((value) => ({ value })),
      { selector: ({ value }) => value },
    );
    const byValue = (a: { value: number }, b: { value: number }): number => a.value - b.value;
    fc.assert(
      fc.property(items, fc.array(fc.nat({ max: 20 })), items, (list, removed, added) => {
        const sorted = [...list].sort(byValue);
        const gone = new Set(removed.flatMap((index) => sorted[index] ?? []));
        const anew = [...sorted.filter((item) => !gone.has(item)), ...added].sort(byValue);
        assert.deepEqual(replaceInSorted(sorted, gone, added, byValue), anew);
      }),
    );
  });
});

describe('the difference of two lists', () => {
  it('turns the one into the other, whatever was moved', () => {
    const items = Array.from({ length: 8 }, (_, value) => ({ value }));
    const lists = fc.shuffledSubarray(items);
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const { removed, added } = listDifference(before, after);
        const kept = before.filter((item) => !removed.includes(item));
        assert.deepEqual(new Set([...kept, ...added]), new Set(after));
        assert.equal(
          removed.some((item) => after.includes(item)) || added.some((item) => before.includes(item)),
          false,
        );
      }),
    );
  });
});
