import { compareVariants } from '../lib/compare.mjs';
import { start } from '../lib/processes.mjs';

/** What a call costs the calling process, against clients without a mesh. */
export const clientSuite = {
  name: 'client',
  /** [id, variant, baseline] */
  ratios: [
    ['A/A', 'Agent.request again', 'Agent.request'],
    ['P1', 'mesh.dispatcher', 'Agent.request'],
    ['P2', 'meshFetch', 'built-in fetch'],
    ['P3', 'meshFetch', 'Agent.request'],
  ],
  metric: 'cpu_us_per_req',
  /** Answers, for each fork, variant → CPU in microseconds a request. */
  async measure({ quick, forks, rounds, progress }) {
    const server = await start('server', 1);
    try {
      const slow = new Set(['built-in fetch', 'undici fetch']);
      return await compareVariants({
        variants: names.map((name) => ({ name, ports: server.ready.ports })),
        concurrency: 16,
        forks: forks ?? (quick ? 2 : 6),
        rounds: rounds ?? (quick ? 3 : 6),
        requests: (name) => (slow.has(name) ? 700 : 2000),
        warmUp: quick ? 2000 : 4000,
        progress,
      });
    } finally {
      await server.stop();
    }
  },
};

const names = ['Agent.request', 'Agent.request again', 'built-in fetch', 'mesh.dispatcher', 'meshFetch'];
