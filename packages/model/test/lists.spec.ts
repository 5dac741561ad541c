import { strict as assert } from 'node:assert';
import { listDifference, replaceInSorted } from '@inmesh/model';
import fc from 'fast-check';

describe('a sorted list', () => {
  it('is after every replacement, small or large, what sorting anew would make of it', () => {
    const items = fc.uniqueArray(
      fc.nat({ max: 50 }).map((value) => ({ value })),
      { selector: ({ value }) => value, maxLength: 30 },
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
