/**
 * One value that changes. Whoever watches gets the value in force and then every later one; a slow watcher
 * skips what is already outdated instead of queueing it.
 */
export class Latest<T> {
  #value: T;
  #version = 0;
  readonly #wake = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    this.#version++;
    for (const wake of this.#wake) wake();
  }

  async *watch(signal: AbortSignal): AsyncGenerator<T> {
    let wake = (): void => {};
    const look = (): void => wake();
    this.#wake.add(look);
    signal.addEventListener('abort', look);
    try {
      while (!signal.aborted) {
        // Listen before yielding: a change while the watcher works wakes the next round.
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const seen = this.#version;
        yield this.#value;
        if (this.#version === seen && !signal.aborted) await changed;
      }
    } finally {
      this.#wake.delete(look);
      signal.removeEventListener('abort', look);
    }
  }
}
