/**
 * Packs every package as it would be published, and has it judged: by publint, whether its manifest keeps what it
 * promises, and by Are The Types Wrong, whether every door has types that fit. Ends with 1 when one of them objects.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const work = mkdtempSync(join(tmpdir(), 'inmesh-pack-'));
let objections = 0;
try {
  execFileSync('npm', [
    'pack',
    '--silent',
    '--workspaces',
    '--include-workspace-root',
    '--pack-destination',
    work,
  ]);
  for (const file of readdirSync(work).sort()) {
    const tarball = join(work, file);
    const { messages, pkg } = await publint({ pack: { tarball: readFileSync(tarball) }, strict: true });
    const types = spawnSync(
      'npx',
      ['--no-install', 'attw', tarball, '--profile', 'esm-only', '--format', 'table-flipped', '--no-emoji'],
      { encoding: 'utf8' },
    );
    const found = messages.map((message) => formatMessage(message, pkg, { color: false }));
    if (types.status !== 0) found.push(types.stdout || types.stderr);
    objections += found.length;
    console.log(`${pkg.name}: ${found.length === 0 ? 'nothing to object to' : `\n${found.join('\n')}`}`);
  }
} finally {
  rmSync(work, { recursive: true });
}
process.exitCode = objections === 0 ? 0 : 1;
