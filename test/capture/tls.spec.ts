import { strict as assert } from 'node:assert';
import https from 'node:https';
import { createMesh } from 'inmesh';
import { makeCertificates } from '../../examples/support/certificates.js';
import { closeAll, meshOf, rules, service, upstream } from '../mesh/support.js';
import { nodeClient } from './clients.js';
import { stubLookup } from './stub-lookup.js';

const host = 'secure.test';
const url = `https://${host}/`;

describe('https clients of a captured process', () => {
  let lookup: ReturnType<typeof stubLookup>;
  beforeEach(() => {
    lookup = stubLookup();
  });
  afterEach(async () => {
    lookup.restore();
    await closeAll();
  });

  it('go by the http rules that name their host, with the TLS of the mesh', async () => {
    const { ca, server } = await makeCertificates(host, 'client.test');
    const seen = await upstream('secure', { tls: server });
    const mesh = await meshOf(
      `${service(host, [seen], { protocol: 'HTTPS', port: 443 })}${rules(
        host,
        `[{headers: {request: {set: {x-rule: read}}}, route: [{destination: {host: ${host}}}]}]`,
      )}`,
      { tls: { ca } },
    );
    mesh.install();
    const { status, body } = await nodeClient()(url);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).headers['x-rule'], 'read');
  });

  it('keep their own certificates and checks where the rules route bytes', async () => {
    const { ca, server, client } = await makeCertificates(host, 'client.test');
    const seen = await upstream('secure', {
      tls: { ...server, ca, requestCert: true, rejectUnauthorized: true },
    });
    const mesh = await meshOf(service(host, [seen], { protocol: 'TLS', port: 443 }));
    mesh.install({ kinds: ['http-agents'] });
    const agent = new https.Agent({ ca, ...client });
    const { body } = await nodeClient(agent)(url);
    assert.deepEqual([JSON.parse(body).client, JSON.parse(body).sni], ['client.test', host]);
    await assert.rejects(nodeClient(new https.Agent())(url), /certificate/);
    agent.destroy();
  });

  it('go as before where rules want to read what only they can encrypt, and that is said once', async () => {
    const { ca, server } = await makeCertificates(host, 'client.test');
    const seen = await upstream('secure', { tls: server });
    const mesh = await meshOf(
      `${service(host, [seen], { protocol: 'HTTPS', port: 443 })}${rules(host, `[{route: [{destination: {host: ${host}}}]}]`)}`,
    );
    const missed: string[] = [];
    mesh.install({ kinds: ['http-agents'], missed: (what) => missed.push(what) });
    const agent = new https.Agent({ ca });
    for (let i = 0; i < 2; i++) await assert.rejects(nodeClient(agent)(url), { code: 'ENOTFOUND' });
    assert.deepEqual(missed, [`https calls to ${host}: they bring TLS settings of their own`]);
  });

  it('captures nothing by itself', async () => {
    const before = Object.getOwnPropertyNames(https.globalAgent);
    const mesh = await createMesh({ config: { yaml: '' } });
    assert.deepEqual(Object.getOwnPropertyNames(https.globalAgent), before);
    await mesh.close();
  });
});
