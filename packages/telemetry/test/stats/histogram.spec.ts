import { strict as assert } from 'node:assert';
import { Histogram } from '@inmesh/engine';
import fc from 'fast-check';

describe('a histogram', () => {
  it('puts every value below the first bound that is not smaller', () => {
    const bounds = [1, 5, 25];
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), (values) => {
        const histogram = new Histogram(bounds);
        for (const value of values) histogram.record(value);
        const upTo = (bound: number): number => values.filter((value) => value <= bound).length;
        let total = 0;
        bounds.forEach((bound, slot) => {
          total += histogram.counts[slot] ?? 0;
          assert.equal(total, upTo(bound));
        });
        assert.equal(histogram.count, values.length);
      }),
    );
  });
});
