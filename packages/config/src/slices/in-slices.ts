import { setImmediate as turn } from 'node:timers/promises';
import type { Steps } from '@inmesh/model';

/** Begins a slice of work and answers whom to ask after each step: nothing means go on, a promise to rest until then. */
export type Pace = () => () => Promise<void> | undefined;

/** So long at most does one slice keep others from their turn. A step is much shorter. */
const sliceMs = 5;

/**
 * Rests for one turn of the event loop after every five milliseconds. What is under way holds the process: somebody
 * waits for it, and it soon ends.
 */
export const eventLoopPace: Pace = () => {
  let end = performance.now() + sliceMs;
  return () => {
    if (performance.now() < end) return undefined;
    return turn().then(() => {
      end = performance.now() + sliceMs;
    });
  };
};

/**
 * Does long work in slices, between which everybody else has a turn. What is done within one slice is done when this
 * returns. `undefined`: `signal` aborted in between, and the rest was left.
 */
export async function inSlices<T>(steps: Steps<T>, pace: Pace, signal?: AbortSignal): Promise<T | undefined> {
  const askToRest = pace();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    const rest = askToRest();
    if (rest === undefined) continue;
    await rest;
    if (signal?.aborted === true) return undefined;
  }
}
