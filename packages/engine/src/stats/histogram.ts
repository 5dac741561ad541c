/** Envoy's default buckets; Istio's metrics have the same. Milliseconds, or bytes: the bounds are just numbers. */
export const defaultBounds: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/** How often values fell below which bound. Recording one allocates nothing: the slots stand ready. */
export class Histogram {
  readonly bounds: readonly number[];
  /** One per bound, not added up, and one for what lies above all of them. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[] = defaultBounds) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** How many values were recorded. */
  get count(): number {
    let count = 0;
    for (const one of this.counts) count += one;
    return count;
  }

  record(value: number): void {
    const { bounds, counts } = this;
    let slot = 0;
    // From below: nearly all calls are short, and a search by halves would begin in the middle of an hour.
    while (slot < bounds.length && value > (bounds[slot] ?? 0)) slot++;
    counts[slot] = (counts[slot] ?? 0) + 1;
    this.sum += value;
  }
}
