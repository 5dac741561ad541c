import { strict as assert } from 'node:assert';
import { errorsOf, ofKind } from '../support.js';

describe('annotations', () => {
  const annotated = (annotation: string): string[] =>
    errorsOf(
      ofKind('Sidecar', '{outboundTrafficPolicy: {}}', `name: a, annotations: {${annotation}: "true"}`),
    );

  it('that Istio keeps for itself refuse the object', () => {
    for (const annotation of [
      'istio.io/dry-run',
      'internal.istio.io/parents',
      'internal.istio.io/webhook-always-reject',
    ]) {
      assert.equal(annotated(annotation).length, 1, annotation);
    }
    assert.deepEqual(annotated('team'), []);
  });
});

describe('security kinds', () => {
  it('refuse conditions that nobody can ask for: a policy that denies by them would deny nothing', () => {
    const errors = (condition: string): number =>
      errorsOf(ofKind('AuthorizationPolicy', `{action: DENY, rules: [{when: [${condition}]}]}`)).length;
    for (const key of [
      'source.ip',
      'connection.sni',
      'request.headers[x-role]',
      'request.auth.claims[a][b]',
      'experimental.envoy.filters.network.mysql_proxy[db.table]',
    ]) {
      assert.equal(errors(`{key: "${key}", values: [x]}`), 0, key);
      assert.equal(errors(`{key: "${key}", notValues: [x]}`), 0, key);
      assert.equal(errors(`{key: "${key}"}`), 1, key);
    }
    for (const key of ['', 'source.moon', 'request.header[x-role]', 'request.headers', 'request.headers[]'])
      assert.equal(errors(`{key: "${key}", values: [x]}`), 1, key);
  });

  it('select by labels and name ports of workloads only', () => {
    assert.deepEqual(
      errorsOf(
        ofKind(
          'PeerAuthentication',
          '{selector: {matchLabels: {a: b}}, portLevelMtls: {"80": {mode: STRICT}}}',
        ),
      ),
      [],
    );
    assert.equal(errorsOf(ofKind('PeerAuthentication', '{portLevelMtls: {"80": {mode: STRICT}}}')).length, 1);
    assert.equal(errorsOf(ofKind('AuthorizationPolicy', '{action: DENY}')).length, 1);
    assert.equal(errorsOf(ofKind('AuthorizationPolicy', '{action: CUSTOM, rules: [{}]}')).length, 1);
    assert.equal(errorsOf(ofKind('RequestAuthentication', '{jwtRules: [{issuer: ""}]}')).length, 1);
    assert.deepEqual(
      errorsOf(ofKind('RequestAuthentication', '{jwtRules: [{issuer: a, jwksUri: "https://a.test/k"}]}')),
      [],
    );
    const everything = `audiences: [b], jwksUri: "https://a.test/k", fromHeaders: [{name: x-jwt, prefix: "jwt "}],
      fromParams: [token], fromCookies: [session], outputPayloadToHeader: x-payload, forwardOriginalToken: true,
      outputClaimToHeaders: [{header: x-group, claim: group}], timeout: 3s, spaceDelimitedClaims: [scope]`;
    assert.deepEqual(
      errorsOf(ofKind('RequestAuthentication', `{jwtRules: [{issuer: a, ${everything}}]}`)),
      [],
    );
    for (const rule of [
      'audiences: [""]',
      'jwksUri: ftp://a.test',
      'jwks: "{"',
      'fromHeaders: [{name: ""}]',
      'outputClaimToHeaders: [{claim: a, header: "b.c"}]',
      'jwksUri: "https://a.test/k", jwks: "{}"',
      'fromCookies: [""]',
      'outputClaimToHeaders: [{header: b}]',
      'timeout: 0s',
      'forwardOriginalTokn: true',
    ]) {
      assert.equal(
        errorsOf(ofKind('RequestAuthentication', `{jwtRules: [{issuer: a, ${rule}}]}`)).length,
        1,
        rule,
      );
    }
  });
});
