import { strict as assert } from 'node:assert';
import type { HTTPMatchRequest, StringMatch } from '@inmesh/model';
import { compileMatch, isCatchAll } from '../../src/route/compile-match.js';

describe('compileMatch', () => {
  const header = (match: StringMatch | null) => compileMatch({ headers: { x: match } }).headers?.[0];
  const without = (match: StringMatch | null) => compileMatch({ withoutHeaders: { x: match } }).headers?.[0];

  it('takes every path when there is no match or no uri', () => {
    assert.deepEqual(compileMatch(undefined), { prefix: '/' });
    assert.deepEqual(compileMatch({}), { prefix: '/', caseSensitive: true });
    assert.equal(compileMatch({ uri: {} }).prefix, '/');
  });

  it('keeps a prefix as it is written, without regard to segments', () => {
    assert.deepEqual(compileMatch({ uri: { prefix: '/api/' } }), { prefix: '/api/', caseSensitive: true });
    assert.equal(compileMatch({ uri: { prefix: '' } }).prefix, '');
  });

  it('ignores case in exact and prefix paths when asked to', () => {
    assert.deepEqual(compileMatch({ uri: { exact: '/A' }, ignoreUriCase: true }), {
      path: '/A',
      caseSensitive: false,
    });
  });

  it('reads {}, null and the regex * as presence, and .* as a pattern', () => {
    for (const presence of [{}, null, { regex: '*' }])
      assert.deepEqual(header(presence), { name: 'x', presentMatch: true });
    assert.deepEqual(header({ regex: '.*' }), { name: 'x', stringMatch: { safeRegex: { regex: '.*' } } });
  });

  it('takes an empty exact value for a value', () => {
    assert.deepEqual(header({ exact: '' }), { name: 'x', stringMatch: { exact: '' } });
  });

  it('counts a missing header as empty where one is unwanted by value', () => {
    assert.deepEqual(without({ exact: 'a' }), {
      name: 'x',
      stringMatch: { exact: 'a' },
      invertMatch: true,
      treatMissingHeaderAsEmpty: true,
    });
    assert.deepEqual(without({}), { name: 'x', presentMatch: true, invertMatch: true });
  });

  it('sorts wanted and unwanted headers by name, with method, authority and scheme behind them', () => {
    const match: HTTPMatchRequest = {
      scheme: { exact: 'https' },
      authority: { exact: 'a' },
      method: { exact: 'PUT' },
      headers: { c: {}, a: {} },
      withoutHeaders: { b: {} },
    };
    const names = compileMatch(match).headers?.map(({ name }) => name);
    assert.deepEqual(names, ['a', 'b', 'c', ':method', ':authority', ':scheme']);
  });

  it('treats a header named like a property of every object as a header', () => {
    const headers = JSON.parse('{"__proto__": {"exact": "a"}, "constructor": {"exact": "b"}}');
    const names = compileMatch({ headers }).headers?.map(({ name }) => name);
    assert.deepEqual(names, ['__proto__', 'constructor']);
  });

  it('matches JWT claims in the metadata of the request, by either way of writing them', () => {
    for (const name of ['@request.auth.claims.group.id', '@Request.Auth.Claims[group][id]']) {
      const { dynamicMetadata, headers } = compileMatch({ headers: { [name]: { exact: 'a' } } });
      assert.equal(headers, undefined);
      assert.deepEqual(dynamicMetadata?.[0]?.path, [{ key: 'payload' }, { key: 'group' }, { key: 'id' }]);
      assert.equal(dynamicMetadata?.[0]?.invert, undefined);
    }
    const unwanted = compileMatch({ withoutHeaders: { '@request.auth.claims.a': { exact: 'a' } } });
    assert.equal(unwanted.dynamicMetadata?.[0]?.invert, true);
  });
});

describe('isCatchAll', () => {
  const is = (match: HTTPMatchRequest | undefined): boolean => isCatchAll(compileMatch(match));

  it('is true for / and .* without further conditions', () => {
    assert.equal(is(undefined), true);
    assert.equal(is({ uri: { prefix: '/' } }), true);
    assert.equal(is({ uri: { regex: '.*' } }), true);
  });

  it('is false with a condition on method, header or query, and for an empty prefix', () => {
    assert.equal(is({ method: { exact: 'GET' } }), false);
    assert.equal(is({ headers: { x: {} } }), false);
    assert.equal(is({ queryParams: { x: {} } }), false);
    assert.equal(is({ uri: { prefix: '' } }), false);
  });
});
