import { strict as assert } from 'node:assert';
import type { HttpConnectionManager, JWTRule } from '@inmesh/model';
import { resource, serviceEntry, type WorldOptions, world } from '../route/world.js';

/** RequestAuthentications as the filter that checks tokens. */
describe('request authentications', () => {
  const compiled = (
    jwtRules: JWTRule[],
    options: WorldOptions & { more?: Parameters<typeof world>[0] } = {},
  ) => {
    const { more = [], ...rest } = options;
    const listener = world(
      [resource('RequestAuthentication', 'jwt', { jwtRules }), ...more],
      rest,
    ).compiler.view.listener('inmesh.inbound', 8080);
    const manager = listener?.filterChains?.find(({ name }) => name?.endsWith('-http'))?.filters?.[0]
      ?.typedConfig as HttpConnectionManager;
    return manager.httpFilters?.find(({ name }) => name === 'envoy.filters.http.jwt_authn')?.typedConfig as
      | { providers: Record<string, Record<string, unknown>>; rules: unknown[]; bypassCorsPreflight: boolean }
      | undefined;
  };
  const jwks = '{"keys":[]}';

  it('take one issuer’s token or none', () => {
    assert.equal(compiled([]), undefined);
    const { providers, rules, bypassCorsPreflight } = compiled([{ issuer: 'a', jwks }]) ?? assert.fail();
    assert.equal(bypassCorsPreflight, true);
    assert.deepEqual(rules, [
      {
        match: { prefix: '/' },
        requires: { requiresAny: { requirements: [{ providerName: 'origins-0' }, { allowMissing: {} }] } },
      },
    ]);
    assert.deepEqual(providers, {
      'origins-0': {
        issuer: 'a',
        localJwks: { inlineString: jwks },
        payloadInMetadata: 'payload',
        normalizePayloadInMetadata: { spaceDelimitedClaims: ['scope', 'permission'] },
      },
    });
  });

  it('take any of several issuers, in the order of their names', () => {
    const { providers, rules } =
      compiled([
        { issuer: 'b', jwks },
        { issuer: 'a', jwks },
      ]) ?? assert.fail();
    assert.deepEqual(
      Object.values(providers).map(({ issuer }) => issuer),
      ['a', 'b'],
    );
    const orMissing = (providerName: string): object => ({
      requiresAny: { requirements: [{ providerName }, { allowMissing: {} }] },
    });
    assert.deepEqual(rules, [
      {
        match: { prefix: '/' },
        requires: {
          requiresAny: {
            requirements: [
              { providerName: 'origins-0' },
              { providerName: 'origins-1' },
              { requiresAll: { requirements: [orMissing('origins-0'), orMissing('origins-1')] } },
            ],
          },
        },
      },
    ]);
  });

  it('say where tokens are, who they are for, and what becomes of them', () => {
    const { providers } =
      compiled([
        {
          issuer: 'a',
          jwks,
          audiences: ['x'],
          fromHeaders: [{ name: 'x-token', prefix: 'jwt ' }, { name: 'x-bare' }],
          fromParams: ['t'],
          fromCookies: ['c'],
          forwardOriginalToken: true,
          outputPayloadToHeader: 'x-payload',
          outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }],
          spaceDelimitedClaims: ['roles', 'scope'],
        },
      ]) ?? assert.fail();
    const { issuer: _, localJwks: _keys, payloadInMetadata: _name, ...rest } = providers['origins-0'] ?? {};
    assert.deepEqual(rest, {
      audiences: ['x'],
      fromHeaders: [{ name: 'x-token', valuePrefix: 'jwt ' }, { name: 'x-bare' }],
      fromParams: ['t'],
      fromCookies: ['c'],
      forward: true,
      forwardPayloadHeader: 'x-payload',
      claimToHeaders: [{ headerName: 'x-sub', claimName: 'sub' }],
      normalizePayloadInMetadata: { spaceDelimitedClaims: ['scope', 'permission', 'roles'] },
    });
  });

  it('find keys at their address, or where the issuer says that they are', () => {
    const uris = (rule: JWTRule): unknown => compiled([rule])?.providers['origins-0']?.remoteJwks;
    assert.deepEqual(uris({ issuer: 'a', jwksUri: 'https://keys.test/k', timeout: '2s' }), {
      httpUri: { uri: 'https://keys.test/k', cluster: 'PassthroughCluster', timeout: '2s' },
      cacheDuration: '1200s',
    });
    const issuer = 'https://a.test/';
    assert.deepEqual(uris({ issuer }), {
      httpUri: {
        uri: 'https://a.test/.well-known/openid-configuration',
        cluster: 'PassthroughCluster',
        timeout: '5s',
      },
      cacheDuration: '1200s',
    });
  });

  it('name the cluster of the service that has the keys', () => {
    const keys = serviceEntry('keys.test', [{ number: 443, protocol: 'HTTPS' }]);
    const { providers } =
      compiled([{ issuer: 'a', jwksUri: 'https://keys.test/k' }], { more: [keys] }) ?? assert.fail();
    assert.equal(
      (providers['origins-0']!.remoteJwks as { httpUri: { cluster: string } }).httpUri.cluster,
      'outbound|443||keys.test',
    );
  });
});
