import { type Cluster, durationMs } from '@inmesh/model';
import type { Clock } from '../engine.js';

/**
 * Holds back changes of health: the first takes effect at once, further ones of the same priority within the
 * window only together, at its end. Envoy: `common_lb_config.update_merge_window`.
 */
export class MergeWindow {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #apply: (priority: number) => void;
  readonly #lastApplied = new Map<number, number>();
  readonly #timers = new Map<number, unknown>();
  #closed = false;

  constructor(cluster: Cluster, clock: Clock, apply: (priority: number) => void) {
    this.#clock = clock;
    this.#windowMs = durationMs(cluster.commonLbConfig?.updateMergeWindow) ?? 1000;
    this.#apply = apply;
  }

  /** The health of an endpoint of this priority changed. */
  changed(priority: number): void {
    if (this.#closed || this.#timers.has(priority)) return;
    const last = this.#lastApplied.get(priority);
    if (last === undefined || this.#clock.now() - last > this.#windowMs || this.#windowMs === 0) {
      this.#applyNow(priority);
      return;
    }
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(priority);
      this.#applyNow(priority);
    }, this.#windowMs);
    this.#timers.set(priority, timer);
  }

  /** Endpoints joined or left: what waited is in force with them. */
  replaced(priorities: number): void {
    this.#cancelAll();
    const now = this.#clock.now();
    for (let priority = 0; priority < priorities; priority++) this.#lastApplied.set(priority, now);
  }

  close(): void {
    this.#closed = true;
    this.#cancelAll();
  }

  #cancelAll(): void {
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }

  #applyNow(priority: number): void {
    this.#lastApplied.set(priority, this.#clock.now());
    this.#apply(priority);
  }
}
