import { cpuMicrosOf } from './cpu.mjs';
import { start } from './processes.mjs';
import { median, shuffled } from './stats.mjs';

/**
 * Measures variants against each other: fresh processes per fork, shuffled order per round, so that what the
 * machine does meanwhile hits all of them. Answers, for each fork, the median CPU of each variant in
 * microseconds a request; with `latency` also what requests took at the median and at the 99th percentile, as
 * `<variant> p50` and `<variant> p99`.
 *
 * A variant is `{ name, client, ports, process, pids }`: `client` names what requests are made by (default: the
 * name), and what the processes in `pids` take meanwhile counts as well.
 */
export async function compareVariants({
  variants,
  concurrency,
  forks,
  rounds,
  requests,
  warmUp,
  latency = false,
  progress,
}) {
  const perFork = [];
  for (let fork = 0; fork < forks; fork++) {
    const clients = new Map();
    try {
      for (const variant of shuffled(variants)) {
        const { name, client: kind = name, process = 'client', ports, adsPort } = variant;
        const client = await start(process, 0, { variant: kind, ports, adsPort });
        clients.set(name, client);
        await client.ask({ requests: warmUp, concurrency });
      }
      const samples = new Map();
      const note = (key, value) => samples.set(key, [...(samples.get(key) ?? []), value]);
      for (let round = 0; round < rounds; round++) {
        for (const { name, pids = [] } of shuffled(variants)) {
          const count = requests(name);
          const before = cpuOf(pids);
          const { cpuMicros, p50, p99 } = await clients
            .get(name)
            .ask({ requests: count, concurrency, latency });
          const elsewhere = cpuOf(pids).map((cpu, i) => cpu - before[i]);
          note(name, (cpuMicros + sum(elsewhere)) / count);
          for (const [i, pid] of pids.entries()) note(`${name} pid ${pid}`, elsewhere[i] / count);
          if (p50 === undefined) continue;
          note(`${name} p50`, p50);
          note(`${name} p99`, p99);
        }
        progress(`c=${concurrency}, fork ${fork + 1}/${forks}, round ${round + 1}/${rounds}`);
      }
      perFork.push(new Map([...samples].map(([name, list]) => [name, median(list)])));
    } finally {
      await Promise.all([...clients.values()].map((client) => client.stop()));
    }
  }
  return perFork;
}

const cpuOf = (pids) => pids.map(cpuMicrosOf);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
