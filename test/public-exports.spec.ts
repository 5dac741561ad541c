import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportedNames } from './exported-names.js';

/** Rewritten by `UPDATE_EXPORTS=1 npx mocha test/public-exports.spec.ts`; its diff is read in review. */
const snapshot = join(import.meta.dirname, 'public-exports.txt');

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** Each door of a package with the source behind it: `inmesh`, `inmesh/testing`. */
function doorsOf(folder: string): readonly (readonly [door: string, index: string])[] {
  const { name, exports }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) => {
    const source = typeof target === 'string' ? undefined : target['@inmesh/source'];
    return source === undefined ? [] : [[join(name, path), join(folder, source)] as const];
  });
}

function drawExports(): string {
  const doors = ['.', ...readdirSync('packages').map((room) => join('packages', room))].flatMap(doorsOf);
  return doors
    .map(([door, index]) => [door, ...exportedNames(index).map((name) => `  ${name}`), ''].join('\n'))
    .join('\n');
}

describe('public exports', () => {
  it('are those that were agreed upon, in public-exports.txt', () => {
    if (process.env.UPDATE_EXPORTS) writeFileSync(snapshot, drawExports());
    assert.equal(drawExports(), readFileSync(snapshot, 'utf8'));
  });

  it('exist at run time as they stand in the front door’s index', async () => {
    const values = exportedNames('src/index.ts').filter((name) => !name.startsWith('type '));
    assert.deepEqual(Object.keys(await import('inmesh')).sort(), [...values].sort());
  });
});
