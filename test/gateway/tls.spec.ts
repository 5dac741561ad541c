import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import tls, { type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import {
  closeAll,
  closeLater,
  type Edge,
  gatewayRule,
  routeRule,
  serviceRule,
  startEdge,
  startOrigin,
} from './support.js';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

describe('TLS at a gateway', () => {
  let ca: string;
  let issue: (name: string) => Promise<Identity>;
  before(async () => {
    const authority = await generate([{ name: 'commonName', value: 'test authority' }], {
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    });
    ca = authority.cert;
    issue = async (name) => {
      const made = await generate([{ name: 'commonName', value: name }], {
        algorithm: 'sha256',
        ca: { key: authority.private, cert: authority.cert },
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
      });
      return { cert: made.cert, key: made.private };
    };
  });
  afterEach(closeAll);

  const secret = (name: string, { cert, key }: Identity, authority?: string): string => {
    const data = { 'tls.crt': cert, 'tls.key': key, ...(authority !== undefined && { 'ca.crt': authority }) };
    const lines = Object.entries(data).map(
      ([file, pem]) => `  ${file}: ${Buffer.from(pem).toString('base64')}`,
    );
    return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: default}
type: kubernetes.io/tls
data:
${lines.join('\n')}
---`;
  };
  const server = (hosts: string, credentialName: string, more = ''): string =>
    gatewayRule([
      {
        port: 443,
        protocol: 'HTTPS',
        hosts,
        tls: `{mode: SIMPLE, credentialName: ${credentialName}${more}}`,
      },
    ]);

  /** A handshake, and the names in the certificate that came; rejects when there was none. */
  const connect = async (
    edge: Edge,
    servername: string,
    options: tls.ConnectionOptions = {},
  ): Promise<TLSSocket> => {
    const socket = tls.connect({
      host: '127.0.0.1',
      port: edge.port(443),
      servername,
      ca,
      rejectUnauthorized: false,
      ...options,
    });
    closeLater(() => void socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
      socket.once('close', () => reject(new Error('closed in the handshake')));
    });
    return socket.on('error', () => {});
  };
  const nameOf = (socket: TLSSocket): string => socket.getPeerCertificate().subjectaltname ?? '';
  /** What a request over this connection gets: the answer to its end, or that there is none. */
  const ask = async (socket: TLSSocket, host = 'shop.test'): Promise<string> => {
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    return text(socket).catch(() => '');
  };

  it('chooses the certificate by server name: exact before wildcard, and no server for no name', async () => {
    const origin = await startOrigin();
    const rules =
      gatewayRule([
        { port: 443, protocol: 'HTTPS', hosts: 'a.shop.test', tls: '{mode: SIMPLE, credentialName: exact}' },
        { port: 443, protocol: 'HTTPS', hosts: '"*.shop.test"', tls: '{mode: SIMPLE, credentialName: wild}' },
      ]) +
      secret('exact', await issue('a.shop.test')) +
      secret('wild', await issue('*.shop.test')) +
      serviceRule('shop', origin.port) +
      routeRule('shop', { host: '"*.shop.test"' });
    const edge = await startEdge(rules);
    assert.equal(nameOf(await connect(edge, 'a.shop.test')), 'DNS:a.shop.test');
    assert.equal(nameOf(await connect(edge, 'b.shop.test')), 'DNS:*.shop.test');
    assert.match(await ask(await connect(edge, 'b.shop.test'), 'b.shop.test'), /^HTTP\/1\.1 200/);
    await assert.rejects(connect(edge, 'elsewhere.test'));
    assert.deepEqual(edge.log.at(-1)?.responseFlags, ['NR']);
    assert.equal(edge.log.at(-1)?.responseCodeDetails, 'filter_chain_not_found');
  });

  it('speaks HTTP/2 where the client offers it, trailers included', async () => {
    const origin = await startOrigin((_request, response) => {
      response.writeHead(200, { trailer: 'x-sum' });
      response.addTrailers({ 'x-sum': '42' });
      response.end('shop');
    });
    const edge = await startEdge(
      server('shop.test', 'shop') +
        secret('shop', await issue('shop.test')) +
        serviceRule('shop', origin.port) +
        routeRule('shop'),
    );
    const session = http2.connect('https://shop.test', {
      createConnection: () =>
        tls.connect({
          host: '127.0.0.1',
          port: edge.port(443),
          servername: 'shop.test',
          ca,
          ALPNProtocols: ['h2'],
        }),
    });
    closeLater(() => session.destroy());
    const stream = session.request({ ':path': '/' });
    const trailers = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
      stream.once('trailers', resolve);
    });
    assert.equal(await text(stream), 'shop');
    assert.equal((await trailers)['x-sum'], '42');
    assert.equal(origin.requests[0]?.headers['x-forwarded-proto'], 'https');
  });

  it('goes on without a protocol where the two have none in common', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(
      server('shop.test', 'shop') +
        secret('shop', await issue('shop.test')) +
        serviceRule('shop', origin.port) +
        routeRule('shop'),
    );
    const socket = await connect(edge, 'shop.test', { ALPNProtocols: ['http/0.9'] });
    assert.equal(socket.alpnProtocol, false);
    assert.match(await ask(socket), /^HTTP\/1\.1 200/);
  });

  it('takes another certificate when the Secret is another, and leaves standing connections alone', async () => {
    const origin = await startOrigin();
    const rules = (identity: Identity): string =>
      server('shop.test', 'shop') +
      secret('shop', identity) +
      serviceRule('shop', origin.port) +
      routeRule('shop');
    const [first, second] = [await issue('shop.test'), await issue('shop.test')];
    const edge = await startEdge(rules(first));
    const standing = await connect(edge, 'shop.test');
    const before = standing.getPeerCertificate().fingerprint256;
    await edge.update(rules(second));
    const after = (await connect(edge, 'shop.test')).getPeerCertificate().fingerprint256;
    assert.notEqual(after, before);
    assert.match(await ask(standing), /^HTTP\/1\.1 200/);
  });

  it('keeps the old certificate while a new one does not fit its key, and takes it once it does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inmesh-gateway-'));
    await mkdir(join(folder, 'shop'));
    const write = async (file: string, pem: string): Promise<void> => {
      await writeFile(join(folder, 'shop', `${file}.new`), pem);
      await rename(join(folder, 'shop', `${file}.new`), join(folder, 'shop', file));
    };
    const [first, second] = [await issue('shop.test'), await issue('shop.test')];
    await write('tls.crt', first.cert);
    await write('tls.key', first.key);
    const edge = await startEdge(server('shop.test', 'shop'), { credentials: folder });
    const fingerprint = async (): Promise<string> =>
      (await connect(edge, 'shop.test')).getPeerCertificate().fingerprint256;
    const before = await fingerprint();
    await write('tls.key', second.key);
    assert.equal(await fingerprint(), before);
    assert.match(String(edge.gateway.findings()[0]?.message), /the server cannot end TLS/);
    await write('tls.crt', second.cert);
    assert.notEqual(await fingerprint(), before);
    assert.deepEqual(edge.gateway.findings(), []);
  });

  it('says where a certificate is missing, and serves everything else', async () => {
    const origin = await startOrigin();
    const rules = `${gatewayRule([
      { port: 80 },
      { port: 443, protocol: 'HTTPS', hosts: 'a.test', tls: '{mode: SIMPLE, credentialName: nowhere}' },
      { port: 443, protocol: 'HTTPS', hosts: 'b.test', tls: '{mode: SIMPLE, credentialName: here}' },
    ])}${secret('here', await issue('b.test'))}${serviceRule('shop', origin.port)}${routeRule('shop')}`;
    const edge = await startEdge(rules);
    const [finding, ...others] = edge.gateway.findings();
    assert.match(String(finding?.reason), /there is no credential "nowhere"/);
    const line = rules.split('\n')[(finding?.position.line ?? 0) - 1] ?? '';
    assert.equal(line.slice((finding?.position.column ?? 0) - 1).split(/[,}]/)[0], 'nowhere');
    assert.deepEqual(others, []);
    await assert.rejects(connect(edge, 'a.test'));
    assert.equal(nameOf(await connect(edge, 'b.test')), 'DNS:b.test');
  });

  it('asks for a certificate of the client where it is mutual, and tells the upstream whose it was', async () => {
    const origin = await startOrigin();
    const stranger = await generate([{ name: 'commonName', value: 'stranger' }], { algorithm: 'sha256' });
    const rules = (mode: string, more = ''): string =>
      gatewayRule([
        {
          port: 443,
          protocol: 'HTTPS',
          hosts: 'shop.test',
          tls: `{mode: ${mode}, credentialName: shop${more}}`,
        },
      ]) + shared;
    const shared =
      secret('shop', await issue('shop.test'), ca) + serviceRule('shop', origin.port) + routeRule('shop');
    const client = await issue('client.test');
    const edge = await startEdge(rules('MUTUAL'));
    assert.match(await ask(await connect(edge, 'shop.test', client)), /^HTTP\/1\.1 200/);
    const told = String(origin.requests[0]?.headers['x-forwarded-client-cert']);
    assert.match(
      told,
      /^Hash=[0-9a-f]{64};Cert="-----BEGIN.*Subject="CN=client\.test";URI=;DNS=client\.test$/,
    );
    const answered = async (options: tls.ConnectionOptions): Promise<string> =>
      connect(edge, 'shop.test', options).then(
        (socket) => ask(socket),
        () => '',
      );
    const bad = { cert: stranger.cert, key: stranger.private };
    assert.equal(await answered({}), '', 'no certificate');
    assert.equal(await answered(bad), '', 'one that nobody vouches for');

    await edge.update(rules('OPTIONAL_MUTUAL'));
    assert.match(await answered({}), /^HTTP\/1\.1 200/, 'none is needed');
    assert.equal(await answered(bad), '', 'but a bad one is no use');
    assert.match(await answered(client), /^HTTP\/1\.1 200/);

    await edge.update(rules('MUTUAL', ', subjectAltNames: [other.test]'));
    assert.equal(await answered(client), '', 'the name is not the one that the rule wants');
  });

  it('holds to versions and cipher suites', async () => {
    const identity = secret('shop', await issue('shop.test'));
    const edge = await startEdge(server('shop.test', 'shop', ', minProtocolVersion: TLSV1_3') + identity);
    await assert.rejects(connect(edge, 'shop.test', { maxVersion: 'TLSv1.2' }));
    assert.equal((await connect(edge, 'shop.test')).getProtocol(), 'TLSv1.3');
    await edge.update(
      server(
        'shop.test',
        'shop',
        ', maxProtocolVersion: TLSV1_2, cipherSuites: [ECDHE-RSA-AES256-GCM-SHA384]',
      ) + identity,
    );
    const socket = await connect(edge, 'shop.test');
    assert.equal(socket.getProtocol(), 'TLSv1.2');
    assert.equal(socket.getCipher().name, 'ECDHE-RSA-AES256-GCM-SHA384');
  });
});
