import { start } from '../lib/processes.mjs';

/** A suite whose variants are loops in one process. Answers, for each round, name → CPU in microseconds a turn. */
export function loopSuite({ name, ratios, derive = (round) => round }) {
  return {
    name,
    ratios,
    metric: 'cpu_us_per_turn',
    async measure({ quick, rounds, progress }) {
      progress(name);
      const loops = await start('loops', 0, { module: name });
      try {
        const answer = await loops.ask({ rounds: rounds ?? (quick ? 9 : 15), batchMs: quick ? 20 : 40 });
        return answer.map((round) => derive(new Map(round)));
      } finally {
        await loops.stop();
      }
    },
  };
}
