import type { Clock } from '../engine.js';

/** How fine the wheel turns: a deadline is never early, and late by less than that. */
const tickMs = 5;
/** A power of two. */
const slots = 4096;
/** A timer that comes this late says that the event loop stood still. */
const stallMs = 50;

/** One timer of the wheel. */
export interface Deadline {
  cancel(): void;
}

/** Who waits for a deadline. An object and no function: calls wait for several, and need not make one for each. */
export interface Expiring {
  /** It is time. */
  expired(deadline: Deadline): void;
}

/**
 * All deadlines of an engine on one timer of the clock. Adding and cancelling are constant time and nearly always
 * touch no timer: it stands at the next slot in use, and fires in vain when that was emptied meanwhile.
 */
export class DeadlineWheel {
  readonly #clock: Clock;
  readonly #slots: (Entry | undefined)[] = new Array<Entry | undefined>(slots).fill(undefined);
  #count = 0;
  #timer: unknown;
  #timerTick = Number.POSITIVE_INFINITY;
  #lastTick: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastTick = Math.floor(clock.now() / tickMs);
  }

  /** Tells `owner` after `delayMs`, unless cancelled. @param now clock milliseconds, for who has just read them */
  add(delayMs: number, owner: Expiring, now: number = this.#clock.now()): Deadline {
    const tick = Math.ceil((now + delayMs) / tickMs);
    const entry = new Entry(this, tick, owner);
    this.link(entry);
    if (tick < this.#timerTick) this.#arm(tick);
    return entry;
  }

  /** Stops the timer, unless somebody still waits for a deadline. */
  close(): void {
    if (this.#count > 0) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timerTick = Number.POSITIVE_INFINITY;
  }

  link(entry: Entry): void {
    const slot = slotOf(entry.tick);
    const head = this.#slots[slot];
    entry.next = head;
    if (head !== undefined) head.previous = entry;
    this.#slots[slot] = entry;
    this.#count++;
  }

  unlink(entry: Entry): void {
    const { previous, next } = entry;
    if (previous !== undefined) previous.next = next;
    else this.#slots[slotOf(entry.tick)] = next;
    if (next !== undefined) next.previous = previous;
    entry.previous = undefined;
    entry.next = undefined;
    this.#count--;
  }

  #arm(tick: number): void {
    if (this.#timerTick !== Number.POSITIVE_INFINITY) this.#clock.clearTimeout(this.#timer);
    this.#timerTick = tick;
    const delayMs = Math.max(tick * tickMs - this.#clock.now(), 0);
    this.#timer = this.#clock.setTimeout(() => this.#onTimer(), delayMs);
  }

  /**
   * After a stall the answers that arrived meanwhile are still unread: they get one turn of the event loop before
   * anybody is called late for what the process itself held up.
   */
  #onTimer(): void {
    const now = this.#clock.now();
    if (now - this.#timerTick * tickMs > stallMs) {
      this.#timerTick = Math.floor(now / tickMs);
      this.#timer = this.#clock.setTimeout(() => this.#turn(), 0);
      return;
    }
    this.#turn();
  }

  #turn(): void {
    this.#timerTick = Number.POSITIVE_INFINITY;
    const tick = Math.floor(this.#clock.now() / tickMs);
    const expired: Entry[] = [];
    const steps = Math.min(tick - this.#lastTick, slots - 1);
    for (let step = steps; step >= 0; step--) {
      for (let entry = this.#slots[slotOf(tick - step)]; entry !== undefined; entry = entry.next) {
        if (entry.tick <= tick) expired.push(entry);
      }
    }
    this.#lastTick = tick;
    for (const entry of expired.sort((a, b) => a.tick - b.tick)) entry.expire();
    this.#armNext(tick);
  }

  #armNext(tick: number): void {
    if (this.#count === 0) return;
    for (let ahead = 1; ahead <= slots; ahead++) {
      if (this.#slots[slotOf(tick + ahead)] === undefined) continue;
      if (tick + ahead < this.#timerTick) this.#arm(tick + ahead);
      return;
    }
  }
}

function slotOf(tick: number): number {
  return tick & (slots - 1);
}

class Entry implements Deadline {
  readonly tick: number;
  previous: Entry | undefined;
  next: Entry | undefined;
  readonly #wheel: DeadlineWheel;
  #owner: Expiring | undefined;

  constructor(wheel: DeadlineWheel, tick: number, owner: Expiring) {
    this.#wheel = wheel;
    this.tick = tick;
    this.#owner = owner;
  }

  cancel(): void {
    if (this.#owner === undefined) return;
    this.#owner = undefined;
    this.#wheel.unlink(this);
  }

  expire(): void {
    const owner = this.#owner;
    this.cancel();
    owner?.expired(this);
  }
}
