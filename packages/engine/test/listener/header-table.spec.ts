import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { HeaderTable } from '../../src/listener/header-table.js';

describe('HeaderTable', () => {
  it('answers as a Map does, for every name', () => {
    const names = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('__proto__', 'constructor', 'te', ''),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.nat())), fc.array(names), (entries, others) => {
        const map = new Map(entries);
        const table = new HeaderTable(entries);
        for (const name of [...map.keys(), ...others]) assert.equal(table.get(name), map.get(name), name);
      }),
    );
  });
});
