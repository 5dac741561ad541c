import type { Clock } from '../engine.js';

/** What the wall clock shows: that of the clock which is lent, where it has one. */
export function epochMs(clock: Clock): number {
  return clock.epochMs?.() ?? Date.now();
}
