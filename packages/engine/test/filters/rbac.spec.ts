import { strict as assert } from 'node:assert';
import type { FilterCall } from '../../src/filters/filter.js';
import type { PeerCertificate } from '../../src/listener/peer-certificate.js';
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

  describe('by who asks', () => {
    const policies = (principal: object) => ({ p: { permissions: anyone, principals: [principal] } });
    const isAllowed = (principal: object, call: Partial<FilterCall> = {}): boolean => {
      const made = begin(
        kit([filter('rbac', type, { rules: { policies: policies(principal) } })]).chain,
        head('/'),
      );
      Object.assign(made.call, call);
      return made.next() === 'continue';
    };
    const from = (peer?: Partial<PeerCertificate>): Partial<FilterCall> => ({
      downstream: {
        listener: { address: '10.0.0.1', port: 8080 },
        remoteAddress: '10.0.0.2',
        remotePort: 1,
        protocol: 'HTTP/1.1',
        tls: {
          presented: peer !== undefined,
          validated: peer !== undefined,
          ...(peer && {
            peer: { hash: '', pem: '', subject: '', uris: [], dnsNames: [], ownUris: [], ...peer },
          }),
        },
      },
    });

    it('compares each name in a certificate, and its subject', () => {
      const named = (exact: string): object => ({ authenticated: { principalName: { exact } } });
      const web = from({
        uris: ['spiffe://td/ns/a/sa/web', 'urn:b'],
        dnsNames: ['web.test'],
        subject: 'CN=web',
      });
      for (const name of ['spiffe://td/ns/a/sa/web', 'urn:b', 'web.test', 'CN=web'])
        assert.equal(isAllowed(named(name), web), true, name);
      assert.equal(isAllowed(named('other'), web), false);
      assert.equal(isAllowed(named('')), false, 'clear text');
      assert.equal(isAllowed({ authenticated: {} }, from()), true, 'any TLS');
    });

    it('tells the first sender from the last one', () => {
      const range = { addressPrefix: '9.9.9.0', prefixLen: 24 };
      const call = { clientAddress: '9.9.9.9' };
      assert.equal(isAllowed({ remoteIp: range }, call), true);
      assert.equal(isAllowed({ directRemoteIp: range }, call), false);
    });

    it('asks what filters before have found out', () => {
      const path = ['payload', 'groups'].map((key) => ({ key }));
      const metadata = {
        filter: 'jwt',
        path,
        value: { listMatch: { oneOf: { stringMatch: { exact: 'admins' } } } },
      };
      const found = (groups: unknown): Partial<FilterCall> => ({
        dynamicMetadata: new Map([['jwt', { payload: { groups } }]]),
      });
      for (const rule of [{ metadata }, { sourcedMetadata: { metadataMatcher: metadata } }]) {
        assert.equal(isAllowed(rule, found(['users', 'admins'])), true);
        assert.equal(isAllowed(rule, found('admins')), false);
        assert.equal(isAllowed(rule), false);
      }
    });
  });

  it('matches paths by templates', () => {
    const uriTemplate = { name: 't', typedConfig: { '@type': 'x', pathTemplate: '/users/*/posts' } };
    assert.equal(permits({ uriTemplate }, '/users/me/posts?x'), true);
    assert.equal(permits({ uriTemplate }, '/users/me/you/posts'), false);
  });
});

describe('rbac filter with a matcher', () => {
  const extension = (name: string, fields: object = {}): object => ({
    name,
    typedConfig: { '@type': `type.googleapis.com/any.v3.${name}`, ...fields },
  });
  const header = (headerName: string): object => extension('HttpRequestHeaderMatchInput', { headerName });
  const act = (name: string, action?: string): object => ({ action: extension('Action', { name, action }) });
  const when = (input: object, valueMatch: object): object => ({ singlePredicate: { input, valueMatch } });
  const decide = (matcher: object, path = '/', lines: readonly string[] = []): string => {
    const answer = begin(kit([filter('rbac', type, { matcher })]).chain, head(path, lines)).next();
    return answer === 'continue' ? answer : replyOf(answer).details.replace(/.*\[(.*)\]/, 'denied by $1');
  };
  const list = (...matchers: (readonly [object, object])[]): object => ({
    matcherList: { matchers: matchers.map(([predicate, onMatch]) => ({ predicate, onMatch })) },
  });

  it('takes the first predicate that holds, and denies where none does', () => {
    const matcher = list(
      [when(header('x'), { exact: 'a' }), act('first', 'DENY')],
      [when(header('x'), { prefix: 'a' }), act('second')],
    );
    assert.equal(decide(matcher, '/', ['x', 'a']), 'denied by first');
    assert.equal(decide(matcher, '/', ['x', 'ab']), 'continue');
    assert.equal(decide(matcher), 'denied by none');
    assert.equal(decide({ ...matcher, onNoMatch: act('rest', 'LOG') }), 'continue');
  });

  it('combines predicates, and matches nothing by what is not there', () => {
    const x = when(header('x'), { prefix: '' });
    const y = when(header('y'), { prefix: '' });
    const allows = (predicate: object): boolean =>
      decide(list([predicate, act('it')]), '/', ['x', '1']) === 'continue';
    assert.equal(allows({ orMatcher: { predicate: [y, x] } }), true);
    assert.equal(allows({ andMatcher: { predicate: [y, x] } }), false);
    assert.equal(allows({ notMatcher: y }), true);
    assert.equal(allows(when(extension('NobodyKnowsIt'), { prefix: '' })), false);
  });

  it('looks values up, exactly or by the longest prefix that leads anywhere', () => {
    const input = extension('HttpRequestQueryParamMatchInput', { queryParam: 'q' });
    const exact = { matcherTree: { input, exactMatchMap: { map: { a: act('it') } } } };
    assert.equal(decide(exact, '/?q=%61'), 'continue');
    assert.equal(decide(exact, '/?q=ab'), 'denied by none');
    const nowhere = { matcher: list([when(header('x'), { exact: 'never' }), act('it', 'DENY')]) };
    const map = { a: act('it'), ab: nowhere, abc: act('long', 'DENY') };
    const prefix = { matcherTree: { input, prefixMatchMap: { map } } };
    assert.equal(decide(prefix, '/?q=abd'), 'continue');
    assert.equal(decide(prefix, '/?q=abcd'), 'denied by long');
  });
});
