import { strict as assert } from 'node:assert';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { TlsSettings } from '@inmesh/engine';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { ask } from '../support/caller.js';
import { type Authority, createAuthority, type Identity } from '../support/certificates.js';
import { realClock } from '../support/clock.js';
import { endpoint, type ScriptedCall, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, listen, rawServer, type TestServer } from '../support/servers.js';

describe('TLS towards upstreams', () => {
  let authority: Authority;
  let folder: string;
  let mesh: MeshDispatcher;
  before(async () => {
    authority = await createAuthority();
    folder = await mkdtemp(join(tmpdir(), 'inmesh-tls-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await mesh?.destroy();
    closeServers();
  });

  const settings = (some: Partial<TlsSettings>): TlsSettings => ({
    sni: 'reviews.shop',
    alpn: [],
    ca: { inlineString: authority.ca },
    certificate: undefined,
    subjectAltNames: [],
    verifyName: 'reviews.shop',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: [],
    crl: undefined,
    missingSecret: undefined,
    ...some,
  });

  /** Says whom it saw: the server name, and the client's certificate. */
  const tlsServer = async (identity: Identity, options: https.ServerOptions = {}): Promise<TestServer> =>
    listen(
      https.createServer({ ...identity, ...options }, (req, res) => {
        const socket = req.socket as TLSSocket & { servername?: string };
        res.end(
          `${socket.servername || '-'} ${socket.getPeerCertificate().subject?.CN ?? '-'} ${socket.getProtocol()}`,
        );
      }),
    );

  const meshTo = (server: TestServer, tls: TlsSettings): ScriptedCall[] => {
    const { engine, calls } = scriptedEngine([{ send: { to: endpoint(server.port), tls } }, { reply: {} }]);
    mesh = new MeshDispatcher({ engine, clock: realClock });
    return calls;
  };

  it('sends the server name of the settings, and verifies the one that they demand', async () => {
    const server = await tlsServer(await authority.issue('*.shop'));
    meshTo(server, settings({}));
    assert.match((await ask(mesh)).text, /^reviews\.shop - TLSv1\.3$/);
  });

  it('sends no server name where the settings have none', async () => {
    const server = await tlsServer(await authority.issue('reviews.shop'));
    meshTo(server, settings({ sni: undefined }));
    assert.match((await ask(mesh)).text, /^- /);
  });

  it('keeps to the versions of the settings', async () => {
    const server = await tlsServer(await authority.issue('reviews.shop'));
    meshTo(server, settings({ maxVersion: 'TLSv1.2' }));
    assert.match((await ask(mesh)).text, / TLSv1\.2$/);
  });

  it('shows the client certificate', async () => {
    const server = await tlsServer(await authority.issue('reviews.shop'), {
      ca: authority.ca,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const client = await authority.issue('web.shop');
    meshTo(
      server,
      settings({ certificate: { chain: { inlineString: client.cert }, key: { inlineString: client.key } } }),
    );
    assert.match((await ask(mesh)).text, / web\.shop /);
  });

  it('does not verify at all where the settings name no authority', async () => {
    const stranger = await createAuthority();
    meshTo(await tlsServer(await stranger.issue('anybody')), settings({ ca: 'none' }));
    assert.equal((await ask(mesh)).status, 200);
  });

  const refusals: [what: string, names: string[], some: Partial<TlsSettings>, cause: RegExp][] = [
    ['another name', ['details.shop'], {}, /verify SAN list/],
    [
      'an identity that the rule does not accept',
      ['reviews.shop'],
      {
        subjectAltNames: [{ type: 'any', kind: 'exact', value: 'spiffe://cluster.local/ns/app/sa/reviews' }],
      },
      /SAN matcher/,
    ],
    ['an authority that only the user knows', ['reviews.shop'], { ca: 'system' }, /unable to/],
    [
      'a secret that nobody supplies',
      ['reviews.shop'],
      { missingSecret: 'default' },
      /Secret is not supplied/,
    ],
    ['a file that is not there', ['reviews.shop'], { ca: { filename: '/nowhere/ca.pem' } }, /ENOENT/],
  ];
  for (const [what, names, some, cause] of refusals) {
    it(`fails the connection, sending nothing, for ${what}`, async () => {
      const server = await tlsServer(await authority.issue(...names));
      const calls = meshTo(server, settings(some));
      await ask(mesh);
      const [report] = calls[0]!.reports;
      assert.ok(report && 'failed' in report);
      assert.deepEqual([report.failed, report.sent], ['remoteConnectionFailure', 'nothing']);
      assert.match(report.cause ?? '', cause);
    });
  }

  it('never falls back to clear text', async () => {
    const heard: Buffer[] = [];
    const plain = await rawServer((socket) => {
      socket.on('data', (chunk) => heard.push(chunk));
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    });
    const calls = meshTo(plain, settings({}));
    await ask(mesh);
    assert.ok('failed' in calls[0]!.reports[0]!);
    assert.doesNotMatch(Buffer.concat(heard).toString('latin1'), /HTTP|GET/);
  });

  it('encrypts an https: call whose rule says nothing of TLS, under the caller’s own name', async () => {
    const server = await tlsServer(await authority.issue('reviews'));
    const { engine } = scriptedEngine([{ send: { to: endpoint(server.port) } }]);
    mesh = new MeshDispatcher({ engine, clock: realClock, tls: { ca: authority.ca } });
    const { body } = await mesh.request({ origin: 'https://reviews', path: '/', method: 'GET' });
    assert.match(await body.text(), /^reviews - /);
  });

  it('lets the application judge the name of a server that its https: call reaches', async () => {
    const server = await tlsServer(await authority.issue('somebody.else'));
    const { engine } = scriptedEngine([{ send: { to: endpoint(server.port) } }]);
    const asked: string[] = [];
    const checkServerIdentity = (serverName: string, { subjectaltname }: PeerCertificate): undefined => {
      asked.push(`${serverName} ${subjectaltname}`);
    };
    mesh = new MeshDispatcher({ engine, clock: realClock, tls: { ca: authority.ca, checkServerIdentity } });
    const { statusCode } = await mesh.request({ origin: 'https://reviews', path: '/', method: 'GET' });
    assert.equal(statusCode, 200);
    assert.deepEqual(asked, ['reviews DNS:somebody.else']);
  });

  it('uses a rotated certificate for new connections, and the old one while the new files do not fit', async () => {
    const [chain, key] = [join(folder, 'client.pem'), join(folder, 'client-key.pem')];
    const replace = async (file: string, text: string): Promise<void> => {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    };
    const [first, second] = [await authority.issue('first.shop'), await authority.issue('second.shop')];
    await replace(chain, first.cert);
    await replace(key, first.key);
    const server = await tlsServer(await authority.issue('reviews.shop'), {
      ca: authority.ca,
      requestCert: true,
    });
    const tls = settings({ certificate: { chain: { filename: chain }, key: { filename: key } } });
    const seen: string[] = [];
    const { engine } = scriptedEngine([
      { send: { to: endpoint(server.port), tls, upstream: { maxRequestsPerConnection: 1 } } },
    ]);
    mesh = new MeshDispatcher({ engine, clock: realClock });
    const askAgain = async (): Promise<void> => void seen.push((await ask(mesh)).text.split(' ')[1] ?? '');
    await askAgain();
    await replace(chain, second.cert);
    await askAgain();
    await replace(key, second.key);
    await askAgain();
    assert.deepEqual(seen, ['first.shop', 'first.shop', 'second.shop']);
  });
});
