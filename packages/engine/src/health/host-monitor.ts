/** What outlier detection counts of one endpoint. Envoy: `DetectorHostMonitorImpl`. */
export class HostMonitor {
  consecutive5xx = 0;
  consecutiveGatewayFailure = 0;
  consecutiveLocalOriginFailure = 0;
  readonly external: RateCounter = new RateCounter();
  readonly localOrigin: RateCounter = new RateCounter();
  /** How many base times the next ejection lasts; grows with each ejection, shrinks with each quiet sweep. */
  backoff = 0;
  ejectedAt = 0;
  ejectionMs = 0;

  resetConsecutive(): void {
    this.consecutive5xx = 0;
    this.consecutiveGatewayFailure = 0;
    this.consecutiveLocalOriginFailure = 0;
  }
}

/** Successes and requests between two sweeps. */
export class RateCounter {
  #total = 0;
  #successes = 0;

  count(success: boolean): void {
    this.#total++;
    if (success) this.#successes++;
  }

  get isEmpty(): boolean {
    return this.#total === 0;
  }

  /** The interval that ends here: how many requests, and how many percent of them succeeded. The next one begins. */
  swap(): { readonly volume: number; readonly successPercent: number } {
    const volume = this.#total;
    const successPercent = volume === 0 ? 100 : (100 * this.#successes) / volume;
    this.#total = 0;
    this.#successes = 0;
    return { volume, successPercent };
  }
}
