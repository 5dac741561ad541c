import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closeAll, service, type Upstream, upstream } from '../mesh/support.js';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An application that knows nothing of a mesh, in both styles of modules. */
const application = {
  'app.mjs': `
const response = await fetch('http://reviews.test/fetch');
console.log('fetch', response.status, (await response.json()).name);
const { default: http } = await import('node:http');
http.get('http://reviews.test/http', (response) => {
  let text = '';
  response.on('data', (chunk) => { text += chunk; });
  response.on('end', () => console.log('http', response.statusCode, JSON.parse(text).name));
});
`,
  'app.cjs': `
require('node:http').get('http://reviews.test/http', (response) => {
  console.log('http', response.statusCode);
  response.resume();
});
`,
};

const source = ['--import=tsx', '--conditions=@inmesh/source'];
const registerFile = pathToFileURL(join('src', 'register.ts')).href;

async function run(
  app: keyof typeof application,
  seen: Upstream | string,
  {
    node = [`--import=${registerFile}`],
    env = {},
  }: { node?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'inmesh-register-'));
  await writeFile(join(folder, app), application[app]);
  await writeFile(
    join(folder, 'rules.yaml'),
    typeof seen === 'string' ? seen : service('reviews.test', [seen]),
  );
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...source, ...node, join(folder, app)],
      {
        env: { ...process.env, INMESH_CONFIG: join(folder, 'rules.yaml'), INMESH_NAMESPACE: 'shop', ...env },
        timeout: 20_000,
      },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('inmesh/register', function () {
  this.timeout(30_000);
  afterEach(closeAll);

  it('takes an unchanged application in by --import, says so once, and lets it end', async () => {
    const { code, stdout, stderr } = await run('app.mjs', await upstream('reviews'));
    assert.equal(stdout, 'fetch 200 reviews\nhttp 200 reviews\n');
    assert.equal(
      stderr,
      'inmesh: captured: the global fetch and undici; node:http and node:https with their global Agents\n',
    );
    assert.equal(code, 0);
  });

  it('takes in nothing where it is switched off', async () => {
    const { stdout, stderr, code } = await run('app.cjs', await upstream('reviews'), {
      env: { INMESH_DISABLED: '1' },
    });
    assert.equal(stdout, '');
    assert.match(stderr, /INMESH_DISABLED is set/);
    assert.notEqual(code, 0);
  });

  it('takes in only what is asked for, and names what it does not know', async () => {
    const { stderr } = await run('app.cjs', await upstream('reviews'), {
      env: { INMESH_CAPTURE: 'http,ftp' },
    });
    assert.match(stderr, /has no ftp: it may list fetch, http, http-agents/);
    assert.match(stderr, /captured: node:http and node:https/);
  });

  it('ends an application whose rules cannot be read, with the place of the mistake', async () => {
    const { code, stderr } = await run('app.cjs', 'apiVersion: networking.istio.io/v1\nkind: [', {});
    assert.notEqual(code, 0);
    assert.match(stderr, /rules\.yaml:2/);
  });
});
