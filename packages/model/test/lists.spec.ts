import { strict as assert } from 'node:assert';
import { finish, listDifference, SortedList } from '@inmesh/model';
import fc from 'fast-check';

describe('a sorted list', () => {
  // Many are equal, so that pieces begin and end among equal ones.
  const items = (maxLength: number) =>
    fc.array(
      fc.nat({ max: 20 }).map((value) => ({ value })),
      { maxLength, size: 'max' },
    );
  const byValue = (a: { value: number }, b: { value: number }): number => a.value - b.value;
  const changes = fc.array(fc.tuple(fc.array(fc.nat()), items(300)), { maxLength: 5, size: 'max' });

  it('is after every change, small or large, what sorting anew would make of it', () => {
    fc.assert(
      fc.property(items(600), changes, (first, steps) => {
        let list = SortedList.of(first, byValue);
        let anew = [...first].sort(byValue);
        for (const [indexes, added] of steps) {
          const before = [...list];
          const removed = [...new Set(indexes.flatMap((index) => anew[index % anew.length] ?? []))];
          const next = list.with({ removed, added });
          anew = [...anew.filter((item) => !removed.includes(item)), ...added].sort(byValue);
          assert.ok(anew.every((item, index) => item === next.items[index]));
          assert.deepEqual([next.length, [...next]], [anew.length, next.items]);
          assert.deepEqual([...finish(list.following({ removed, added }))], next.items, 'or in steps');
          assert.deepEqual([...list], before, 'the list before stays as it was');
          list = next;
        }
      }),
    );
  });

  it('knows of every two of its versions what the one has and the other has not', () => {
    fc.assert(
      fc.property(items(600), changes, (first, steps) => {
        const versions = [SortedList.of(first, byValue)];
        for (const [indexes, added] of steps) {
          const last = versions.at(-1) ?? assert.fail();
          const removed = [...new Set(indexes.flatMap((index) => last.items[index % last.length] ?? []))];
          versions.push(last.with({ removed, added }));
        }
        for (const before of versions) {
          for (const after of versions) {
            const [old, young] = [new Set(before), new Set(after)];
            const { removed, added } = finish(after.differenceFrom(before));
            assert.deepEqual(new Set(removed), new Set([...old].filter((item) => !young.has(item))));
            assert.deepEqual(new Set(added), new Set([...young].filter((item) => !old.has(item))));
          }
        }
      }),
    );
  });

  it('passes over what is not in it', () => {
    const list = SortedList.of([{ value: 1 }, { value: 3 }], byValue);
    assert.deepEqual([...list.with({ removed: [{ value: 1 }, { value: 2 }], added: [] })], [...list]);
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
