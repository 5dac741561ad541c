import { start } from '../lib/processes.mjs';

const kinds = ['rule', 'other rule', 'destination rule', 'endpoint', 'service', 'service gone'];
const loads = ['objects', 'yaml', 'swap', 'change', 'endpoint'];

/** What a change costs in a large mesh, and what reading it costs in the first place. */
export const configSuite = {
  name: 'config',
  ratios: [
    ['A/A', 'rule 100 again', 'rule 100'],
    ...kinds.map((kind) => [`P12 ${kind}`, `${kind} 10000`, 'everything']),
    ...kinds.map((kind) => [`P12 ${kind}, size`, `${kind} 10000`, `${kind} 100`]),
    ['P12 event', 'event to pick', 'a millisecond'],
    ['P19 objects', 'block, objects', 'a millisecond'],
    ['P19 yaml', 'block, yaml', 'a millisecond'],
    ['P19 swap', 'block, swap', 'a millisecond'],
    ['P19 change', 'block, change', 'a millisecond'],
    ['load', 'load, objects', 'a second'],
    ['load yaml', 'load, yaml', 'a second'],
    ['P13', 'text', 'js-yaml'],
    ['P13 first', 'first text', 'first js-yaml'],
    ['P13 yaml', 'text', 'yaml'],
  ],
  metric: 'cpu_us',
  /** Answers, for each round of changes with a fresh process of readings, name → CPU in microseconds. */
  async measure({ quick, rounds = quick ? 3 : 7, progress }) {
    progress('config, changes');
    const changes = await measureChanges({ rounds, perRound: quick ? 20 : 30 });
    const all = [];
    for (const [index, round] of changes.entries()) {
      progress(`config, reading ${index + 1}`);
      const reading = await measureReading({ rounds: quick ? 3 : 6 });
      progress(`config, loads ${index + 1}`);
      all.push(new Map([...round, ...reading, ...(await measureLoads())]));
    }
    return all;
  },
};

async function measureChanges(question) {
  const config = await start('config', 0);
  try {
    return await config.ask(question);
  } finally {
    await config.stop();
  }
}

/** Each in a process of its own: what one leaves behind is in the way of no other. */
async function measureLoads() {
  const measured = [
    ['a millisecond', 1e3],
    ['a second', 1e6],
  ];
  for (const kind of loads) {
    const load = await start('loads', 0, kind);
    try {
      measured.push(...(await load.ask({})));
    } finally {
      await load.stop();
    }
  }
  return measured;
}

/** Both sides have a process of their own to be new in, and share one to be measured by turns once they are warm. */
async function measureReading(question) {
  const parser = await start('yaml', 0, 'js-yaml');
  await parser.stop();
  const text = await start('yaml', 0, 'text');
  try {
    return [...(await text.ask(question)), ['first text', text.ready], ['first js-yaml', parser.ready]];
  } finally {
    await text.stop();
  }
}
