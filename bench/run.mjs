// npm run bench -- [suite…] [--quick] [--forks N] [--rounds N] [--json FILE] [--gate]
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './lib/judge.mjs';
import { measureNoise } from './lib/noise.mjs';
import { pinning } from './lib/processes.mjs';
import { table } from './lib/report.mjs';
import { clientSuite } from './suites/client.mjs';
import { configSuite } from './suites/config.mjs';
import { gatewaySuite } from './suites/gateway.mjs';
import { grpcSuite } from './suites/grpc.mjs';
import { hopsSuite } from './suites/hops.mjs';
import { lbSuite } from './suites/lb.mjs';
import { memorySuite } from './suites/memory.mjs';
import { routeSuite } from './suites/route.mjs';

const suites = new Map(
  [clientSuite, routeSuite, lbSuite, hopsSuite, gatewaySuite, grpcSuite, configSuite, memorySuite].map(
    (suite) => [suite.name, suite],
  ),
);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    forks: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    gate: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.find((name) => !suites.has(name));
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`there is no suite "${unknown}"`);
  console.error(`usage: npm run bench -- [${[...suites.keys()].join('|')}] [--quick] [--forks N] [--rounds N] [--json FILE] [--gate]
  --quick  two forks, and no suite is begun after half a minute
  --gate   exit 1 when a figure misses its gate twice`);
  process.exit(values.help ? 0 : 2);
}

const gates = JSON.parse(readFileSync(new URL('gates.json', import.meta.url), 'utf8'));
const count = (text) => (text === undefined ? undefined : Number(text));
const options = {
  quick: values.quick,
  forks: count(values.forks),
  rounds: count(values.rounds),
  progress: (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`),
};

/** `--quick` is for the impatient: nothing is begun after that, and what was left out is named. */
const begunWithinMs = values.quick && positionals.length === 0 ? 30_000 : Number.POSITIVE_INFINITY;

const noise = measureNoise();
const results = [];
const leftOut = [];
for (const name of positionals.length > 0 ? positionals : suites.keys()) {
  if (performance.now() > begunWithinMs) {
    leftOut.push(name);
    continue;
  }
  const suite = suites.get(name);
  let judged = judge(suite, await suite.measure(options), gates);
  // Once may be an accident of the machine.
  const isDoubtful = judged.some(({ status }) => status === 'missed' || status === 'void');
  if (isDoubtful && performance.now() < begunWithinMs) {
    judged = judge(suite, await suite.measure(options), gates);
  }
  results.push(...judged);
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

// In a hurry much is left out; otherwise what cannot be measured here has to be seen.
console.log(table(values.quick ? results.filter(({ status }) => status !== 'skipped') : results));
console.log(
  `\nnode ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown cpu'}, ${pinning}; ` +
    `load ${noise.load}, spread ${noise.calibration_spread}, steal ${noise.steal}${noise.noisy ? ': NOISY, not for quoting' : ''}`,
);

if (leftOut.length > 0)
  console.log(`no time left for: ${leftOut.join(', ')} (npm run bench -- ${leftOut.join(' ')})`);

if (values.json !== undefined) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(report(), null, 2)}\n`);
}
const missed = results.filter(({ status }) => status === 'missed');
if (missed.length > 0) console.log(`missed: ${missed.map(({ id }) => id).join(', ')}`);
process.exitCode = values.gate && missed.length > 0 ? 1 : 0;

function report() {
  return {
    schema: 1,
    date: new Date().toISOString(),
    commit: commit(),
    node: process.versions.node,
    undici: JSON.parse(readFileSync(new URL('../node_modules/undici/package.json', import.meta.url), 'utf8'))
      .version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    noise,
    results,
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
