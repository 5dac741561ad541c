import { start } from '../lib/processes.mjs';

const kinds = ['rule', 'other rule', 'endpoint', 'service'];

/** What a change costs in a large mesh, and what reading it costs in the first place. */
export const configSuite = {
  name: 'config',
  ratios: [
    ['A/A', 'rule 100 again', 'rule 100'],
    ...kinds.map((kind) => [`P12 ${kind}`, `${kind} 10000`, 'everything']),
    ...kinds.map((kind) => [`P12 ${kind}, size`, `${kind} 10000`, `${kind} 100`]),
    ['P13', 'text', 'js-yaml'],
    ['P13 yaml', 'text', 'yaml'],
  ],
  metric: 'cpu_us',
  /** Answers, for each round, name → CPU in microseconds. */
  async measure({ quick, rounds, progress }) {
    progress('config');
    const config = await start('config', 0);
    try {
      const answer = await config.ask({
        rounds: rounds ?? (quick ? 3 : 7),
        perRound: quick ? 20 : 30,
      });
      return answer.map((round) => new Map(round));
    } finally {
      await config.stop();
    }
  },
};
