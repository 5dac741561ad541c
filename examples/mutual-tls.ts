// Mutual TLS: the rule names three files, and the mesh shows the client's certificate by itself. Since an http rule
// names the host, the call comes to the mesh before it is encrypted, and there is one TLS session, that of the rule.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createMesh, meshFetch } from 'inmesh';
import { makeCertificates } from './support/certificates.js';
import { writeFiles } from './support/write-files.js';

const { ca, server: identity, client } = await makeCertificates('ext-svc.example.com', 'shop.example.com');
const folder = await writeFiles({ 'ca.pem': ca, 'client.pem': client.cert, 'client-key.pem': client.key });

// The service takes nobody whom its authority does not vouch for.
const server = createServer(
  { ...identity, ca, requestCert: true, rejectUnauthorized: true },
  (request, response) => {
    response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
  },
).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const rule = await readFile(`${import.meta.dirname}/external/6-mutual-tls.yaml`, 'utf8');
const mesh = await createMesh({
  config: [`${import.meta.dirname}/external/5-*.yaml`, { yaml: rule.replaceAll('/etc/certs', folder) }],
  resolve: async () => [{ address: '127.0.0.1', port, ttlMs: 60_000 }],
});

const response = await meshFetch('https://ext-svc.example.com/');
console.log('the service saw:', await response.text());

await mesh.close();
server.close();
