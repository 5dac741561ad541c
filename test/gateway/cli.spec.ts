import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { run } from '../../src/cli/run.js';
import { closeAll, startOrigin } from './support.js';

describe('inmesh gateway', function () {
  // The whole command, keys and files included, on whatever machine.
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inmesh-cli-'));
  });
  afterEach(async () => {
    await closeAll();
    await rm(folder, { recursive: true });
  });

  /** The command at work: what it says, and how it is told to end. */
  const start = (argv: readonly string[]) => {
    const lines: string[] = [];
    let changed = (): void => {};
    const leave = new AbortController();
    const say = (line: string): void => {
      lines.push(line);
      changed();
    };
    const ended = run(['gateway', ...argv], {
      stdout: say,
      stderr: say,
      colors: false,
      signal: leave.signal,
    });
    return {
      lines,
      ended,
      leave: () => leave.abort(),
      async said(pattern: RegExp): Promise<string> {
        for (;;) {
          const line = lines.find((one) => pattern.test(one));
          if (line !== undefined) return line;
          await new Promise<void>((resolve) => {
            changed = resolve;
          });
        }
      },
    };
  };

  /** Rules of the example, which a user starts from, on ports that are free. */
  const writeExample = async (): Promise<string> => {
    const ports = await Promise.all(
      ['v1', 'v2'].map(async (name) => (await startOrigin((_request, answer) => answer.end(name))).port),
    );
    await mkdir(join(folder, 'rules'));
    for (const file of ['gateway.yaml', 'virtual-service.yaml', 'reviews.yaml']) {
      const yaml = await readFile(join('examples/ingress', file), 'utf8');
      await writeFile(
        join(folder, 'rules', file),
        yaml.replace('9081', String(ports[0])).replace('9082', String(ports[1])),
      );
    }
    return join(folder, 'rules');
  };
  const freePort = async (): Promise<number> => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    return port;
  };
  const visit = async (port: number, headers: Record<string, string>): Promise<string> => {
    const [response] = await once(
      https
        .request({
          host: '127.0.0.1',
          port,
          servername: 'ext-host.example.com',
          rejectUnauthorized: false,
          headers: { host: 'ext-host.example.com', ...headers },
          agent: false,
        })
        .end(),
      'response',
    );
    return text(response);
  };

  it('serves the documents that a user starts from as they are, and ends when it is told to', async () => {
    const rules = await writeExample();
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'ext-host.example.com' }]);
    await mkdir(join(folder, 'certs/ext-host-cert'), { recursive: true });
    await writeFile(join(folder, 'certs/ext-host-cert/tls.crt'), cert);
    await writeFile(join(folder, 'certs/ext-host-cert/tls.key'), key);
    const port = await freePort();
    const gateway = start([
      ...['-f', rules, '--port', `443=${port}`, '--address', '127.0.0.1'],
      ...['--credentials', join(folder, 'certs'), '--labels', 'app=my-gateway-controller'],
    ]);
    assert.match(
      await gateway.said(/ext-host-gwy/),
      new RegExp(`^127.0.0.1:${port} +443 +HTTPS SIMPLE +ext-host.example.com +default/ext-host-gwy$`),
    );
    assert.equal(await visit(port, { 'end-user': 'jason' }), 'v2');
    assert.equal(await visit(port, {}), 'v1');
    gateway.leave();
    assert.equal(await gateway.ended, 0);
    await assert.rejects(visit(port, {}), { code: 'ECONNREFUSED' });
  });

  it('says where a certificate is missing, with the line of the rule', async () => {
    const rules = await writeExample();
    const gateway = start(['-f', rules, '--port', `443=${await freePort()}`, '--address', '127.0.0.1']);
    assert.match(
      await gateway.said(/credential/),
      /gateway\.yaml:17:23: spec\.servers\[0\]\.tls\.credentialName: .*there is no credential "ext-host-cert"/,
    );
    await gateway.said(/as app=my-gateway-controller/);
    gateway.leave();
    assert.equal(await gateway.ended, 0);
  });

  it('ends at once where it could serve nothing, and says what would', async () => {
    const rules = await writeExample();
    const gateway = start(['-f', rules, '--labels', 'app=other']);
    assert.equal(await gateway.ended, 1);
    assert.match(
      gateway.lines.join('\n'),
      /no Gateway selects app=other.*--labels app=my-gateway-controller/s,
    );
  });

  it('refuses ports that are none', async () => {
    assert.equal(await start(['-f', 'x', '--port', '443']).ended, 2);
  });
});
