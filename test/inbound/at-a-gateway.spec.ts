import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { closeAll, gatewayRule, serviceRule, startEdge } from '../gateway/support.js';
import { closeAll as closeUpstreams, upstream } from '../mesh/support.js';

/** The same policies in front of a gateway, whose routes may ask for claims. */
describe('security at a gateway', () => {
  afterEach(async () => {
    await closeAll();
    await closeUpstreams();
  });

  it('lets tokens choose the route, once they are checked', async () => {
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

  it('closes connections by their addresses, where bytes are passed on', async () => {
    const echo = net.createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const rules = (source: string): string =>
      gatewayRule([{ port: 80, protocol: 'TCP' }]) +
      serviceRule('echo', (echo.address() as AddressInfo).port, { protocol: 'TCP' }) +
      `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: bytes, namespace: default }
spec:
  hosts: ["*"]
  gateways: [edge]
  tcp: [{ route: [{ destination: { host: echo.test, port: { number: 80 } } }] }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: some, namespace: default }
spec: { action: DENY, rules: [{ from: [{ source: { ipBlocks: [${source}] } }] }] }
`;
    const edge = await startEdge(rules('10.0.0.0/8'));
    const say = async (): Promise<string> => {
      const socket = net.connect(edge.port(), '127.0.0.1').on('error', () => {});
      socket.write('hello');
      let heard = '';
      socket.on('data', (chunk) => {
        heard += chunk;
        socket.end();
      });
      await once(socket, 'close');
      return heard;
    };
    assert.equal(await say(), 'hello');
    await edge.update(rules('127.0.0.0/8'));
    assert.equal(await say(), '');
    echo.close();
  });
});
