import { start } from './processes.mjs';
import { median, shuffled } from './stats.mjs';

/**
 * Measures variants against each other: fresh processes per fork, shuffled order per round, so that what the
 * machine does meanwhile hits all of them. Answers, for each fork, the median CPU of each variant in
 * microseconds a request.
 */
export async function compareVariants({
  variants,
  ports,
  concurrency,
  forks,
  rounds,
  requests,
  warmUp,
  progress,
}) {
  const perFork = [];
  for (let fork = 0; fork < forks; fork++) {
    const clients = new Map();
    try {
      for (const variant of shuffled(variants)) {
        const client = await start('client', 0, { variant, ports });
        clients.set(variant, client);
        await client.ask({ requests: warmUp, concurrency });
      }
      const samples = new Map(variants.map((variant) => [variant, []]));
      for (let round = 0; round < rounds; round++) {
        for (const variant of shuffled(variants)) {
          const { cpuMicros } = await clients.get(variant).ask({ requests: requests(variant), concurrency });
          samples.get(variant).push(cpuMicros / requests(variant));
        }
        progress(`fork ${fork + 1}/${forks}, round ${round + 1}/${rounds}`);
      }
      perFork.push(new Map([...samples].map(([variant, list]) => [variant, median(list)])));
    } finally {
      await Promise.all([...clients.values()].map((client) => client.stop()));
    }
  }
  return perFork;
}
