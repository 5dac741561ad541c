#!/usr/bin/env node
/** The command: what was built, or the sources where nothing was, so that a fresh clone has it as well. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../../dist/cli/bin.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const sources = ['--conditions=@inmesh/source', `--import=${import.meta.resolve('tsx')}`];
  const command = fileURLToPath(new URL('bin.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [...sources, command, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
