import { durationMs } from '@inmesh/model';

/** Envoy: `type.v3.TokenBucket`. */
export interface TokenBucketConfig {
  readonly maxTokens?: number;
  readonly tokensPerFill?: number;
  readonly fillInterval?: string;
}

/** Starts full and fills all the time, a fraction of a token with every moment. Envoy: `AtomicTokenBucketImpl`. */
export class TokenBucket {
  readonly maxTokens: number;
  /** How fast it fills: buckets are asked slowest first. */
  readonly tokensPerMs: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor({ maxTokens = 0, tokensPerFill = 1, fillInterval }: TokenBucketConfig, now: () => number) {
    this.maxTokens = maxTokens;
    this.tokensPerMs = tokensPerFill / (durationMs(fillInterval) || 1000);
    this.#now = now;
    this.#tokens = maxTokens;
    this.#filledAt = now();
  }

  /** Takes whole tokens, or none and answers false. */
  take(count: number): boolean {
    this.#fill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Whole tokens that are left. */
  get remaining(): number {
    this.#fill();
    return Math.floor(this.#tokens);
  }

  /** Milliseconds until there is a token again; 0 when there is one. */
  get nextTokenMs(): number {
    this.#fill();
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) / this.tokensPerMs;
  }

  #fill(): void {
    const now = this.#now();
    // Rounding must not lose the token that is due at this very moment.
    const filled = this.#tokens + (now - this.#filledAt) * this.tokensPerMs;
    this.#tokens = Math.min(this.maxTokens, Math.round(filled * 1e9) / 1e9);
    this.#filledAt = now;
  }
}
