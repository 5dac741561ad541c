import { strict as assert } from 'node:assert';
import type net from 'node:net';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { TlsSettings } from '@inmesh/engine';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { type ProxyHeaderAddresses, proxyHeader } from '../../src/pool/proxy-header.js';
import { ask } from '../support/caller.js';
import { createAuthority } from '../support/certificates.js';
import { realClock } from '../support/clock.js';
import { endpoint, type SendScript, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, rawServer } from '../support/servers.js';

const v4: ProxyHeaderAddresses = {
  localAddress: '10.0.0.1',
  localPort: 40_000,
  remoteAddress: '10.0.0.2',
  remotePort: 80,
};
const v6: ProxyHeaderAddresses = { ...v4, localAddress: 'fd00::1', remoteAddress: '::ffff:10.0.0.2' };

describe('the PROXY header', () => {
  it('is a line in version 1', () => {
    assert.equal(proxyHeader('v1', v4).toString(), 'PROXY TCP4 10.0.0.1 10.0.0.2 40000 80\r\n');
    assert.equal(proxyHeader('v1', v6).toString(), 'PROXY TCP6 fd00::1 ::ffff:10.0.0.2 40000 80\r\n');
  });

  it('is binary in version 2', () => {
    const signature = '0d0a0d0a000d0a515549540a';
    assert.equal(proxyHeader('v2', v4).toString('hex'), `${signature}2111000c0a0000010a0000029c400050`);
    assert.equal(
      proxyHeader('v2', v6).toString('hex'),
      `${signature}21210024fd00000000000000000000000000000100000000000000000000ffff0a0000029c400050`,
    );
  });
});

describe('a connection with a PROXY header', () => {
  let mesh: MeshDispatcher;
  afterEach(async () => {
    await mesh.destroy();
    closeServers();
  });

  const meshTo = (send: SendScript): void => {
    mesh = new MeshDispatcher({ engine: scriptedEngine([{ send }, { reply: {} }]).engine, clock: realClock });
  };
  const answer = (socket: net.Socket, text: string): void => {
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
  };
  const unverified: TlsSettings = {
    sni: 'reviews.shop',
    alpn: [],
    ca: 'none',
    certificate: undefined,
    subjectAltNames: [],
    verifyName: undefined,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: [],
    crl: undefined,
    missingSecret: undefined,
  };
  const upstream = { proxyProtocol: 'v1' } as const;

  it('begins with it, and with the request after that', async () => {
    const server = await rawServer((socket) => {
      socket.once('data', (chunk) => answer(socket, String(chunk).slice(0, 16)));
    });
    meshTo({ to: endpoint(server.port), upstream });
    assert.equal((await ask(mesh)).text, 'PROXY TCP4 127.0');
  });

  it('sends it before the handshake, in clear text', async () => {
    const authority = await createAuthority();
    const identity = await authority.issue('reviews.shop');
    const lines: string[] = [];
    const secure = tls.createServer({ ...identity }, (socket) => answer(socket, 'over TLS'));
    const server = await rawServer((socket: Socket) => {
      socket.once('readable', () => {
        for (let line = ''; ; ) {
          line += String(socket.read(1));
          if (!line.endsWith('\n')) continue;
          lines.push(line);
          break;
        }
        secure.emit('connection', socket);
      });
    });
    meshTo({
      to: endpoint(server.port),
      upstream,
      tls: { ...unverified, ca: { inlineString: authority.ca }, verifyName: 'reviews.shop' },
    });
    assert.equal((await ask(mesh)).text, 'over TLS');
    assert.match(lines[0] ?? '', /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+\r\n$/);
  });

  for (const tls of [undefined, unverified]) {
    it(`fails as any other when nobody listens, ${tls === undefined ? 'in clear text' : 'over TLS'}`, async () => {
      const { port } = await rawServer(() => {});
      closeServers();
      const send = { to: endpoint(port), upstream, ...(tls && { tls }) };
      const { engine, calls } = scriptedEngine([{ send }, { reply: {} }]);
      mesh = new MeshDispatcher({ engine, clock: realClock });
      await ask(mesh);
      assert.match(JSON.stringify(calls[0]?.reports), /remoteConnectionFailure.*Connection refused/);
    });
  }
});
