import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { wireLines } from '../src/serve/wire-lines.js';

describe('wireLines', () => {
  it('leaves bytes as they are, without a copy', () => {
    const lines = ['x', 'caf\xe9'];
    assert.equal(wireLines(lines), lines);
  });

  it('never makes a letter into what ends a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [written = ''] = wireLines([text]);
        assert.ok(!/[^\0-\xff]/.test(written));
        assert.equal(/[\r\n\0]/.test(written), /[\r\n\0]/.test(text));
      }),
    );
    assert.doesNotMatch(wireLines(['\u010d\u010a'])[0] ?? '', /[\r\n]/);
  });
});
