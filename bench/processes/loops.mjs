// Loops of one suite, all in this process: what they are compared by depends on each other's place in the caches.
import { compareLoops } from '../lib/micro.mjs';

const { module } = JSON.parse(process.argv[2]);
const { createLoops } = await import(`../loops/${module}.mjs`);
const loops = await createLoops();

process.on('message', (options) => {
  const rounds = compareLoops(loops, options);
  process.send(rounds.map((round) => [...round]));
});
process.send({});
