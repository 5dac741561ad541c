import type { Steps } from '@inmesh/model';
import { eventLoopPace, inSlices, type Pace } from './in-slices.js';

/**
 * Follows a value that changes faster than what it leads to can be worked out: one value at a time, in slices, and of
 * those that come meanwhile the last.
 */
export class Follower<T> {
  readonly #work: (value: T) => Steps<void>;
  readonly #pace: Pace;
  readonly #signal: AbortSignal | undefined;
  #next: { readonly value: T } | undefined;
  #running: Promise<void> | undefined;

  constructor(
    work: (value: T) => Steps<void>,
    { pace = eventLoopPace, signal }: { readonly pace?: Pace; readonly signal?: AbortSignal } = {},
  ) {
    this.#work = work;
    this.#pace = pace;
    this.#signal = signal;
  }

  /** Settles when nothing is under way any longer. Rejects with what the work throws, after which others may follow. */
  get done(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Settles as {@link done}: when this value or a later one has been worked out. */
  follow(value: T): Promise<void> {
    this.#next = { value };
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#take(); next !== undefined; next = this.#take())
        await inSlices(this.#work(next.value), this.#pace, this.#signal);
    } finally {
      this.#running = undefined;
    }
  }

  #take(): { readonly value: T } | undefined {
    const next = this.#next;
    this.#next = undefined;
    return this.#signal?.aborted === true ? undefined : next;
  }
}
