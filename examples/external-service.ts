// A service outside the mesh over https: retries, a timeout and faults work on it, since an http rule names it.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createMesh, meshFetch } from 'inmesh';
import { makeCertificates } from './support/certificates.js';

const { ca, server: identity } = await makeCertificates('ext-svc.example.com', 'nobody');

// The service fails twice before it answers.
let tries = 0;
const server = createServer(identity, (_request, response) => {
  response.statusCode = ++tries < 3 ? 503 : 200;
  response.end(`try ${tries}`);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const mesh = await createMesh({
  config: `${import.meta.dirname}/external/5-*.yaml`,
  tls: { ca },
  // What DNS would say, with a port because nobody may listen on 443 here.
  resolve: async () => [{ address: '127.0.0.1', port, ttlMs: 60_000 }],
});

const answer = await meshFetch('https://ext-svc.example.com/');
console.log('answered:', answer.status, await answer.text());

const fault = await meshFetch('https://ext-svc.example.com/', { headers: { 'x-chaos': 'abort' } });
console.log('with a fault:', fault.status, await fault.text());
console.log('requests that reached the service:', tries);

await mesh.close();
server.close();
