/**
 * Long work in short steps: wherever it yields, its caller may give others a turn before it goes on. Nothing of it is
 * in force before it returns, and a caller that loses interest just stops asking.
 */
export type Steps<T> = Generator<void, T, void>;

/** Of a loop whose turns take but microseconds so many make a step: to yield after each would cost as much again. */
export const turnsPerStep = 32;

/** Does all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
