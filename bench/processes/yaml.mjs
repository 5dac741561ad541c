// What reading rules costs: a text of a few hundred services to its first use, and parsers alone on the same text.
import { createRequire } from 'node:module';
import { yamlSource } from '@inmesh/config';
import { parseAllDocuments } from 'yaml';
import { meshYaml } from '../lib/large-mesh.mjs';
import { runConfig } from '../lib/running-config.mjs';
import { median, shuffled } from '../lib/stats.mjs';

/** The fastest full parser. Its CommonJS build: the other one takes more than twice as long here. */
const { loadAll } = createRequire(new URL('../../packages/config/package.json', import.meta.url))('js-yaml');

const services = 350;
const text = meshYaml(services, 10);

const loads = new Map([
  ['text', loadText],
  ['js-yaml', () => loadAll(text)],
  ['yaml', () => parseAllDocuments(text)],
]);

/** The first time in the life of this process: nothing is compiled yet. */
const first = JSON.parse(process.argv[2]);
process.send(await cpu(loads.get(first)));

process.on('message', async ({ rounds }) => {
  const times = new Map([...loads.keys()].map((name) => [name, []]));
  // The slow one is asked once.
  await measure(['yaml'], 1, times);
  await measure(['text', 'js-yaml'], rounds, times);
  process.send([...times].map(([name, micros]) => [name, median(micros)]));
});

/** Both by turns and in the same state: run once to be warm, then once to be timed. The first half only warms. */
async function measure(names, rounds, times) {
  for (let round = -rounds; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const load = loads.get(name);
      await load();
      const micros = await cpu(load);
      if (round >= 0) times.get(name).push(micros);
    }
  }
}

async function loadText() {
  const running = await runConfig(yamlSource(text), services);
  running.lookUp();
  await running.close();
}

async function cpu(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
