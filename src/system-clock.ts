import { performance } from 'node:perf_hooks';
import type { Clock } from '@inmesh/engine';

/** Monotonic time, so that a change of the wall clock ends no timeout, and timers that do not hold the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
