import type { HeaderMap } from '@inmesh/model';
import type { Resource } from '../cluster/resource-manager.js';
import type { ClusterStats } from '../stats/cluster-stats.js';
import { BackOff, rateLimitedWaitMs } from './back-off.js';
import type { RetryRules } from './retry-policy.js';

/** What became of the wish to try again. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** All retries are used up: flag URX. */
  | { readonly kind: 'exhausted' }
  /** Too many retries of this cluster are under way: flag UO. */
  | { readonly kind: 'overflow' };

/**
 * The retries of one call: how many are left, and the place that the running one holds in the cluster's retry
 * budget. Envoy: `RetryStateImpl`.
 */
export class RetryState {
  readonly rules: RetryRules;
  readonly #slots: Resource;
  readonly #random: () => number;
  readonly #stats: ClusterStats;
  #backOff: BackOff | undefined;
  #remaining: number;
  #holdsSlot = false;
  #hasRetried = false;

  constructor(rules: RetryRules, slots: Resource, random: () => number, stats: ClusterStats) {
    this.rules = rules;
    this.#slots = slots;
    this.#random = random;
    this.#stats = stats;
    this.#remaining = rules.maxRetries;
  }

  /** Uses up one retry, also when the cluster has no place for it. @param response headers that may ask for a wait */
  decide(mode: 'atOnce' | 'backOff', response?: { headers: HeaderMap; nowMs: number }): RetryDecision {
    this.release();
    if (this.#remaining === 0) {
      this.#stats.upstreamRqRetryLimitExceeded++;
      return { kind: 'exhausted' };
    }
    this.#remaining--;
    if (!this.#slots.tryAcquire()) return { kind: 'overflow' };
    this.#holdsSlot = true;
    this.#hasRetried = true;
    return { kind: 'retry', waitMs: mode === 'atOnce' ? 0 : this.#waitMs(response) };
  }

  /** What came is not tried again; after a retry that is its success, whatever it was. */
  accept(): void {
    if (this.#hasRetried) this.#stats.upstreamRqRetrySuccess++;
    this.release();
  }

  /** The running retry is over: its place is free. */
  release(): void {
    if (!this.#holdsSlot) return;
    this.#holdsSlot = false;
    this.#slots.release();
  }

  #waitMs(response: { headers: HeaderMap; nowMs: number } | undefined): number {
    const { source } = this.rules;
    const asked = response && rateLimitedWaitMs(source, response.headers, this.#random, response.nowMs);
    if (asked !== undefined) {
      this.#stats.upstreamRqRetryBackoffRatelimited++;
      return asked;
    }
    this.#stats.upstreamRqRetryBackoffExponential++;
    this.#backOff ??= new BackOff(source, this.#random);
    return this.#backOff.nextMs();
  }
}
