import type { HeaderMap } from '@inmesh/model';
import type { Resource } from '../cluster/resource-manager.js';
import type { Clock } from '../engine.js';
import type { ClusterStats } from '../stats/cluster-stats.js';
import { BackOff, rateLimitedWaitMs } from './back-off.js';
import { epochMs } from './epoch.js';
import type { RetryRules } from './retry-policy.js';

/** What became of the wish to try again. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** All retries are used up: flag URX. */
  | { readonly kind: 'exhausted' }
  /** Too many retries of this cluster are under way: flag UO. */
  | { readonly kind: 'overflow' };

export interface RetryOptions {
  /** The cluster's budget of retries. */
  readonly slots: Resource;
  readonly stats: ClusterStats;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * The retries of one call: how many are left, and the place that the running one holds in the cluster's retry
 * budget. Envoy: `RetryStateImpl`.
 */
export class RetryState {
  readonly #rules: RetryRules;
  readonly #options: RetryOptions;
  #backOff: BackOff | undefined;
  #remaining: number;
  #holdsSlot = false;
  #hasRetried = false;

  constructor(rules: RetryRules, options: RetryOptions) {
    this.#rules = rules;
    this.#options = options;
    this.#remaining = rules.maxRetries;
  }

  /** Uses up one retry, also when the cluster has no place for it. @param response headers that may ask for a wait */
  decide(mode: 'atOnce' | 'backOff', response?: { readonly headers: HeaderMap }): RetryDecision {
    this.release();
    if (this.#remaining === 0) {
      this.#options.stats.upstreamRqRetryLimitExceeded++;
      return { kind: 'exhausted' };
    }
    this.#remaining--;
    if (!this.#options.slots.tryAcquire()) return { kind: 'overflow' };
    this.#holdsSlot = true;
    this.#hasRetried = true;
    return { kind: 'retry', waitMs: mode === 'atOnce' ? 0 : this.#waitMs(response) };
  }

  /** What came is not tried again; after a retry that is its success, whatever it was. */
  accept(): void {
    if (this.#hasRetried) this.#options.stats.upstreamRqRetrySuccess++;
    this.release();
  }

  /** The running retry is over: its place is free. */
  release(): void {
    if (!this.#holdsSlot) return;
    this.#holdsSlot = false;
    this.#options.slots.release();
  }

  #waitMs(response: { readonly headers: HeaderMap } | undefined): number {
    const { source } = this.#rules;
    const { clock, random, stats } = this.#options;
    const asked = response && rateLimitedWaitMs(source, response.headers, random, epochMs(clock));
    if (asked !== undefined) {
      stats.upstreamRqRetryBackoffRatelimited++;
      return asked;
    }
    stats.upstreamRqRetryBackoffExponential++;
    this.#backOff ??= new BackOff(source, random);
    return this.#backOff.nextMs();
  }
}
