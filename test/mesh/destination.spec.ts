import { strict as assert } from 'node:assert';
import { rm } from 'node:fs/promises';
import { type Certificates, makeCertificates } from '../../examples/support/certificates.js';
import { writeFiles } from '../../examples/support/write-files.js';
import { closeAll, get, meshOf, policy, rules, service, tally, upstream } from './support.js';

/** What a DestinationRule says of the way to a destination. */
describe('rules in force: destinations', () => {
  let certificates: Certificates;
  let folder: string;
  before(async function () {
    this.timeout(30_000);
    certificates = await makeCertificates('reviews.test', 'web.shop');
    const { ca, client } = certificates;
    folder = await writeFiles({ 'ca.pem': ca, 'client.pem': client.cert, 'client-key.pem': client.key });
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  it('choose subsets by labels, and let a subset’s policy go before the base', async () => {
    const all = await Promise.all(['v1', 'v2'].map((name) => upstream(name)));
    const more = await upstream('v2');
    const mesh = await meshOf(
      service('reviews.test', [...all, more]) +
        policy(
          'reviews.test',
          `trafficPolicy: {connectionPool: {http: {maxRequestsPerConnection: 1}}}
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}, connectionPool: {http: {maxRequestsPerConnection: 0}}}}`,
        ) +
        rules(
          'reviews.test',
          '[{match: [{uri: {exact: /v1}}], route: [{destination: {host: reviews.test, subset: v1}}]}, {route: [{destination: {host: reviews.test, subset: v2}}]}]',
        ),
    );
    assert.deepEqual(await tally(mesh, 'http://reviews.test/v1', 3), { v1: 3 });
    assert.equal(all[0]?.connections(), 3, 'the base policy: one request a connection');
    assert.deepEqual(await tally(mesh, 'http://reviews.test/v2', 4), { v2: 4 });
    assert.deepEqual([all[1]?.requests.length, more.requests.length], [2, 2], 'the subset’s own: in turns');
    assert.equal(more.connections(), 1, 'the subset’s own: connections are kept');
  });

  it('speak HTTP/2 where the rule says so', async () => {
    const modern = await upstream('modern', { h2: true });
    const mesh = await meshOf(
      service('reviews.test', [modern]) +
        policy('reviews.test', 'trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: UPGRADE}}}'),
    );
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(mesh, 'http://reviews.test/')));
    assert.deepEqual(new Set(answers.map(({ httpVersion }) => httpVersion)), new Set(['2.0']));
    assert.equal(modern.connections(), 1);
  });

  it('speak clear text with mode DISABLE', async () => {
    const plain = await upstream('plain');
    const mesh = await meshOf(
      service('reviews.test', [plain]) + policy('reviews.test', 'trafficPolicy: {tls: {mode: DISABLE}}'),
    );
    assert.equal((await get(mesh, 'http://reviews.test/')).sni, undefined);
  });

  it('verify the server with mode SIMPLE, by the authority that the rule names', async () => {
    const secure = await upstream('secure', { tls: certificates.server });
    const simple = (extra: string): string =>
      service('reviews.test', [secure]) +
      policy(
        'reviews.test',
        `trafficPolicy: {tls: {mode: SIMPLE, caCertificates: ${folder}/ca.pem${extra}}}`,
      );
    const { name, sni } = await get(await meshOf(simple('')), 'http://reviews.test/');
    assert.deepEqual([name, sni], ['secure', 'reviews.test']);

    const stranger = await meshOf(simple(', subjectAltNames: [somebody.else]'));
    const { status, response } = await get(stranger, 'http://reviews.test/');
    assert.equal(status, 503);
    assert.match(response.headers.get('x-inmesh-flags') ?? '', /UF/);
    assert.equal(secure.requests.length, 1);
  });

  it('show a certificate with mode MUTUAL', async () => {
    const tls = { ...certificates.server, ca: certificates.ca, requestCert: true, rejectUnauthorized: true };
    const secure = await upstream('secure', { tls });
    const mutual = `{mode: MUTUAL, caCertificates: ${folder}/ca.pem, clientCertificate: ${folder}/client.pem, privateKey: ${folder}/client-key.pem}`;
    const mesh = await meshOf(
      service('reviews.test', [secure]) + policy('reviews.test', `trafficPolicy: {tls: ${mutual}}`),
    );
    assert.equal((await get(mesh, 'http://reviews.test/')).client, 'web.shop');
  });

  describe('on HTTPS ports', () => {
    const secureService = (port: number) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews.test]
  resolution: STATIC
  location: MESH_EXTERNAL
  ports: [{number: 443, name: https, protocol: HTTPS}]
  endpoints: [{address: 127.0.0.1, ports: {https: ${port}}}]
---`;

    it('hosts that no rule names pass through by their server name, encrypted end to end', async () => {
      const secure = await upstream('secure', { tls: certificates.server });
      const mesh = await meshOf(secureService(secure.port), { tls: { ca: certificates.ca } });
      const { name, sni, headers } = await get(mesh, 'https://reviews.test/');
      assert.deepEqual([name, sni], ['secure', 'reviews.test']);
      assert.equal(headers['x-envoy-attempt-count'], undefined, 'nobody looked inside');
    });

    it('a server that the user does not trust gets nothing', async () => {
      const secure = await upstream('secure', { tls: certificates.server });
      const mesh = await meshOf(secureService(secure.port));
      await assert.rejects(mesh.fetch('https://reviews.test/'), { message: 'fetch failed' });
      assert.equal(secure.requests.length, 0);
    });

    it('http rules apply to https: calls', async () => {
      let tries = 0;
      const secure = await upstream('secure', {
        tls: certificates.server,
        behave(_req, res) {
          if (++tries > 1) return false;
          res.writeHead(503).end();
          return true;
        },
      });
      const mesh = await meshOf(
        secureService(secure.port) +
          rules(
            'reviews.test',
            '[{retries: {attempts: 1, retryOn: 5xx}, headers: {request: {set: {x-rule: applied}}}, route: [{destination: {host: reviews.test, port: {number: 443}}}]}]',
          ),
        { tls: { ca: certificates.ca } },
      );
      const { status, headers, sni } = await get(mesh, 'https://reviews.test/');
      assert.deepEqual([status, headers['x-rule'], sni], [200, 'applied', 'reviews.test']);
    });

    it('tls blocks apply to https: calls', async () => {
      const secure = await upstream('secure', { tls: certificates.server });
      const mesh = await meshOf(
        `${secureService(secure.port)}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: front, namespace: shop}
spec:
  hosts: [reviews.test]
  tls:
  - match: [{port: 443, sniHosts: [reviews.test]}]
    route: [{destination: {host: reviews.test, port: {number: 443}}}]
`,
        { tls: { ca: certificates.ca } },
      );
      assert.equal((await get(mesh, 'https://reviews.test/')).name, 'secure');
    });
  });
});
