import { strict as assert } from 'node:assert';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { closeAll, gatewayRule, serviceRule, startEdge } from '../gateway/support.js';
import { closeAll as closeUpstreams, upstream } from '../mesh/support.js';

/** The same policies in front of a gateway, whose routes may ask for claims. */
describe('tokens at a gateway', () => {
  afterEach(async () => {
    await closeAll();
    await closeUpstreams();
  });

  it('choose the route, once they are checked', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
    const [gold, plain] = [await upstream('gold'), await upstream('plain')];
    const edge = await startEdge(
      gatewayRule([{ port: 80 }]) +
        serviceRule('gold', gold.port) +
        serviceRule('plain', plain.port) +
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: by-claim, namespace: default }
spec:
  hosts: ["*"]
  gateways: [edge]
  http:
  - match: [{ headers: { "@request.auth.claims.tier": { exact: gold } } }]
    route: [{ destination: { host: gold.test } }]
  - route: [{ destination: { host: plain.test } }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: people, namespace: default }
spec:
  selector: { matchLabels: { app: edge } }
  jwtRules: [{ issuer: me.test, jwks: '${jwks}' }]
`,
    );
    const ask = async (token?: string): Promise<string> => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`http://127.0.0.1:${edge.port()}/`, { headers });
      await response.text();
      return `${response.status} ${response.headers.get('x-upstream')}`;
    };
    const token = (tier: string): Promise<string> =>
      new SignJWT({ sub: 'jo', tier })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer('me.test')
        .sign(privateKey);
    assert.equal(await ask(await token('gold')), '200 gold');
    assert.equal(await ask(await token('tin')), '200 plain');
    assert.equal(await ask(), '200 plain');
    assert.equal(await ask('a.b.c'), '401 null');
  });
});
