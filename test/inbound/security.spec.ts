import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Mesh } from 'inmesh';
import { meshMiddleware } from 'inmesh/connect';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { closeAll, meshOf, service, upstream } from '../mesh/support.js';
import { type Issued, issueIdentities } from './certificates.js';
import { closeApplications, frameworks, listening, plainListener } from './servers.js';

/** Who may come in: identities of certificates and of tokens. */
describe('security in front of an application', () => {
  afterEach(async () => {
    await closeApplications();
    await closeAll();
  });
  const mesh = (rules: string): Promise<Mesh> =>
    meshOf(rules, { workload: { namespace: 'shop', labels: { app: 'web' }, ip: '127.0.0.1' } });
  const object = (kind: string, name: string, spec: string): string => `
apiVersion: security.istio.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---`;

  describe('tokens', () => {
    it('are checked with keys that are fetched under the rules, and policies ask for their claims', async () => {
      const { publicKey, privateKey } = await generateKeyPair('ES256');
      const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
      const keys = await upstream('keys', {
        behave(_request, response) {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ keys: [jwk] }));
          return true;
        },
      });
      const made = await mesh(
        service('keys.internal', [keys]) +
          object(
            'RequestAuthentication',
            'jwt',
            '{ jwtRules: [{ issuer: me.test, jwksUri: "http://keys.internal/jwks", outputClaimToHeaders: [{ header: x-user, claim: sub }] }] }',
          ) +
          object(
            'AuthorizationPolicy',
            'admins',
            '{ rules: [{ from: [{ source: { requestPrincipals: ["me.test/*"] } }], when: [{ key: "request.auth.claims[groups]", values: [admins] }] }] }',
          ),
      );
      const { port } = await (frameworks['express 5'] ?? assert.fail())(made, ({ headers }) => ({
        body: `${headers['x-user']} ${headers.authorization}`,
      }));
      const ask = async (token?: string): Promise<string> => {
        const headers: Record<string, string> = {
          'x-user': 'root',
          ...(token && { authorization: `Bearer ${token}` }),
        };
        const response = await fetch(`http://127.0.0.1:${port}/`, { headers });
        return `${response.status} ${await response.text()}`;
      };
      const token = (claims: object, expires = '5m'): Promise<string> =>
        new SignJWT({ sub: 'jo', ...claims })
          .setProtectedHeader({ alg: 'ES256', kid: 'k' })
          .setIssuer('me.test')
          .setExpirationTime(expires)
          .sign(privateKey);
      assert.equal(await ask(), '403 RBAC: access denied');
      assert.equal(keys.requests.length, 0);
      assert.equal(await ask(await token({ groups: ['users', 'admins'] })), '200 jo undefined');
      assert.equal(await ask(await token({ groups: ['users'] })), '403 RBAC: access denied');
      assert.equal(await ask(await token({ groups: ['admins'] }, '-5m')), '401 Jwt is expired');
      assert.equal(await ask('no.to.ken'), '401 Jwt header is an invalid JSON');
      assert.equal(keys.requests.length, 1);
    });
  });

  describe('identities', () => {
    const [web, ui, ops, back] = ['shop/sa/web', 'front/sa/ui', 'ops/sa/any', 'back/sa/ui'].map(
      (name) => `spiffe://cluster.local/ns/${name}`,
    ) as [string, string, string, string];
    let issued: ReadonlyMap<string, Issued>;
    before(async function () {
      this.timeout(60_000);
      issued = await issueIdentities([web, ui, ops, back]);
    });
    const serveTls = async (made: Mesh): Promise<number> => {
      const listener = plainListener(meshMiddleware(made), ({ socket, headers }) => ({
        body: JSON.stringify({
          authorized: (socket as TLSSocket).authorized,
          source: made.context.current?.source,
          cert: headers['x-forwarded-client-cert'],
        }),
      }));
      const { ca, cert, key } = issued.get(web) ?? assert.fail();
      const server = https.createServer(
        { ca, cert, key, requestCert: true, rejectUnauthorized: false },
        listener,
      );
      return (await listening(server.listen(0, '127.0.0.1'))).port;
    };
    const askTls = (
      port: number,
      identity?: string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; body: string }> =>
      new Promise((resolve, reject) => {
        const { cert, key }: Partial<Issued> = issued.get(identity ?? '') ?? {};
        https
          .get(
            {
              port,
              host: '127.0.0.1',
              rejectUnauthorized: false,
              agent: false,
              headers,
              ...(cert && key && { cert, key }),
            },
            (response) => {
              let body = '';
              response.on('data', (chunk) => {
                body += chunk;
              });
              response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
            },
          )
          .on('error', reject);
      });

    it('are those of verified certificates, which policies ask for and calls carry on', async () => {
      const reviews = await upstream('reviews');
      const made = await mesh(
        service('reviews.test', [reviews]) +
          object(
            'AuthorizationPolicy',
            'web',
            '{ rules: [{ from: [{ source: { principals: ["cluster.local/ns/front/sa/*"] } }] }, { from: [{ source: { namespaces: [ops] } }] }] }',
          ),
      );
      const port = await serveTls(made);
      const { status, body } = await askTls(port, ui);
      assert.equal(status, 200);
      const { source, cert } = JSON.parse(body);
      assert.deepEqual(source, {
        principal: 'cluster.local/ns/front/sa/ui',
        namespace: 'front',
        serviceAccount: 'ui',
      });
      assert.match(
        cert,
        /^By=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/web;Hash=[\da-f]{64};Subject=.*;URI=spiffe:\/\/cluster\.local\/ns\/front\/sa\/ui$/,
      );
      assert.equal((await askTls(port, ops)).status, 200);
      assert.equal((await askTls(port, back)).status, 403);
      assert.equal((await askTls(port)).status, 403);
    });

    it('go on to the calls that a request causes', async () => {
      const reviews = await upstream('reviews');
      const made = await mesh(service('reviews.test', [reviews]));
      const listener = plainListener(meshMiddleware(made), async () => {
        await made.fetch('http://reviews.test/');
        return {};
      });
      const { ca, cert, key } = issued.get(web) ?? assert.fail();
      const server = https.createServer(
        { ca, cert, key, requestCert: true, rejectUnauthorized: false },
        listener,
      );
      const { port } = await listening(server.listen(0, '127.0.0.1'));
      await askTls(port, ui);
      await askTls(port, undefined, { 'x-inmesh-source': 'cluster.local/ns/forged/sa/root' });
      assert.deepEqual(
        reviews.requests.map(({ headers }) => headers['x-inmesh-source']),
        ['cluster.local/ns/front/sa/ui', undefined],
      );
    });

    it('are known over HTTP/2 as well', async () => {
      const made = await mesh(
        object(
          'AuthorizationPolicy',
          'web',
          '{ rules: [{ from: [{ source: { serviceAccounts: ["front/ui"] } }] }] }',
        ),
      );
      const listener = plainListener(meshMiddleware(made), () => ({
        body: made.context.current?.source?.principal ?? '',
      }));
      const { ca, cert, key } = issued.get(web) ?? assert.fail();
      const options = { ca, cert, key, requestCert: true, rejectUnauthorized: false };
      const server = http2.createSecureServer(options, listener as never);
      const { port } = await listening(server.listen(0, '127.0.0.1'));
      const ask = async (identity: string): Promise<string> => {
        const client = http2.connect(`https://127.0.0.1:${port}`, {
          ...issued.get(identity),
          rejectUnauthorized: false,
        });
        const stream = client.request({ ':path': '/' });
        const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
        let body = '';
        for await (const chunk of stream) body += chunk;
        client.close();
        return `${head[':status']} ${body}`;
      };
      assert.equal(await ask(ui), '200 cluster.local/ns/front/sa/ui');
      assert.equal(await ask(back), '403 RBAC: access denied');
    });

    it('are demanded by STRICT: whoever has none is not even answered', async () => {
      const made = await mesh(object('PeerAuthentication', 'default', '{ mtls: { mode: STRICT } }'));
      const port = await serveTls(made);
      assert.equal((await askTls(port, ui)).status, 200);
      await assert.rejects(askTls(port), { code: 'ECONNRESET' });
    });
  });
});
