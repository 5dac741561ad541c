// npm run soak -- [--requests N] [--concurrency N]: does anything stay behind when much goes wrong?
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    concurrency: { type: 'string', default: '48' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log('usage: npm run soak -- [--requests N] [--concurrency N]');
  process.exit(0);
}

/** From the end of the mesh to the end of its process: whatever holds it longer is a leak. */
const exitWithinMs = 3_000;

const upstreams = child('upstreams');
const [{ ports }] = await once(upstreams, 'message');
const mesh = child('mesh', {
  ports,
  requests: Number(values.requests),
  concurrency: Number(values.concurrency),
});
const gone = once(mesh, 'exit');
const checks = [];
mesh.on('message', (message) => {
  if (message.progress !== undefined && process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${message.progress}`);
  if (message.checks !== undefined) checks.push(...message.checks);
});
const exited = await exitsByItself();
upstreams.kill();
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

if (checks.length === 0) checks.push({ what: 'the mesh lives to the end', found: 'it died', ok: false });
checks.push({ what: 'the process exits by itself', found: exited, ok: exited === 'yes' });
const width = Math.max(...checks.map(({ what }) => what.length));
for (const { what, found, ok } of checks)
  console.log(`${ok ? 'ok    ' : 'LEAK  '}  ${what.padEnd(width)}  ${found}`);
process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;

function child(name, argument) {
  return fork(
    fileURLToPath(new URL(`soak/${name}.mjs`, import.meta.url)),
    [JSON.stringify(argument ?? null)],
    {
      execArgv: ['--expose-gc'],
    },
  );
}

/** The clock starts when the mesh says that it is done. */
async function exitsByItself() {
  const done = new Promise((resolve) => {
    mesh.on('message', (message) => message.checks !== undefined && resolve());
  });
  await Promise.race([done, gone]);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    mesh.kill('SIGKILL');
  }, exitWithinMs);
  const [code] = await gone;
  clearTimeout(timer);
  if (isLate) return `not within ${exitWithinMs} ms`;
  return code === 0 ? 'yes' : `with ${code}`;
}
