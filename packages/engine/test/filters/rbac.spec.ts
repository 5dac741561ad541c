import { strict as assert } from 'node:assert';
import { head } from '../match/request.js';
import { begin, filter, kit, replyOf, typed } from './filter-kit.js';

const type = 'rbac.v3.RBAC';
const anyone = [{ any: true }];
const verdict = (rules: Record<string, unknown>, path = '/', lines: readonly string[] = []) =>
  begin(kit([filter('rbac', type, { rules })]).chain, head(path, lines)).next();
const permits = (permission: object, path = '/', lines: readonly string[] = []): boolean =>
  verdict(
    { action: 'ALLOW', policies: { p: { permissions: [permission], principals: anyone } } },
    path,
    lines,
  ) === 'continue';

describe('rbac filter', () => {
  it('allows what a policy allows, and denies the rest by the name of none', () => {
    const rules = {
      policies: { p: { permissions: [{ urlPath: { path: { exact: '/a' } } }], principals: anyone } },
    };
    assert.equal(verdict(rules, '/a?x'), 'continue');
    const { status, body, details } = replyOf(verdict(rules, '/b'));
    assert.deepEqual(
      [status, body, details],
      [403, 'RBAC: access denied', 'rbac_access_denied_matched_policy[none]'],
    );
  });

  it('denies by the first policy in the order of the alphabet', () => {
    const policy = { permissions: anyone, principals: anyone };
    const { details } = replyOf(verdict({ action: 'DENY', policies: { z: policy, 'b c': policy } }));
    assert.equal(details, 'rbac_access_denied_matched_policy[b_c]');
    assert.equal(verdict({ action: 'DENY', policies: {} }), 'continue');
  });

  it('combines rules: an empty choice is false, an empty conjunction true', () => {
    const header = { header: { name: 'x', presentMatch: true } };
    assert.equal(permits({ orRules: { rules: [] } }), false);
    assert.equal(permits({ andRules: { rules: [] } }), true);
    assert.equal(permits({ notRule: header }), true);
    assert.equal(permits({ andRules: { rules: [header, { any: true }] } }, '/', ['x', '']), true);
    assert.equal(permits({ orRules: { rules: [header, { notRule: header }] } }), true);
  });

  it('knows ports, addresses and server names of the connection', () => {
    assert.equal(permits({ destinationPort: 8080 }), true);
    assert.equal(permits({ destinationPortRange: { start: 8080, end: 8081 } }), true);
    assert.equal(permits({ destinationPortRange: { start: 8000, end: 8080 } }), false);
    assert.equal(permits({ destinationIp: { addressPrefix: '10.0.0.0', prefixLen: 8 } }), true);
    assert.equal(permits({ sourceIp: { addressPrefix: '10.0.0.0', prefixLen: 8 } }), false);
    assert.equal(permits({ remoteIp: { addressPrefix: '127.0.0.0', prefixLen: 8 } }), true);
    assert.equal(permits({ requestedServerName: { exact: '' } }), true);
    assert.equal(permits({ authenticated: {} }), false);
  });

  it('matches nothing by a condition that it cannot evaluate', () => {
    const policies = { p: { permissions: anyone, principals: anyone, condition: {} } };
    assert.notEqual(verdict({ action: 'ALLOW', policies }), 'continue');
  });

  it('passes without rules, for LOG, and on routes that switch the check off', () => {
    const deny = { action: 'DENY', policies: { p: { permissions: anyone, principals: anyone } } };
    assert.equal(begin(kit([filter('rbac', type)]).chain, head('/')).next(), 'continue');
    assert.equal(verdict({ ...deny, action: 'LOG' }), 'continue');
    const { chain } = kit([filter('rbac', type, { rules: deny })]);
    assert.equal(
      begin(chain, head('/'), { configs: { rbac: typed('rbac.v3.RBACPerRoute') } }).next(),
      'continue',
    );
  });
});
