import { Transform, type TransformCallback } from 'node:stream';
import type { Clock } from '../engine.js';

/** How often bytes are let go. */
const tickMs = 50;
const ticksPerSecond = 1000 / tickMs;

/**
 * Passes bytes on at a pace: a share of a second's worth with every tick, up to a whole second's worth after a pause.
 * Envoy: `StreamRateLimiter`.
 */
export class Throttle extends Transform {
  readonly #clock: Clock;
  readonly #share: number;
  #budget: number;
  #filledAt: number;
  #timer: unknown;

  /** @param bytesPerSecond at least a byte with every tick */
  constructor(bytesPerSecond: number, clock: Clock) {
    super();
    this.#clock = clock;
    this.#share = Math.max(bytesPerSecond / ticksPerSecond, 1);
    this.#budget = this.#share;
    this.#filledAt = clock.now();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#fill();
    const ready = Math.min(chunk.length, Math.floor(this.#budget));
    this.#budget -= ready;
    if (ready > 0) this.push(chunk.subarray(0, ready));
    if (ready === chunk.length) {
      done();
      return;
    }
    const rest = chunk.subarray(ready);
    const waitMs = this.#filledAt + tickMs - this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => this._transform(rest, _encoding, done), waitMs);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#clock.clearTimeout(this.#timer);
    done(error);
  }

  #fill(): void {
    const ticks = Math.floor((this.#clock.now() - this.#filledAt) / tickMs);
    this.#filledAt += ticks * tickMs;
    this.#budget = Math.min(this.#budget + ticks * this.#share, this.#share * ticksPerSecond);
  }
}
