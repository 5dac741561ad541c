import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ConfigSource, createMesh, memorySource, meshFetch } from 'inmesh';
import sinon from 'sinon';
import { closeAll, get, meshOf, rules, service, upstream } from './support.js';

const run = promisify(execFile);

/** Runs a program in a process of its own, as a user would, and answers what it printed. */
async function program(text: string, { env = {}, commonJs = false } = {}): Promise<string> {
  const args = [
    '--import=tsx',
    '--conditions=@inmesh/source',
    `--input-type=${commonJs ? 'commonjs' : 'module'}`,
    '-e',
    text,
  ];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env }, timeout: 30_000 });
  return stdout.trim();
}

/** The beginning and the end of a mesh, and what it leaves behind: nothing. */
describe('a mesh', function () {
  this.timeout(40_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inmesh-lifecycle-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  it('goes on with calls and changes when a listener of the application throws, and warns once', async () => {
    const warn = sinon.stub(process, 'emitWarning');
    try {
      const one = await upstream('one');
      const source = memorySource();
      const throws = (): never => assert.fail('a bug of the application');
      const mesh = await createMesh({ config: source, accessLog: throws });
      let [heard, changes] = [0, 0];
      mesh.events.on('applied', () => {
        heard++;
        throws();
      });
      const change = async (yaml: string): Promise<void> => {
        source.apply(yaml);
        while (heard === changes) await new Promise(setImmediate);
        changes = heard;
      };
      await change(service('orders.test', [one]));
      for (let i = 0; i < 3; i++) assert.equal((await get(mesh, 'http://orders.test/')).name, 'one');
      await change(rules('orders.test', '[{directResponse: {status: 418}}]'));
      assert.equal((await get(mesh, 'http://orders.test/')).status, 418);
      await mesh.close();
      const warnings = warn.getCalls().map(({ args }) => String(args[0]));
      assert.deepEqual(warnings.sort(), ['a listener of applied threw', 'accessLog threw']);
    } finally {
      warn.restore();
    }
  });

  it('changes nothing in the process by being imported', async () => {
    const printed = await program(`
      await fetch('data:,');
      const slot = () => globalThis[Symbol.for('undici.globalDispatcher.1')];
      const before = slot();
      const globals = Object.getOwnPropertyNames(globalThis).length;
      const { default: http } = await import('node:http');
      await import('inmesh');
      const server = http.createServer((req, res) => res.end(req.headers['content-length'])).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const init = { method: 'POST', body: 'hello', headers: { 'content-length': '5' } };
      const response = await fetch('http://127.0.0.1:' + server.address().port, init);
      console.log(before === slot(), globals === Object.getOwnPropertyNames(globalThis).length, await response.text());
      server.close();
      server.closeAllConnections();
    `);
    assert.equal(printed, 'true true 5');
  });

  it('keeps the built-in fetch’s own agent when it is imported first of all', async () => {
    const printed = await program(`
      await import('inmesh');
      const agent = globalThis[Symbol.for('undici.globalDispatcher.1')];
      const { Agent } = await import('undici');
      console.log(agent instanceof Agent);
    `);
    assert.equal(printed, 'false');
  });

  it('lets the process end by itself after it was closed, and before', async () => {
    const reviews = await upstream('reviews');
    const config = JSON.stringify(service('reviews.test', [reviews]));
    for (const closing of ['await mesh.close();', '']) {
      const printed = await program(`
        const { createMesh } = await import('inmesh');
        const mesh = await createMesh({ config: { yaml: ${config} } });
        const response = await mesh.fetch('http://reviews.test/');
        console.log(response.status, (await response.json()).name);
        ${closing}
      `);
      assert.equal(printed, '200 reviews');
    }
  });

  it('leaves no socket, no timer and no listener behind', async () => {
    const reviews = await upstream('reviews');
    const before = process.getActiveResourcesInfo().length;
    for (let i = 0; i < 3; i++) {
      const mesh = await createMesh({ config: { yaml: service('reviews.test', [reviews]) } });
      await Promise.all(Array.from({ length: 5 }, () => get(mesh, 'http://reviews.test/')));
      await mesh.close();
    }
    for (let i = 0; reviews.open() > 0 && i < 500; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(reviews.open(), 0);
    const after = process.getActiveResourcesInfo().length;
    assert.ok(after <= before, process.getActiveResourcesInfo().join());
  });

  it('fails new calls once it is closed, and breaks off those that outlive its grace', async () => {
    const silent = await upstream('silent', { behave: () => true });
    const mesh = await meshOf(service('silent.test', [silent]));
    const hanging = assert.rejects(
      mesh.fetch('http://silent.test/').then((response) => {
        assert.equal(response.headers.get('x-inmesh-flags') !== null, true);
        throw new Error('answered by the mesh itself');
      }),
    );
    while (silent.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await mesh.close({ graceMs: 0 });
    await hanging;
    await assert.rejects(
      mesh.fetch('http://silent.test/'),
      (error: Error & { cause: { code: string } }) => error.cause.code === 'INMESH_CLOSED',
    );
    assert.equal(mesh.status().state, 'closed');
  });

  it('lends its fetch to meshFetch while it is the last one that is not closed', async () => {
    const [first, second] = [await upstream('first'), await upstream('second')];
    const outer = await meshOf(service('reviews.test', [first]));
    const inner = await meshOf(service('reviews.test', [second]));
    const name = async (init?: Parameters<typeof meshFetch>[1]): Promise<string> =>
      ((await (await meshFetch('http://reviews.test/', init)).json()) as { name: string }).name;
    assert.equal(await name(), 'second');
    assert.equal(await name({ mesh: outer }), 'first');
    await inner.close();
    assert.equal(await name(), 'first');
  });

  it('is made of the environment where nobody made one', async () => {
    const reviews = await upstream('reviews');
    const file = join(folder, 'rules.yaml');
    await writeFile(
      file,
      service('reviews.test', [reviews]) +
        rules(
          'reviews.test',
          '[{match: [{sourceLabels: {app: web}}], headers: {response: {set: {x-rule: web}}}, route: [{destination: {host: reviews.test}}]}, {route: [{destination: {host: reviews.test}}]}]',
        ),
    );
    const text = `
      const { meshFetch } = await import('inmesh');
      const response = await meshFetch('http://reviews.test/');
      console.log(response.status, response.headers.get('x-rule'));
    `;
    const env = { INMESH_CONFIG: file, INMESH_NAMESPACE: 'shop', INMESH_LABELS: 'app=web' };
    assert.equal(await program(text, { env }), '200 web');
    const { INMESH_LABELS: _, ...others } = env;
    assert.equal(
      await program(text, { env: { ...others, INMESH_NAMESPACE: '', POD_NAMESPACE: 'shop' } }),
      '200 null',
    );
  });

  it('says what is missing where nobody made one, and nothing is configured', async () => {
    const printed = await program(
      `
      const { meshFetch } = await import('inmesh');
      await meshFetch('http://reviews.test/').catch((error) => console.log(error.message, error.cause.code));
    `,
      { env: { INMESH_CONFIG: '' } },
    );
    assert.equal(printed, 'fetch failed INMESH_NOT_READY');
  });

  it('lets everything through while INMESH_DISABLED is set', async () => {
    const reviews = await upstream('reviews');
    const yaml = JSON.stringify(
      service('127.0.0.1', []) + rules('127.0.0.1', '[{directResponse: {status: 418}}]'),
    );
    const printed = await program(
      `
      const { createMesh, meshFetch } = await import('inmesh');
      const mesh = await createMesh({ config: { yaml: ${yaml} } });
      console.log((await meshFetch('http://127.0.0.1:${reviews.port}/')).status);
      await mesh.close();
    `,
      { env: { INMESH_DISABLED: '1' } },
    );
    assert.equal(printed, '200');
  });

  describe('that cannot have its rules', () => {
    const never: ConfigSource = {
      name: 'never',
      watch: (signal) => ({
        [Symbol.asyncIterator]: () => ({
          next: () =>
            new Promise((resolve) =>
              signal.addEventListener('abort', () => resolve({ done: true, value: undefined })),
            ),
        }),
      }),
    };

    it('does not start, and says that it is not ready', async () => {
      await assert.rejects(createMesh({ config: never, readyTimeoutMs: 20 }), { code: 'INMESH_NOT_READY' });
    });

    it('starts without them where it may, everything passing through', async () => {
      const stranger = await upstream('stranger');
      const mesh = await meshOf('', {
        config: never,
        readyTimeoutMs: 20,
        failOpen: true,
        lookup: async () => ({ address: '127.0.0.1', port: stranger.port }),
      });
      assert.equal(mesh.status().state, 'passthrough');
      assert.equal((await get(mesh, 'http://stranger.test/')).name, 'stranger');
    });

    it('names the file that is not there', async () => {
      await assert.rejects(createMesh({ config: join(folder, 'absent.yaml') }), /absent\.yaml/);
    });
  });

  it('refuses to start with what it cannot honour where it has to be strict', async () => {
    const bad = rules('reviews.test', '[{route: [{destination: {host: reviews.test}, weight: -7}]}]');
    await assert.rejects(createMesh({ config: { yaml: bad }, strict: true }), {
      code: 'INMESH_CONFIG_INVALID',
    });
  });
});
