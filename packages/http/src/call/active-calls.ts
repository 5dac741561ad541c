/** Counts calls under way, so that closing can wait for them. */
export class ActiveCalls {
  #count = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  started(): void {
    this.#count++;
  }

  finished(): void {
    if (--this.#count > 0) return;
    for (const wake of this.#waiting.splice(0)) wake();
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
