import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  closeAll,
  closeLater,
  plainRules,
  RawClient,
  startEdge,
  startOrigin,
  statusesIn,
} from './support.js';

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const isInstalled = (program: string): boolean => spawnSync(program, ['-v']).error === undefined;

/** Waits until somebody listens. */
async function reachable(port: number): Promise<void> {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise(setImmediate);
    } finally {
      socket.destroy();
    }
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** A program of another house as the origin, which counts in its own log what it took for a request. */
interface Program {
  readonly name: string;
  start(folder: string): Promise<{ readonly port: number; requests(): Promise<number> }>;
}

const nginx: Program = {
  name: 'nginx',
  async start(folder) {
    const port = await freePort();
    const log = join(folder, 'access.log');
    await writeFile(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
       events {}
       http {
         log_format one '$request_method $request_uri';
         access_log ${log} one;
         client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
         uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
         server { listen 127.0.0.1:${port}; location / { return 200 "nginx"; } }
       }`,
    );
    const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
    closeLater(() => stopped(child));
    await reachable(port);
    return { port, requests: async () => (await readFile(log, 'utf8')).split('\n').length - 1 };
  },
};

/** HAProxy logs to nobody here: it passes on, and the server behind it counts. */
const haproxy: Program = {
  name: 'haproxy',
  async start(folder) {
    const port = await freePort();
    const behind = await startOrigin((request, response) => {
      request.resume().once('end', () => response.end('haproxy'));
    });
    await writeFile(
      join(folder, 'haproxy.cfg'),
      `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend f
  bind 127.0.0.1:${port}
  default_backend b
backend b
  server s 127.0.0.1:${behind.port}
`,
    );
    const child = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
    closeLater(() => stopped(child));
    await reachable(port);
    return { port, requests: async () => behind.requests.length };
  },
};

describe('origins of other houses', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inmesh-origin-'));
  });
  afterEach(async () => {
    await closeAll();
    await rm(folder, { recursive: true });
  });

  /** Pieces of requests that are read in different ways by different programs. */
  const piece = fc.constantFrom(
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 36\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n',
    'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
    '0\r\n\r\n',
    '\r\n',
    'abc',
  );

  for (const program of [nginx, haproxy]) {
    it(`${program.name} sees as many requests as the gateway logs, whatever the bytes`, async function () {
      if (!isInstalled(program.name)) this.skip();
      this.timeout(60_000);
      const origin = await program.start(folder);
      const edge = await startEdge(plainRules(origin.port));
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
          const logged = edge.log.length;
          const client = new RawClient(edge.port()).write(Buffer.from(pieces.join(''), 'latin1'));
          client.socket.end();
          const answers = statusesIn(await client.closed());
          while (edge.gateway.connections > 0) await new Promise(setImmediate);
          assert.ok(answers.length <= edge.log.length - logged, 'an answer without a line');
          // Of the whole run: an origin may write its log a moment later.
          const passed = edge.log.filter(({ upstreamHost }) => upstreamHost !== undefined).length;
          const saw = await origin.requests();
          assert.ok(saw <= passed, `${saw} requests at the origin, ${passed} passed on`);
        }),
        { numRuns: 120 },
      );
      const answered = edge.log.filter(({ responseCodeDetails }) => responseCodeDetails === 'via_upstream');
      while ((await origin.requests()) < answered.length) await new Promise(setImmediate);
    });
  }
});
