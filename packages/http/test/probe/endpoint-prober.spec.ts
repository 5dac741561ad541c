import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import https from 'node:https';
import type { ProbeRequest, Prober, ProbeTarget, TlsSettings } from '@inmesh/engine';
import { createProbe } from '../../src/probe/endpoint-prober.js';
import { createAuthority } from '../support/certificates.js';
import { realClock } from '../support/clock.js';
import {
  closeServers,
  http2Server,
  httpServer,
  listen,
  rawServer,
  type TestServer,
} from '../support/servers.js';

describe('a prober', () => {
  const probers: Prober[] = [];
  afterEach(() => {
    for (const prober of probers.splice(0)) prober.close();
    closeServers();
  });

  const proberOf = (server: TestServer, target: Partial<ProbeTarget> = {}): Prober => {
    const prober = createProbe(realClock)({
      address: '127.0.0.1',
      port: server.port,
      tls: undefined,
      protocol: 'http1',
      proxyProtocol: undefined,
      reuses: true,
      ...target,
    });
    probers.push(prober);
    return prober;
  };
  const request: ProbeRequest = {
    method: 'GET',
    authority: 'shop',
    path: '/healthz',
    headerLines: ['user-agent', 'test'],
    body: undefined,
    keptBytes: 1024,
  };
  const patience = (): AbortSignal => new AbortController().signal;

  it('asks over one connection again and again', async () => {
    const server = await httpServer((req, res) => res.end(`${req.headers.host} ${req.url}`));
    const prober = proberOf(server);
    for (let i = 0; i < 3; i++) {
      const { status, body } = await prober.request(request, patience());
      assert.equal(`${status} ${body}`, '200 shop /healthz');
    }
    assert.equal(server.connections(), 1);
  });

  it('keeps no connection where checks do not reuse it', async () => {
    const server = await httpServer((_req, res) => res.end());
    const prober = proberOf(server, { reuses: false });
    await prober.request(request, patience());
    await prober.request(request, patience());
    assert.equal(server.connections(), 2);
  });

  it('connects again after its server has closed a kept connection', async () => {
    const server = await httpServer((_req, res) => res.end());
    const prober = proberOf(server);
    await prober.request(request, patience());
    const [socket] = server.sockets;
    socket?.end();
    await once(socket ?? server.server, 'close');
    assert.equal((await prober.request(request, patience())).status, 200);
  });

  it('speaks HTTP/2, with bodies and trailers', async () => {
    const server = await http2Server(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      res.addTrailers({ 'grpc-status': '0' });
      res.end(body);
    });
    const prober = proberOf(server, { protocol: 'http2' });
    const asking = { ...request, method: 'POST', body: Buffer.from('ping') };
    const { body, trailers } = await prober.request(asking, patience());
    assert.equal(body.toString(), 'ping');
    assert.equal(trailers?.get('grpc-status'), '0');
  });

  it('keeps only so much of an answer', async () => {
    const server = await httpServer((_req, res) => res.end('x'.repeat(100_000)));
    const { body } = await proberOf(server).request({ ...request, keptBytes: 10 }, patience());
    assert.equal(body.length, 10);
  });

  it('speaks TLS, and fails where the certificate is not trusted', async () => {
    const authority = await createAuthority();
    const server = await listen(
      https.createServer(await authority.issue('shop.test'), (_req, res) => res.end()),
    );
    const tls = (ca: string): TlsSettings => ({
      sni: 'shop.test',
      alpn: [],
      ca: { inlineString: ca },
      certificate: undefined,
      subjectAltNames: [],
      verifyName: undefined,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: [],
      crl: undefined,
      missingSecret: undefined,
    });
    const { status } = await proberOf(server, { tls: tls(authority.ca) }).request(request, patience());
    assert.equal(status, 200);
    const stranger = await createAuthority();
    await assert.rejects(
      proberOf(server, { tls: tls(stranger.ca) }).request(request, patience()),
      /TLS error/,
    );
  });

  it('rejects where nobody listens', async () => {
    const server = await rawServer(() => {});
    closeServers();
    await assert.rejects(proberOf(server).request(request, patience()), /Connection refused/);
  });

  it('gives its connection up when the time is over', async () => {
    let asked = (): void => {};
    const server = await httpServer(() => asked());
    const limit = new AbortController();
    asked = () => limit.abort(new Error('too late'));
    const prober = proberOf(server);
    const closed = new Promise((resolve) =>
      server.server.on('connection', (one) => one.once('close', resolve)),
    );
    await assert.rejects(prober.request(request, limit.signal), /too late/);
    await closed;
  });

  it('is content with a connection where nothing else is asked', async () => {
    const server = await rawServer(() => {});
    const silent = { send: Buffer.alloc(0), satisfies: () => true };
    const prober = proberOf(server, { protocol: 'bytes' });
    await prober.converse(silent, patience());
    await prober.converse(silent, patience());
    assert.equal(server.connections(), 2);
  });

  it('sends bytes and waits for others, over one connection', async () => {
    const server = await rawServer((socket) => socket.on('data', (chunk) => socket.write(`<${chunk}>`)));
    const prober = proberOf(server, { protocol: 'bytes' });
    const question = { send: Buffer.from('ping'), satisfies: (got: Buffer) => got.includes('ping>') };
    await prober.converse(question, patience());
    await prober.converse(question, patience());
    assert.equal(server.connections(), 1);
  });

  it('rejects where the peer closes before the expected bytes', async () => {
    const server = await rawServer((socket) => socket.end('bye'));
    const question = { send: Buffer.from('ping'), satisfies: (got: Buffer) => got.includes('pong') };
    await assert.rejects(proberOf(server, { protocol: 'bytes' }).converse(question, patience()), /closed/);
  });

  it('closes what it has kept', async () => {
    const server = await httpServer((_req, res) => res.end());
    const prober = proberOf(server);
    await prober.request(request, patience());
    const [socket] = server.sockets;
    prober.close();
    if (socket?.destroyed === false) await once(socket, 'close');
    await assert.rejects(prober.request(request, patience()), /closed/);
  });
});
