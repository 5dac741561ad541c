import { strict as assert } from 'node:assert';
import { compileCors } from '../../src/route/compile-cors.js';

describe('compileCors', () => {
  it('is in force for all requests and lets foreign preflights through, unless told to ignore them', () => {
    const policy = compileCors({ allowOrigins: [{ exact: '*' }] });
    assert.deepEqual(policy.filterEnabled, { defaultValue: { numerator: 100 } });
    assert.equal(policy.forwardNotMatchingPreflights, true);
    assert.equal(compileCors({ unmatchedPreflights: 'IGNORE' }).forwardNotMatchingPreflights, false);
  });

  it('joins lists by commas and tells the age in whole seconds', () => {
    const policy = compileCors({ allowMethods: ['GET', 'PUT'], exposeHeaders: [], maxAge: '1m30.9s' });
    assert.equal(policy.allowMethods, 'GET,PUT');
    assert.equal(policy.exposeHeaders, undefined);
    assert.equal(policy.maxAge, '90');
  });

  it('reads the deprecated origins only where there are no others', () => {
    assert.deepEqual(compileCors({ allowOrigin: ['a'] }).allowOriginStringMatch, [{ exact: 'a' }]);
    const both = compileCors({ allowOrigin: ['a'], allowOrigins: [{ prefix: 'b' }] });
    assert.deepEqual(both.allowOriginStringMatch, [{ prefix: 'b' }]);
  });

  it('tells credentials that are forbidden from credentials that nobody mentioned', () => {
    assert.equal(compileCors({ allowCredentials: false }).allowCredentials, false);
    assert.equal('allowCredentials' in compileCors({}), false);
  });
});
