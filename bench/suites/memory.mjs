import { start } from '../lib/processes.mjs';

/** What rules and endpoints take up once they are in force. */
export const memorySuite = {
  name: 'memory',
  ratios: [
    ['A/A', 'EDS endpoint again', 'EDS endpoint'],
    ['P14', 'endpoint', 'EDS endpoint'],
    ['P15', 'mesh 1000', 'HAProxy 1000'],
    ['P15 large', 'mesh 10000', 'limit 10000'],
  ],
  metric: 'bytes',
  /** Answers, for each fork, name → bytes. */
  async measure({ quick, forks, progress }) {
    const perFork = [];
    for (let fork = 0; fork < (forks ?? (quick ? 1 : 2)); fork++) {
      progress(`memory, fork ${fork + 1}`);
      const memory = await start('memory', 0);
      try {
        perFork.push(new Map(await memory.ask({ sizes: quick ? [1_000] : [1_000, 10_000] })));
      } finally {
        await memory.stop();
      }
    }
    return perFork;
  },
};
