import type { HeaderMap } from '@inmesh/model';
import type { ClusterChoiceContext } from '../cluster/discovery/endpoint-source.js';
import type { Endpoint } from '../cluster/endpoint.js';
import type { Clock } from '../engine.js';
import type { AttemptPlan } from './attempt-plan.js';
import { hostPredicatesOf } from './host-predicate.js';
import { type PreviousPriorities, previousPrioritiesOf } from './previous-priorities.js';
import type { RetryRules } from './retry-policy.js';
import { type RetryDecision, RetryState } from './retry-state.js';

/**
 * What one call remembers from its first retry on, which most calls never make: what is left of its retries, whom it
 * has tried, and the back-offs that it waits for.
 */
export class Retries {
  readonly #rules: RetryRules;
  readonly #plan: AttemptPlan;
  readonly #clock: Clock;
  readonly #state: RetryState;
  readonly #tried: Endpoint[] = [];
  readonly #priorities: PreviousPriorities | undefined;
  readonly #backOffs = new Set<unknown>();

  constructor(
    rules: RetryRules,
    plan: AttemptPlan,
    lent: { readonly clock: Clock; readonly random: () => number },
  ) {
    const { cluster, priority } = plan;
    this.#rules = rules;
    this.#plan = plan;
    this.#clock = lent.clock;
    this.#state = new RetryState(rules, {
      slots: cluster.resources(priority).retries,
      stats: cluster.stats,
      clock: lent.clock,
      random: lent.random,
    });
    this.#priorities = previousPrioritiesOf(rules.source);
  }

  /** Whether an attempt is to follow once a back-off is over. */
  get isWaiting(): boolean {
    return this.#backOffs.size > 0;
  }

  /** {@link RetryState.decide}. A retry that is granted avoids this endpoint, as far as the policy says so. */
  decide(
    after: Endpoint,
    mode: 'atOnce' | 'backOff',
    response: { readonly headers: HeaderMap } | undefined,
  ): RetryDecision {
    const decision = this.#state.decide(mode, response);
    if (decision.kind === 'retry') this.#tried.push(after);
    return decision;
  }

  /** A timer of its own: back-offs are rare, and shorter than the ticks of the wheel. */
  wait(waitMs: number, then: () => void): void {
    const backOff = this.#clock.setTimeout(() => {
      this.#backOffs.delete(backOff);
      then();
    }, waitMs);
    this.#backOffs.add(backOff);
  }

  stopWaiting(): void {
    for (const backOff of this.#backOffs) this.#clock.clearTimeout(backOff);
    this.#backOffs.clear();
  }

  /** {@link RetryState.accept} */
  accept(): void {
    this.#state.accept();
  }

  /** {@link RetryState.release} */
  release(): void {
    this.#state.release();
  }

  /** What the next endpoint is chosen by. */
  get context(): ClusterChoiceContext {
    const plan = this.#plan;
    const tried = this.#tried;
    const predicates = hostPredicatesOf(this.#rules.source);
    const priorities = this.#priorities;
    return {
      hash: plan.hash,
      criteria: plan.criteria,
      authority: plan.authority,
      destination: () => plan.destination(),
      repicks: predicates.repicks,
      reject: (endpoint) => predicates.rejects(endpoint, tried),
      reweigh: priorities && ((usual, available) => priorities.reweigh(usual, available, tried)),
    };
  }
}
