import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { changedNames } from '../../src/receive/header-changes.js';

describe('changedNames', () => {
  const line = fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.constantFrom('1', '2', ''));
  const lines = fc.array(line, { maxLength: 8 }).map((pairs) => pairs.flat());
  const valuesOf = (all: readonly string[], name: string): string[] =>
    all.filter((_, i) => i % 2 === 1 && all[i - 1] === name);

  it('names exactly those whose values differ, whatever stands between them', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changed = changedNames(before, after);
        for (const name of ['a', 'b', 'c', '__proto__']) {
          const isSame = JSON.stringify(valuesOf(before, name)) === JSON.stringify(valuesOf(after, name));
          assert.equal(changed.has(name), !isSame, name);
        }
      }),
    );
  });
});
