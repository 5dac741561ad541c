import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Io } from './io.js';

/** `inmesh version`: ours and Node's. */
export function createVersionCommand(io: Io): Command {
  return new Command('version').description('Prints the versions of inmesh and Node.').action(() => {
    io.stdout(`inmesh ${inmeshVersion()} (Node ${process.version})`);
  });
}

/** As the manifest of this very installation says; it lies two folders above `src/cli` and `dist/cli` alike. */
function inmeshVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
