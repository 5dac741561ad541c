/**
 * The tests of captured clients on every line of Node that is alive, those of the newest undici among them. Versions of
 * Node come from the npm registry; a line that cannot be had is skipped, and said so.
 *
 *   npm run test:matrix [-- 22 24]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const lines = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24', '26'];
const specs = ['packages/capture/test/*.spec.ts', 'test/capture/*.spec.ts', 'test/grpc/*.spec.ts'];
const house = join(import.meta.dirname, '../..');
const cache = join(house, 'node_modules/.cache/inmesh-matrix');
const platform = process.platform === 'win32' ? 'win' : process.platform;

interface Outcome {
  readonly line: string;
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
}

/** Installs packages into a folder of their own. `undefined`: they cannot be had. */
function install(name: string, ...packages: string[]): string | undefined {
  const folder = join(cache, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const npm = spawnSync(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--ignore-scripts',
      '--engine-strict=false',
      ...packages,
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  return npm.status === 0 ? join(folder, 'node_modules') : undefined;
}

function runOn(line: string): Outcome | undefined {
  const wanted = `node-${platform}-${process.arch}@${line}`;
  const modules = install(`node-${line}`, wanted);
  const node = join(modules ?? '', `node-${platform}-${process.arch}`, 'bin', 'node');
  if (modules === undefined || !existsSync(node)) {
    console.log(`--- Node ${line}: skipped, ${wanted} cannot be had`);
    return undefined;
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const undici8 = Number(line) >= 22 ? install('undici-8', 'undici@8') : undefined;
  console.log(`=== Node ${version}${undici8 === undefined ? '' : ', undici 8 besides 6 and 7'}`);
  const mocha = spawnSync(node, [join(house, 'node_modules/mocha/bin/mocha.js'), ...specs], {
    cwd: house,
    encoding: 'utf8',
    env: { ...process.env, ...(undici8 && { INMESH_TEST_UNDICI8: join(undici8, 'undici') }) },
  });
  const output = `${mocha.stdout}${mocha.stderr}`;
  const [, passed, failed] = /^(\d+) passed, (\d+) failed/m.exec(output) ?? [];
  if (failed !== '0') console.log(output);
  // A run that ends before it has counted is a failure as well.
  return { line, version, passed: Number(passed ?? 0), failed: Number(failed ?? 1) };
}

const outcomes = lines.map(runOn).filter((outcome) => outcome !== undefined);
for (const { version, passed, failed } of outcomes)
  console.log(`${version.padEnd(10)} ${passed} passed, ${failed} failed`);
const sum = (of: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[of], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
