import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';

/** Writes down every module that is resolved: a loader in a thread of its own, which answers before anything runs. */
const recorder = `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`
  import { writeSync } from 'node:fs';
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    writeSync(2, 'resolved ' + found.url + '\\\\n');
    return found;
  }\`));`;

/** One process for all: what a program goes on to do is told apart by these words. */
const program = `
  import { writeSync } from 'node:fs';
  const say = (word) => writeSync(2, word + '\\n');
  const { createMesh } = await import('inmesh');
  say('IMPORTED');
  await (await createMesh({ config: { yaml: '' } })).close();
  say('CLOSED');
  globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1' };
  await (await createMesh({ config: { yaml: '' } })).close();`;

describe('what a program loads of inmesh', () => {
  let [atImport, byMesh, withSdk]: readonly (readonly string[])[] = [];

  before(function () {
    this.timeout(60_000);
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--import=tsx',
        '--conditions=@inmesh/source',
        `--import=data:text/javascript,${encodeURIComponent(recorder)}`,
        '--input-type=module',
        '--eval',
        program,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    [atImport, byMesh, withSdk] = stderr
      .split(/^IMPORTED$|^CLOSED$/m)
      .map((part) => [...part.matchAll(/^resolved file:\/\/(.*)$/gm)].map(([, path = '']) => path));
  });

  it('is nothing at its import that only some programs need', () => {
    const needed = ['eventemitter3', 'js-yaml', 'lru-cache', 're2js', 'tsx', 'undici', 'xxhash-wasm', 'yaml'];
    const packages = (atImport ?? []).flatMap(
      (path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
    );
    assert.deepEqual(
      [...new Set(packages)].filter((name) => !needed.includes(name)),
      [],
    );
    assert.ok(packages.includes('undici'), 'the recorder works');
  });

  it('is nothing of OpenTelemetry while the process has no SDK, and its API once there is one', () => {
    const isOpenTelemetry = (path: string): boolean => path.includes('@opentelemetry/api');
    assert.deepEqual([...(atImport ?? []), ...(byMesh ?? [])].filter(isOpenTelemetry), []);
    assert.ok(withSdk?.some(isOpenTelemetry));
  });
});
