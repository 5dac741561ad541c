import { strict as assert } from 'node:assert';
import { compileQueryMatch, queryParameterOf } from '../../src/match/query-match.js';
import { request } from './request.js';

describe('compileQueryMatch', () => {
  const exact = (path: string, value: string): boolean =>
    compileQueryMatch({ name: 'q', stringMatch: { exact: value } }).test(request(path));

  it('compares names and values as they stand, without decoding', () => {
    assert.equal(exact('/?q=a%20b', 'a b'), false);
    assert.equal(exact('/?q=a+b', 'a b'), false);
    assert.equal(exact('/?q=a%20b', 'a%20b'), true);
    assert.equal(exact('/?Q=a', 'a'), false);
  });

  it('looks at the first parameter of a name only', () => {
    assert.equal(exact('/?q=1&q=2', '1'), true);
    assert.equal(exact('/?q=1&q=2', '2'), false);
  });

  it('takes a parameter without an equals sign for empty', () => {
    assert.equal(exact('/?q', ''), true);
    assert.equal(exact('/?q=', ''), true);
    assert.equal(exact('/?p&q=x=y&z', 'x=y'), true);
  });

  it('tests presence and absence', () => {
    const present = compileQueryMatch({ name: 'q', presentMatch: true });
    const absent = compileQueryMatch({ name: 'q', presentMatch: false });
    assert.equal(present.test(request('/?q')), true);
    assert.equal(present.test(request('/?qq=1&pq=2')), false);
    assert.equal(absent.test(request('/')), true);
    assert.equal(absent.test(request('/?q=')), false);
    assert.equal(compileQueryMatch({ name: 'q' }).test(request('/?q=1')), true);
  });

  it('does not take a parameter from behind another path than its own', () => {
    assert.equal(queryParameterOf('/q=1', 'q'), undefined);
    assert.equal(queryParameterOf('/?', 'q'), undefined);
    assert.equal(queryParameterOf('/?a=1&&q=2', 'q'), '2');
    assert.equal(queryParameterOf('/?x?q=1', 'q'), undefined);
  });
});
