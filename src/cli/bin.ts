#!/usr/bin/env node
import { processIo } from './io.js';
import { run } from './run.js';

// Commands draw findings with the line of the source; `createMesh` would tell of them a second time.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'InmeshConfigWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});

process.exitCode = await run(process.argv.slice(2), processIo());
