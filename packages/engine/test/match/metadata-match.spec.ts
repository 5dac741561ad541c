import { strict as assert } from 'node:assert';
import { compileMetadataMatch } from '../../src/match/metadata-match.js';

describe('compileMetadataMatch', () => {
  const metadata = new Map([
    [
      'f',
      {
        text: 'abc',
        number: 3,
        yes: true,
        nothing: null,
        list: ['a', 7],
        deep: { er: 'x' },
        constructor: 'own',
      },
    ],
  ]);
  const matches = (path: string, value: object, invert = false): boolean =>
    compileMetadataMatch({ filter: 'f', path: path.split('.').map((key) => ({ key })), value, invert })(
      metadata,
    );
  const exact = (text: string): object => ({ stringMatch: { exact: text } });

  it('compares values of each kind', () => {
    assert.equal(matches('text', { stringMatch: { prefix: 'ab' } }), true);
    assert.equal(matches('number', exact('3')), false, 'a number is no text');
    assert.equal(matches('number', { doubleMatch: { exact: 3 } }), true);
    assert.equal(matches('number', { doubleMatch: { range: { start: 3, end: 4 } } }), true);
    assert.equal(matches('number', { doubleMatch: { range: { start: 0, end: 3 } } }), false);
    assert.equal(matches('yes', { boolMatch: true }), true);
    assert.equal(matches('nothing', { nullMatch: {} }), true);
    assert.equal(matches('list', { listMatch: { oneOf: { doubleMatch: { exact: 7 } } } }), true);
    assert.equal(matches('deep.er', exact('x')), true);
    assert.equal(matches('text', { orMatch: { valueMatchers: [exact('x'), exact('abc')] } }), true);
  });

  it('takes what is not there for no value, whatever objects inherit', () => {
    assert.equal(matches('missing', { presentMatch: true }), false);
    assert.equal(matches('missing', { presentMatch: false }), true);
    assert.equal(matches('missing', { nullMatch: {} }), false);
    assert.equal(matches('toString', { presentMatch: true }), false);
    assert.equal(matches('constructor', exact('own')), true);
    assert.equal(matches('text.length', { presentMatch: true }), false);
    assert.equal(
      compileMetadataMatch({ filter: 'g', path: [], value: { presentMatch: true } })(undefined),
      false,
    );
  });

  it('is turned around by invert, and matches nothing where it asks nothing', () => {
    assert.equal(matches('text', exact('abc'), true), false);
    assert.equal(matches('missing', exact('abc'), true), true);
    assert.equal(matches('text', {}), false);
  });
});
