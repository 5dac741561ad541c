import { durationMs, type HeaderMap, type RetryPolicy } from '@inmesh/model';

/** How long to wait before the next retry of one call. Fully jittered: any time below a cap that doubles. */
export class BackOff {
  readonly #maxMs: number;
  readonly #random: () => number;
  #capMs: number;

  constructor({ retryBackOff }: RetryPolicy, random: () => number) {
    const baseMs = Math.max(1, Math.trunc(durationMs(retryBackOff?.baseInterval) ?? 25));
    this.#maxMs = Math.max(baseMs, Math.trunc(durationMs(retryBackOff?.maxInterval) ?? 10 * baseMs));
    this.#capMs = baseMs;
    this.#random = random;
  }

  /** Milliseconds in [0, cap); the cap is 25, 50, 100, 200, 250, 250… unless the policy says otherwise. */
  nextMs(): number {
    const waitMs = Math.floor(this.#random() * this.#capMs);
    this.#capMs = this.#capMs < this.#maxMs / 2 ? this.#capMs * 2 : this.#maxMs;
    return waitMs;
  }
}

/**
 * The wait that the upstream asks for in a header that the policy names, with up to half of it added by chance.
 * `undefined`: it asks for none, or for too long a one. Envoy: `rate_limited_retry_back_off`.
 */
export function rateLimitedWaitMs(
  { rateLimitedRetryBackOff: policy }: RetryPolicy,
  headers: HeaderMap,
  random: () => number,
  nowMs: number,
): number | undefined {
  const maxMs = durationMs(policy?.maxInterval) ?? 300_000;
  for (const { name = '', format = 'SECONDS' } of policy?.resetHeaders ?? []) {
    const value = headers.get(name.toLowerCase());
    if (value === undefined || !/^\d+$/.test(value)) continue;
    const seconds = Number(value) - (format === 'SECONDS' ? 0 : Math.floor(nowMs / 1000));
    const intervalMs = seconds * 1000;
    if (intervalMs > 1 && intervalMs <= maxMs) return intervalMs + Math.floor((random() * intervalMs) / 2);
  }
  return undefined;
}
