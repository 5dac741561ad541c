import type { CallOverrides, CallRequest } from '../call.js';
import type { RetryRules } from './retry-policy.js';
import type { Timeouts } from './timeouts.js';

/** How long a call may last from now on, by what its caller says; `undefined`: as long as the rules grant. */
export function limitMs({ overrides, expiresAt }: CallRequest, now: number): number | undefined {
  const timeoutMs = overrides?.timeoutMs || undefined;
  if (expiresAt === undefined) return timeoutMs;
  return Math.max(Math.min(expiresAt - now, timeoutMs ?? Number.POSITIVE_INFINITY), 0);
}

/**
 * The timeouts of the rules under what is left of the caller's time, so that the upstream hears of it. What ends the
 * call is a timer of the call itself: it runs before any attempt does.
 */
export function limitTimeouts(timeouts: Timeouts, leftMs: number): Timeouts {
  const ms = Math.max(Math.ceil(leftMs), 1);
  const { globalMs, perTryMs } = timeouts;
  if (globalMs > 0 && globalMs <= ms) return timeouts;
  return { ...timeouts, globalMs: ms, perTryMs: perTryMs >= ms ? 0 : perTryMs };
}

/** @param maxRetries up to which a caller may ask for more than the rule grants */
export function limitRetries(
  rules: RetryRules | undefined,
  { retries }: CallOverrides,
  maxRetries: number,
): RetryRules | undefined {
  if (rules === undefined || retries === undefined) return rules;
  const granted = Math.min(retries, Math.max(rules.maxRetries, maxRetries));
  return granted <= 0 ? undefined : { ...rules, maxRetries: granted };
}
