// An ingress gateway: a Gateway ends TLS for a host outside, a VirtualService bound to it routes by header. Both
// documents are those that a cluster would get; only the port is another one, as 443 needs a privilege.
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createGateway, createMesh } from 'inmesh';
import { makeCertificates } from './support/certificates.js';
import { serve } from './support/serve.js';
import { writeFiles } from './support/write-files.js';

// Both versions of the service answer with their names; where they listen, this run decides.
const [v1, v2] = [await serve('v1'), await serve('v2')];
const folder = `${import.meta.dirname}/ingress`;
const reviews = (await readFile(`${folder}/reviews.yaml`, 'utf8'))
  .replace('9081', String(v1))
  .replace('9082', String(v2));

// credentialName: ext-host-cert → the folder of that name; a Secret among the rules would do as well.
const { ca, server } = await makeCertificates('ext-host.example.com', 'nobody');
const credentials = await writeFiles({});
await mkdir(`${credentials}/ext-host-cert`);
await writeFile(`${credentials}/ext-host-cert/tls.crt`, server.cert);
await writeFile(`${credentials}/ext-host-cert/tls.key`, server.key);

const mesh = await createMesh({
  config: [{ yaml: reviews }, `${folder}/gateway.yaml`, `${folder}/virtual-service.yaml`],
  workload: { type: 'router', labels: { app: 'my-gateway-controller' } },
});
const gateway = await createGateway(mesh, { address: '127.0.0.1', ports: { 443: 0 }, credentials });
const [listener] = gateway.listeners();

/** Somebody outside, who knows the host's name and the gateway's address. */
async function visit(headers: Readonly<Record<string, string>>): Promise<string> {
  const [response] = await once(
    request({
      host: '127.0.0.1',
      port: listener?.port,
      servername: 'ext-host.example.com',
      headers: { host: 'ext-host.example.com', ...headers },
      ca,
      agent: false,
    }).end(),
    'response',
  );
  return text(response);
}

console.log('jason:', await visit({ 'end-user': 'jason' }));
console.log('anybody:', await visit({}));
await gateway.close();
await mesh.close();
