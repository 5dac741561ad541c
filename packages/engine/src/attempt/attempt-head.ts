import type { RequestHead } from '@inmesh/model';
import { rewriteHost } from '../route/rewrite-host.js';
import type { AttemptPlan } from './attempt-plan.js';
import { writeExpectedTimeout } from './timeouts.js';

/** The first attempt sends the very head that was made for it. @param hostname of the endpoint */
export function headOfFirst(plan: AttemptPlan, hostname: string | undefined): RequestHead {
  const { head } = plan;
  if (plan.includeAttemptCount) head.headers.set('x-envoy-attempt-count', '1');
  if (!plan.autoHostRewrite || !hostname) return head;
  // Neither mirrors nor later attempts go by the name of this endpoint.
  return named(copyOf(head), plan, hostname);
}

export interface RetryFacts {
  /** From 1. */
  readonly attempt: number;
  /** Of the endpoint. */
  readonly hostname: string | undefined;
  /** Since the request was complete. */
  readonly elapsedMs: number;
  /** Whether the attempt before was too late. */
  readonly wasLate: boolean;
}

/** Later attempts send copies that differ in what they count. */
export function headOfRetry(
  plan: AttemptPlan,
  { attempt, hostname, elapsedMs, wasLate }: RetryFacts,
): RequestHead {
  const head = copyOf(plan.head);
  if (plan.includeAttemptCount) head.headers.set('x-envoy-attempt-count', String(attempt));
  writeExpectedTimeout(head, plan.timeouts, { elapsedMs, suppress: plan.suppressEnvoyHeaders });
  if (plan.includeIsTimeoutRetry) head.headers.set('x-envoy-is-timeout-retry', String(wasLate));
  return plan.autoHostRewrite && hostname ? named(head, plan, hostname) : head;
}

function copyOf(head: RequestHead): RequestHead {
  return { ...head, headers: head.headers.copy() };
}

function named(head: RequestHead, plan: AttemptPlan, hostname: string): RequestHead {
  rewriteHost(head, hostname, {
    appendForwardedHost: plan.appendForwardedHost,
    keepOriginal: !plan.suppressEnvoyHeaders,
  });
  return head;
}
