/**
 * Answers by their status. A code has a slot from its first answer on, and those that nearly all calls get stand in
 * front: counting one more is a look and an addition. Envoy: `CodeStatsImpl`.
 */
export class ResponseCodes {
  readonly #slots: CodeSlot[] = [];

  count(status: number): void {
    const slots = this.#slots;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (slot?.status === status) {
        slot.count++;
        return;
      }
    }
    slots.push({ status, count: 1 });
  }

  /** How many in all. Envoy: `upstream_rq_completed`. */
  get completed(): number {
    return this.#slots.reduce((sum, { count }) => sum + count, 0);
  }

  /** Envoy: `upstream_rq_200`. */
  get codes(): ReadonlyMap<number, number> {
    return new Map(this.#slots.map(({ status, count }) => [status, count]));
  }

  /** By the first digit, 1 to 5, as far as there are any. Envoy: `upstream_rq_2xx`. */
  get classes(): ReadonlyMap<number, number> {
    const classes = new Map<number, number>();
    for (const { status, count } of this.#slots) {
      const first = Math.trunc(status / 100);
      if (first >= 1 && first <= 5) classes.set(first, (classes.get(first) ?? 0) + count);
    }
    return classes;
  }
}

interface CodeSlot {
  readonly status: number;
  count: number;
}
