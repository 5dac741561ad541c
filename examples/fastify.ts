// Fastify: whoever brings a good token comes in, and the handler reads who it is in a header that nobody can forge.
import fastify from 'fastify';
import { createMesh } from 'inmesh';
import { meshPlugin } from 'inmesh/fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });

const rules = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: people }
spec:
  jwtRules:
    - issuer: people.example.com
      jwks: '${jwks}'
      outputClaimToHeaders: [{ header: x-user, claim: sub }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: people-only }
spec:
  rules: [{ from: [{ source: { requestPrincipals: ["people.example.com/*"] } }] }]
`;
const mesh = await createMesh({ config: { yaml: rules } });

const app = fastify();
await app.register(meshPlugin, { mesh });
app.get('/', async (request) => `hello ${request.headers['x-user']}`);
const address = await app.listen({ port: 0, host: '127.0.0.1' });

const token = await new SignJWT({ sub: 'jo' })
  .setProtectedHeader({ alg: 'ES256' })
  .setIssuer('people.example.com')
  .setExpirationTime('1m')
  .sign(privateKey);
const requests = {
  'without a token': { 'x-user': 'root' },
  'with a bad one': { authorization: 'Bearer a.b.c' },
  'with a good one': { authorization: `Bearer ${token}`, 'x-user': 'root' },
};
for (const [what, headers] of Object.entries(requests)) {
  const response = await fetch(address, { headers });
  console.log(`${what}: ${response.status} ${await response.text()}`);
}

await app.close();
await mesh.close();
