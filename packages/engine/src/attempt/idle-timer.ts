import type { Clock } from '../engine.js';
import type { Deadline, DeadlineWheel, Expiring } from './deadline-wheel.js';

/**
 * A deadline that every sign of life puts off. Signs are frequent and silence is rare, so a sign is only written
 * down: the deadline stands where it stood, and looks how long it has been when it comes.
 */
export class IdleTimer implements Expiring {
  readonly #clock: Clock;
  readonly #deadlines: DeadlineWheel;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  #lastSign: number;
  #deadline: Deadline;

  /** Begins at once. */
  constructor(environment: IdleTimerEnvironment, idleMs: number, onIdle: () => void) {
    this.#clock = environment.clock;
    this.#deadlines = environment.deadlines;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
    this.#lastSign = this.#clock.now();
    this.#deadline = this.#deadlines.add(idleMs, this);
  }

  sign(): void {
    this.#lastSign = this.#clock.now();
  }

  stop(): void {
    this.#deadline.cancel();
  }

  expired(): void {
    const restMs = this.#lastSign + this.#idleMs - this.#clock.now();
    if (restMs <= 0) this.#onIdle();
    else this.#deadline = this.#deadlines.add(restMs, this);
  }
}

export interface IdleTimerEnvironment {
  readonly clock: Clock;
  readonly deadlines: DeadlineWheel;
}
