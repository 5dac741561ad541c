/**
 * Weighted round robin by earliest deadline first: an item of weight w comes up every 1/w. Ties go to the one
 * that was put in first. Envoy: `EdfScheduler`.
 */
export class EdfSchedule<T> {
  /** A binary heap: the earliest deadline at the root. */
  readonly #heap: Entry<T>[] = [];
  readonly #weightOf: (item: T) => number;
  #now = 0;
  #order = 0;

  /**
   * @param weightOf asked when an item is put in and each time it is put back, so weights may follow the load
   * @param picks as if that many picks had happened before: schedules that start at random places
   */
  constructor(items: readonly T[], weightOf: (item: T) => number, picks = 0) {
    this.#weightOf = weightOf;
    const weights = items.map(weightOf);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    let left = picks;
    for (const [i, item] of items.entries()) {
      const weight = weights[i] ?? 1;
      const done = picks === 0 ? 0 : Math.floor((weight * picks) / sum);
      left -= done;
      this.#now = Math.max(this.#now, done / weight);
      this.#push({ deadline: (done + 1) / weight, order: this.#order++, item });
    }
    for (; left > 0; left--) this.next();
  }

  /** The item that is due, which is put back for its next turn. `undefined`: there is none. */
  next(): T | undefined {
    const root = this.#heap[0];
    if (root === undefined) return undefined;
    this.#now = root.deadline;
    root.deadline = this.#now + 1 / this.#weightOf(root.item);
    root.order = this.#order++;
    this.#sink(0);
    return root.item;
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #sink(start: number): void {
    const heap = this.#heap;
    const entry = heap[start];
    if (entry === undefined) return;
    let at = start;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(entry, child)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = entry;
  }
}

interface Entry<T> {
  deadline: number;
  order: number;
  readonly item: T;
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}
