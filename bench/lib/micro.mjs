import { shuffled } from './stats.mjs';

/** What the loops compute ends here, so that none of it can be optimised away. */
const sink = new Float64Array(1);

/**
 * Measures loops against each other within this process: batches long enough for the clock, in shuffled rounds, each
 * warmed again right before its time is taken, in CPU time. A loop is `(times) => number`, and has to use what it
 * computes in the number. Answers, for each round, name → microseconds a turn.
 */
export function compareLoops(loops, { rounds = 9, batchMs = 20 } = {}) {
  const times = new Map(Object.entries(loops).map(([name, loop]) => [name, calibrate(loop, batchMs)]));
  return Array.from({ length: rounds }, () => {
    const round = new Map();
    for (const name of shuffled([...times.keys()])) {
      const count = times.get(name);
      sink[0] += loops[name](Math.ceil(count / 4));
      round.set(name, cpuMicros(loops[name], count) / count);
    }
    return round;
  });
}

/** How many turns make a batch of that length. Doubles as the first warm-up. */
function calibrate(loop, batchMs) {
  for (let count = 16; ; count *= 2) {
    const micros = cpuMicros(loop, count);
    if (micros >= batchMs * 1000) return Math.ceil((count * batchMs * 1000) / micros);
  }
}

function cpuMicros(loop, count) {
  const before = process.cpuUsage();
  sink[0] += loop(count);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** At least 256 different texts, none of which the engine has seen before: sliced out of a longer one, as from a socket. */
export function freshTexts(make, count = 512) {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(`>${make(i)}`)
      .toString('latin1')
      .slice(1),
  );
}
