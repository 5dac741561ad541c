/** The longest interval that Node has: it is there to hold the process, not to fire. */
const longestMs = 2 ** 31 - 1;

/**
 * Counts calls under way, so that closing can wait for them. They hold the process: a call that waits for a
 * back-off has no socket, and the engine's timers hold nothing.
 */
export class ActiveCalls {
  #count = 0;
  #hold: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  started(): void {
    if (this.#count++ > 0) return;
    this.#hold ??= setInterval(() => {}, longestMs);
    this.#hold.ref();
  }

  finished(): void {
    if (--this.#count > 0) return;
    this.#hold?.unref();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** No call is expected any more. */
  close(): void {
    clearInterval(this.#hold);
  }

  /** Resolves when none is left, or after so many milliseconds. */
  ended(withinMs: number): Promise<void> {
    if (this.#count === 0 || withinMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      // Not unref'd: somebody waits, and calls under way hold the process anyway.
      const timer = Number.isFinite(withinMs) ? setTimeout(resolve, withinMs) : undefined;
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
