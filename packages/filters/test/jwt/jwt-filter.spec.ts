import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';
import type { FilterCall, FilterConfig, LocalReply, Verdict } from '@inmesh/engine';
import { HeaderMap, type RequestHead } from '@inmesh/model';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createJwt, type FetchKeys, jwtFilterType } from '../../src/index.js';

const nowMs = Date.UTC(2026, 0, 1);
const now = nowMs / 1000;

/** An issuer of tokens with one key of its own. */
async function issuer(name: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return {
    name,
    jwk,
    jwks: JSON.stringify({ keys: [jwk] }),
    sign: (claims: JWTPayload = {}, header: { kid?: string } = { kid }) =>
      new SignJWT({ sub: 'me', exp: now + 600, ...claims })
        .setProtectedHeader({ alg: 'RS256', ...header })
        .setIssuer(claims.iss ?? name)
        .sign(privateKey),
  };
}

describe('jwt filter', () => {
  let a: Awaited<ReturnType<typeof issuer>>;
  let b: Awaited<ReturnType<typeof issuer>>;
  before(async () => {
    [a, b] = [await issuer('https://a.test', 'key-a'), await issuer('https://b.test', 'key-b')];
  });

  interface Asked {
    readonly reply: LocalReply | undefined;
    readonly head: RequestHead;
    readonly metadata: Record<string, unknown> | undefined;
    readonly reroutes: number;
  }
  const provider = (of: typeof a, more: object = {}): object => ({
    issuer: of.name,
    localJwks: { inlineString: of.jwks },
    payloadInMetadata: 'payload',
    ...more,
  });
  const anyOf = (...names: string[]): object => ({
    requiresAny: { requirements: [...names.map((providerName) => ({ providerName })), { allowMissing: {} }] },
  });
  const filterOf = (
    providers: Record<string, object>,
    {
      requires = anyOf(...Object.keys(providers)),
      config = {},
      perRoute = undefined as object | undefined,
      fetchKeys = noFetch,
    } = {},
  ) => {
    const own = {
      '@type': jwtFilterType,
      providers,
      rules: [{ match: { prefix: '/' }, requires }],
      bypassCorsPreflight: true,
      ...config,
    } as FilterConfig;
    const levels = perRoute === undefined ? [] : [{ '@type': 'PerRouteConfig', ...perRoute } as FilterConfig];
    return createJwt({ fetchKeys, now: () => nowMs })({
      name: 'jwt',
      own,
      levels,
      effective: levels[0] ?? own,
      holder: {},
      siblings: {},
    });
  };
  const ask = async (
    filter: ReturnType<typeof filterOf>,
    headers: string[] = [],
    { path = '/', method = 'GET' } = {},
  ): Promise<Asked> => {
    const head: RequestHead = {
      method,
      scheme: 'http',
      authority: 'web.test',
      path,
      headers: new HeaderMap(headers),
    };
    let reroutes = 0;
    const call = {
      dynamicMetadata: new Map(),
      clearRouteCache: () => {
        reroutes++;
      },
    } as unknown as FilterCall;
    let verdict: Verdict = filter?.onRequest?.(head, call) ?? 'continue';
    while (verdict !== 'continue' && verdict.kind === 'wait') {
      await verdict.until;
      verdict = verdict.resume();
    }
    return {
      reply: verdict === 'continue' ? undefined : verdict,
      head,
      metadata: call.dynamicMetadata.get('envoy.filters.http.jwt_authn')?.payload as Record<string, unknown>,
      reroutes,
    };
  };
  const bearer = (token: string): string[] => ['authorization', `Bearer ${token}`];
  const refused = async (filter: ReturnType<typeof filterOf>, headers: string[]) => {
    const { reply } = await ask(filter, headers);
    return [reply?.status, reply?.body];
  };

  it('lets a good token pass, takes it out and tells what it says', async () => {
    const { reply, head, metadata, reroutes } = await ask(
      filterOf({ a: provider(a) }),
      bearer(await a.sign({ groups: ['x', 'y'] })),
    );
    assert.equal(reply, undefined);
    assert.equal(head.headers.has('authorization'), false);
    assert.deepEqual([metadata?.iss, metadata?.sub, metadata?.groups], [a.name, 'me', ['x', 'y']]);
    assert.equal(reroutes, 0);
  });

  it('lets a request without a token pass only where that is allowed', async () => {
    assert.equal((await ask(filterOf({ a: provider(a) }))).reply, undefined);
    const { reply } = await ask(filterOf({ a: provider(a) }, { requires: { providerName: 'a' } }), [], {
      path: '/p?q',
    });
    assert.deepEqual([reply?.status, reply?.body], [401, 'Jwt is missing']);
    assert.equal(reply?.details, 'jwt_authn_access_denied{Jwt_is_missing}');
    assert.deepEqual(reply?.headers, ['www-authenticate', 'Bearer realm="http://web.test/p?q"']);
  });

  it('says what is wrong with a token, in the words of Envoy', async () => {
    const filter = filterOf({ a: provider(a, { audiences: ['https://web.test/'] }) });
    const good = { aud: 'web.test' };
    const cases: [token: string, ...expected: [number, string]][] = [
      ['a.b', 401, 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'],
      ['!.e30.x', 401, 'Jwt header is an invalid JSON'],
      ['bm8.e30.x', 401, 'Jwt header is an invalid JSON'],
      ['e30.e30.x', 401, 'Jwt header [alg] field is required and must be a string'],
      [
        `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.bm8.x`,
        401,
        'Jwt payload is an invalid JSON',
      ],
      [await b.sign(good), 401, 'Jwt issuer is not configured'],
      [await a.sign({ ...good, exp: now - 61 }), 401, 'Jwt is expired'],
      [await a.sign({ ...good, nbf: now + 61 }), 401, 'Jwt not yet valid'],
      [await a.sign({ aud: 'other' }), 403, 'Audiences in Jwt are not allowed'],
      [await a.sign(), 403, 'Audiences in Jwt are not allowed'],
      [await a.sign(good, { kid: 'other' }), 401, "Jwks doesn't have key to match kid or alg from Jwt"],
      [await b.sign({ ...good, iss: a.name }, { kid: 'key-a' }), 401, 'Jwt verification fails'],
    ];
    for (const [token, status, body] of cases)
      assert.deepEqual(await refused(filter, bearer(token)), [status, body], body);
    const { reply } = await ask(filter, bearer('a.b'));
    assert.deepEqual(reply?.headers?.[1], 'Bearer realm="http://web.test/", error="invalid_token"');
    for (const token of [
      await a.sign(good),
      await a.sign({ ...good, exp: now - 59 }),
      await a.sign({ ...good, nbf: now + 59 }),
      await a.sign({ aud: ['x', 'http://web.test'] }),
      await a.sign(good, {}),
    ])
      assert.equal((await ask(filter, bearer(token))).reply, undefined);
  });

  it('refuses claims that it cannot judge: an expiry that is a text, an audience that is no text', async () => {
    const filter = filterOf({ a: provider(a, { audiences: ['web.test'] }) });
    const cases: [claims: object, claim: string][] = [
      [{ iss: 1 }, '[iss] field is not a string'],
      [{ sub: [] }, '[sub] field is not a string'],
      [{ iat: 'x' }, '[iat] field is not an integer'],
      [{ nbf: -1 }, '[nbf] field is not a positive 64 bit integer'],
      [{ exp: 'never' }, '[exp] field is not an integer'],
      [{ exp: null }, '[exp] field is not an integer'],
      [{ exp: -1 }, '[exp] field is not a positive 64 bit integer'],
      [{ jti: {} }, '[jti] field is not a string'],
      [{ aud: { toString: 1, valueOf: 1 } }, '[aud] field is not a string or string list'],
      [{ aud: ['web.test', 1] }, '[aud] field is not a string or string list'],
    ];
    for (const [claims, text] of cases) {
      const header = encoded({ alg: 'RS256', kid: 'key-a' });
      const token = `${header}.${encoded({ iss: a.name, aud: 'web.test', ...claims })}.x`;
      assert.deepEqual(await refused(filter, bearer(token)), [401, `Jwt payload ${text}`]);
    }
  });

  it('lets no good token take a bad one along', async () => {
    const filter = filterOf({ a: provider(a, { forward: true }) });
    const [good, bad] = [await a.sign(), await b.sign({ iss: a.name }, { kid: 'key-a' })];
    for (const [header, parameter] of [
      [good, bad],
      [bad, good],
    ] as const) {
      const { reply } = await ask(filter, bearer(header), { path: `/?access_token=${parameter}` });
      assert.equal(reply?.body, 'Jwt verification fails');
    }
    const { reply } = await ask(filter, bearer(good), { path: `/?access_token=${good}` });
    assert.equal(reply, undefined);
  });

  it('refuses what comes to no judgement', async () => {
    const head: RequestHead = {
      method: 'GET',
      scheme: 'http',
      authority: 'web.test',
      path: '/',
      headers: new HeaderMap(bearer(await a.sign())),
    };
    // A call that cannot be told of claims: whoever waits goes on all the same.
    const verdict = filterOf({ a: provider(a) })?.onRequest?.(head, {} as FilterCall) ?? 'continue';
    if (verdict === 'continue' || verdict.kind !== 'wait') assert.fail();
    await assert.rejects(verdict.until);
    assert.notEqual(verdict.resume(), 'continue');
  });

  it('is not fooled by a token that calls a public key a secret, or that is not signed', async () => {
    const filter = filterOf({ a: provider(a) });
    const payload = encoded({ iss: a.name, sub: 'root' });
    const none = `${encoded({ alg: 'none' })}.${payload}.`;
    const signed = `${encoded({ alg: 'HS256', kid: 'key-a' })}.${payload}`;
    const forged = `${signed}.${createHmac('sha256', a.jwk.n ?? '')
      .update(signed)
      .digest('base64url')}`;
    for (const token of [none, forged]) assert.equal((await refused(filter, bearer(token)))[0], 401);
  });

  it('tries every key for a token that names none', async () => {
    const jwks = JSON.stringify({ keys: [{ ...b.jwk }, { ...a.jwk }] });
    const filter = filterOf({ a: provider(a, { localJwks: { inlineString: jwks } }) });
    assert.equal((await ask(filter, bearer(await a.sign({}, {})))).reply, undefined);
    const stranger = await issuer(a.name, 'none');
    assert.deepEqual(await refused(filter, bearer(await stranger.sign({}, {}))), [
      401,
      'Jwt verification fails',
    ]);
  });

  it('finds tokens where the rules say, and then nowhere else', async () => {
    const filter = filterOf({
      a: provider(a, {
        fromHeaders: [{ name: 'X-Token', valuePrefix: 'jwt ' }, { name: 'x-bare' }],
        fromParams: ['token'],
        fromCookies: ['session'],
      }),
    });
    const token = await a.sign();
    const subject = async (headers: string[], path = '/'): Promise<unknown> =>
      (await ask(filter, headers, { path })).metadata?.sub;
    assert.equal(await subject(['x-token', `jwt ${token}`]), 'me');
    assert.equal(await subject(['x-bare', token]), 'me');
    assert.equal(await subject([], `/?a=b&token=${token}`), 'me');
    assert.equal(await subject(['cookie', `a=b; session=${token}`]), 'me');
    assert.equal(await subject(bearer(token)), undefined);
    assert.equal(await subject([], `/?access_token=${token}`), undefined);
    const usual = filterOf({ a: provider(a) });
    assert.equal((await ask(usual, [], { path: `/?access_token=${token}` })).metadata?.sub, 'me');
  });

  it('passes tokens, payloads and claims on in headers that no caller can forge', async () => {
    const filter = filterOf({
      a: provider(a, {
        forward: true,
        forwardPayloadHeader: 'X-Payload',
        claimToHeaders: [
          { headerName: 'X-Sub', claimName: 'sub' },
          { headerName: 'x-deep', claimName: 'deep.er' },
          { headerName: 'x-list', claimName: 'list' },
          { headerName: 'x-none', claimName: 'constructor' },
        ],
      }),
    });
    const token = await a.sign({ deep: { er: 3 }, list: ['x'] });
    const forged = ['x-sub', 'root', 'x-payload', 'forged', 'x-none', 'forged'];
    const { head } = await ask(filter, [...bearer(token), ...forged]);
    assert.equal(head.headers.get('authorization'), `Bearer ${token}`);
    assert.equal(head.headers.get('x-payload'), token.split('.')[1]);
    assert.equal(head.headers.get('x-sub'), 'me');
    assert.equal(head.headers.get('x-deep'), '3');
    assert.equal(head.headers.get('x-list'), Buffer.from('["x"]').toString('base64'));
    assert.equal(head.headers.get('x-none'), undefined);
    const without = await ask(filter, forged);
    assert.equal(without.reply, undefined);
    assert.deepEqual(without.head.headers.lines, []);
  });

  it('makes lists of claims that are lists in one text, and has routes looked up again where asked', async () => {
    const normalizePayloadInMetadata = { spaceDelimitedClaims: ['scope'] };
    const filter = filterOf({ a: provider(a, { normalizePayloadInMetadata, clearRouteCache: true }) });
    const { metadata, reroutes } = await ask(filter, bearer(await a.sign({ scope: 'read write' })));
    assert.deepEqual(metadata?.scope, ['read', 'write']);
    assert.equal(reroutes, 1);
  });

  it('takes the token of any of several issuers, and no bad one', async () => {
    const one = (providerName: string): object => ({ providerName });
    const orMissing = (name: string): object => ({
      requiresAny: { requirements: [one(name), { allowMissing: {} }] },
    });
    const requires = {
      requiresAny: {
        requirements: [
          one('a'),
          one('b'),
          { requiresAll: { requirements: [orMissing('a'), orMissing('b')] } },
        ],
      },
    };
    const filter = filterOf({ a: provider(a), b: provider(b) }, { requires });
    for (const headers of [[], bearer(await a.sign()), bearer(await b.sign())])
      assert.equal((await ask(filter, headers)).reply, undefined);
    assert.deepEqual(await refused(filter, bearer(await b.sign({ exp: now - 100 }))), [
      401,
      'Jwt is expired',
    ]);
    const c = await issuer('https://c.test', 'c');
    assert.deepEqual(await refused(filter, bearer(await c.sign())), [401, 'Jwt issuer is not configured']);
  });

  it('goes by the first rule that matches, the requirement of a route, and lets preflights pass', async () => {
    const rules = [
      { match: { path: '/open' } },
      { match: { prefix: '/named' }, requirementName: 'strict' },
      { match: { prefix: '/' }, requires: { allowMissingOrFailed: {} } },
    ];
    const config = { rules, requirementMap: { strict: { providerName: 'a' } } };
    const filter = filterOf({ a: provider(a) }, { config });
    const status = async (
      path: string,
      headers: string[] = [],
      method = 'GET',
    ): Promise<number | undefined> => (await ask(filter, headers, { path, method })).reply?.status;
    assert.equal(await status('/open', bearer('bad')), undefined);
    assert.equal(await status('/named'), 401);
    assert.equal(await status('/else', bearer('bad')), undefined);
    const preflight = ['origin', 'x', 'access-control-request-method', 'GET'];
    assert.equal(await status('/named', preflight, 'OPTIONS'), undefined);
    const perRoute = (level: object): ReturnType<typeof filterOf> =>
      filterOf({ a: provider(a) }, { config, perRoute: level });
    assert.equal(perRoute({ disabled: true }), undefined);
    assert.equal((await ask(perRoute({ requirementName: 'strict' }))).reply?.body, 'Jwt is missing');
    const unknown = await ask(perRoute({ requirementName: 'nobody' }));
    assert.deepEqual(
      [unknown.reply?.status, unknown.reply?.body],
      [403, 'Failed JWT authentication: Wrong requirement_name: nobody'],
    );
  });

  describe('keys at an address', () => {
    const remote = (uri: string): object => ({
      issuer: a.name,
      remoteJwks: { httpUri: { uri, timeout: '1s' } },
    });

    it('are fetched once, when a token first needs them', async () => {
      const fetched: string[] = [];
      const filter = filterOf(
        { a: remote('https://a.test/keys') },
        {
          fetchKeys: async (url) => {
            fetched.push(url);
            return Response.json(JSON.parse(a.jwks));
          },
        },
      );
      await ask(filter);
      assert.deepEqual(fetched, []);
      const token = await a.sign();
      const answers = await Promise.all([1, 2, 3].map(() => ask(filter, bearer(token))));
      assert.deepEqual(
        answers.map(({ reply }) => reply),
        [undefined, undefined, undefined],
      );
      assert.deepEqual(fetched, ['https://a.test/keys']);
    });

    it('are found where the issuer says that they are', async () => {
      const filter = filterOf(
        { a: remote('https://a.test/.well-known/openid-configuration') },
        {
          fetchKeys: async (url) =>
            Response.json(
              url === 'https://a.test/real' ? JSON.parse(a.jwks) : { jwks_uri: 'https://a.test/real' },
            ),
        },
      );
      assert.equal((await ask(filter, bearer(await a.sign()))).reply, undefined);
    });

    it('refuse the request, and throw nothing, when they cannot be had or read', async () => {
      const token = bearer(await a.sign());
      const bad: (() => Promise<Response>)[] = [
        async () => new Response('no', { status: 500 }),
        async () => new Response('not json'),
        async () => Response.json({ keys: 'none' }),
        async () => Response.json(null),
        () => Promise.reject(new TypeError('fetch failed')),
      ];
      for (const fetchKeys of bad) {
        const [status, body] = await refused(
          filterOf({ a: remote('https://a.test/keys') }, { fetchKeys }),
          token,
        );
        assert.equal(status, 401);
        assert.match(String(body), /^Jwks /);
      }
      for (const keys of [
        { remoteJwks: { httpUri: { uri: 'nowhere' } } },
        { localJwks: { inlineString: '{' } },
        { localJwks: { inlineString: '{}' } },
        {},
      ])
        assert.deepEqual(await refused(filterOf({ a: { issuer: a.name, ...keys } }), token), [
          401,
          'Jwks is an invalid JSON',
        ]);
    });

    it('are asked for again once they can be had', async () => {
      let isDown = true;
      const filter = filterOf(
        { a: remote('https://a.test/keys') },
        {
          fetchKeys: async () =>
            isDown ? new Response('', { status: 503 }) : Response.json(JSON.parse(a.jwks)),
        },
      );
      const token = bearer(await a.sign());
      assert.deepEqual(await refused(filter, token), [401, 'Jwks remote fetch is failed']);
      isDown = false;
      assert.equal((await ask(filter, token)).reply, undefined);
    });
  });
});

const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');

const noFetch: FetchKeys = async () => {
  throw new Error('nothing is to be fetched here');
};
