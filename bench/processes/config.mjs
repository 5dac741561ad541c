// What changes of the configuration cost, all in this process: small mesh and large mesh by turns.
import { memorySource } from '@inmesh/config';
import { destinationRule, hostOf, meshObjects, serviceEntry, virtualService } from '../lib/large-mesh.mjs';
import { runConfig } from '../lib/running-config.mjs';
import { shuffled } from '../lib/stats.mjs';

const endpoints = 10;
const sizes = [100, 10_000];
let turn = 0;

/** Each makes its object anew every time, so that nothing is known before. */
const changes = {
  rule: (i) => virtualService(i, `${turn}ms`),
  'other rule': (i) => virtualService(i + 1, `${turn}ms`),
  'destination rule': (i) => destinationRule(i, `${turn}s`),
  endpoint: (i) =>
    serviceEntry(i, endpoints, { extra: [{ address: `10.200.${(turn >> 8) & 255}.${turn & 255}` }] }),
  service: newService,
  'service gone': newService,
};

function newService(i) {
  return serviceEntry(i, 1, { name: `new-${turn}`, hosts: [hostOf(1e6 + turn)] });
}

const meshes = new Map();
let everythingMicros = 0;
for (const size of sizes) {
  // From Kubernetes objects to the first use: what a change would cost if nothing were kept.
  everythingMicros = await cpu(async () => {
    const source = memorySource(meshObjects(size, endpoints));
    const running = await runConfig(source, size);
    running.lookUp();
    meshes.set(size, { source, running });
  });
}

process.on('message', async ({ rounds, perRound }) => {
  const all = [];
  for (let round = -1; round < rounds; round++) {
    const measured = new Map();
    const pieces = [
      ...sizes.flatMap((size) =>
        Object.keys(changes).map((name) => [
          `${name} ${size}`,
          () => changeMesh(meshes.get(size), name, perRound),
        ]),
      ),
      ['rule 100 again', () => changeMesh(meshes.get(100), 'rule', perRound)],
    ];
    for (const [name, measure] of shuffled(pieces)) measured.set(name, await measure());
    measured.set('everything', everythingMicros);
    // The first round only warms.
    if (round >= 0) all.push([...measured]);
  }
  process.send(all);
});
process.send({});

async function changeMesh({ source, running }, name, count) {
  let micros = 0;
  for (let i = 0; i < count; i++) {
    turn++;
    const object = changes[name](running.used[turn % running.used.length]);
    const { name: objectName, namespace } = object.metadata;
    const come = async () => {
      await running.change(() => source.apply(object));
      running.lookUp();
    };
    const go = async () => {
      await running.change(() => source.remove('ServiceEntry', namespace, objectName));
      running.lookUp();
    };
    if (name === 'service gone') await come();
    micros += await cpu(name === 'service gone' ? go : come);
    if (name === 'service') await go();
  }
  return micros / count;
}

async function cpu(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
