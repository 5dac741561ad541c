// The process under test: a mesh, its callers, and an eye on what grows.
import { setTimeout as sleep } from 'node:timers/promises';
import { createMesh, memorySource } from 'inmesh';
import { createCallers } from './callers.mjs';
import { grownBytes } from './growth.mjs';
import { rules } from './rules.mjs';

const { ports, requests, concurrency } = JSON.parse(process.argv[2]);
/** Before that, code is compiled and pools are filled. */
const warmUpShare = 0.3;
const samples = 40;
const mebibyte = 2 ** 20;

const problems = { unhandledRejection: 0, warning: [] };
process.on('unhandledRejection', () => problems.unhandledRejection++);
process.on('warning', ({ name, message }) => problems.warning.push(`${name}: ${message}`));

const idle = resources();
const source = memorySource(rules(ports, 0));
let logged = 0;
let rejected = 0;
const mesh = await createMesh({
  config: source,
  workload: { namespace: 'soak' },
  accessLog: () => {
    logged++;
  },
});
mesh.events.on('rejected', () => rejected++);
const call = createCallers(mesh);

let second = 0;
const changes = setInterval(() => source.replace(rules(ports, ++second)), 1_000);
const outcomes = { answered: 0, failed: 0 };
const heap = [];
const rss = [];
for (let slice = 0; slice < samples; slice++) {
  await run(slice * Math.ceil(requests / samples), Math.ceil(requests / samples));
  await sleep(200);
  global.gc();
  await sleep(10);
  global.gc();
  const usage = process.memoryUsage();
  heap.push(usage.heapUsed + usage.external);
  rss.push(usage.rss);
  process.send({
    progress: `${slice + 1}/${samples}, heap ${(usage.heapUsed / mebibyte).toFixed(1)} MiB, rss ${(usage.rss / mebibyte).toFixed(0)} MiB`,
  });
}
clearInterval(changes);

// Copies for mirrors have nobody who waits for them: their own timeout ends them.
await sleep(1_500);
const { activeCalls, clusters } = mesh.status();
const busy = clusters.filter(
  (cluster) => cluster.activeRequests + cluster.pendingRequests + cluster.activeRetries > 0,
);
await mesh.close();
await sleep(1_000);

const calls = outcomes.answered + outcomes.failed;
const warm = (list) => list.slice(Math.ceil(samples * warmUpShare));
process.send({
  checks: [
    check(
      'calls made',
      `${calls}, ${outcomes.failed} of them failed`,
      calls >= requests && outcomes.answered > 0,
    ),
    check('each call finished exactly once', `${logged} in the access log`, logged === calls),
    check('rules changed, broken ones refused', `${second} times, ${rejected} refused`, second > 0),
    check('calls under way at the end', activeCalls, activeCalls === 0),
    check(
      'clusters with requests at the end',
      busy.map(({ name }) => name).join() || 'none',
      busy.length === 0,
    ),
    growth('heap', warm(heap), 1.5 * mebibyte),
    growth('resident memory', warm(rss), 24 * mebibyte),
    check(
      'sockets, timers and handles',
      difference(idle, resources()),
      difference(idle, resources()) === 'as before',
    ),
    check('unhandled rejections', problems.unhandledRejection, problems.unhandledRejection === 0),
    check('warnings', problems.warning.join(' | ') || 'none', problems.warning.length === 0),
  ],
});
process.disconnect();

async function run(from, count) {
  let next = from;
  const lane = async () => {
    while (next < from + count) {
      const i = next++;
      await call(i).then(
        () => outcomes.answered++,
        () => outcomes.failed++,
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

function check(what, found, ok) {
  return { what, found: String(found), ok };
}

/** By the trend over all samples: one of them alone says little. */
function growth(what, bytes, limitBytes) {
  const grown = grownBytes(bytes);
  const found = `${(bytes[0] / mebibyte).toFixed(1)} MiB, ${(grown / mebibyte).toFixed(2)} MiB more over ${Math.round(requests * (1 - warmUpShare))} calls`;
  return check(`${what} stays flat after warm-up`, found, grown < limitBytes);
}

function resources() {
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function difference(before, after) {
  const changed = [...after.keys()].filter((kind) => after.get(kind) > (before.get(kind) ?? 0));
  return (
    changed.map((kind) => `${kind}: ${before.get(kind) ?? 0} → ${after.get(kind) ?? 0}`).join(', ') ||
    'as before'
  );
}
