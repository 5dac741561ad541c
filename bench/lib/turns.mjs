import { openSync, readSync } from 'node:fs';

/**
 * Watches how long the event loop is kept from its next turn, in CPU time of the main thread: what others do on the
 * machine meanwhile does not count, the collector's pauses do. Linux only. `each` is called in every turn.
 */
export function watchTurns(each = () => {}) {
  let [longestMicros, turns, running] = [0, 0, true];
  let last = threadMicros();
  const look = () => {
    if (!running) return;
    turns++;
    longestMicros = Math.max(longestMicros, threadMicros() - last);
    each();
    // What is measured begins here: neither the watching nor what it calls.
    last = threadMicros();
    setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      running = false;
      return { longestMicros, turns };
    },
  };
}

const schedstat = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
const buffer = Buffer.alloc(128);

function threadMicros() {
  // The kernel brings its count up to date for those who ask this way, and at its own ticks otherwise.
  process.cpuUsage();
  const length = readSync(schedstat, buffer, 0, buffer.length, 0);
  return Number.parseInt(buffer.toString('latin1', 0, length), 10) / 1e3;
}
