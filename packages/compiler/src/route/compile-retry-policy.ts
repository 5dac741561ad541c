import { canonicalDuration, type HTTPRetry, type RetryPolicy } from '@inmesh/model';

const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

/**
 * The retry policy of a route. `retries` is the rule's, or that of the mesh; with neither there are two retries
 * of what certainly did no harm. Given without `attempts`, it switches retries off. Istio: `retry.ConvertPolicy`.
 *
 * @param hashed whether the only destination is chosen by a consistent hash: then a retry may go to the same host.
 */
export function compileRetryPolicy(
  retries: HTTPRetry | undefined,
  { hashed }: { readonly hashed: boolean },
): RetryPolicy | undefined {
  const attempts = retries ? (retries.attempts ?? 0) : 2;
  if (attempts <= 0) return undefined;
  const perTryTimeout = canonicalDuration(retries?.perTryTimeout);
  const baseInterval = canonicalDuration(retries?.backoff);
  return {
    ...compileRetryOn(retries?.retryOn),
    numRetries: attempts,
    ...(perTryTimeout !== undefined && { perTryTimeout }),
    ...((retries?.retryIgnorePreviousHosts ?? !hashed) && { retryHostPredicate: [previousHosts] }),
    ...(retries?.retryRemoteLocalities && { retryPriority: previousPriorities }),
    hostSelectionRetryMaxAttempts: '5',
    ...(baseInterval !== undefined && { retryBackOff: { baseInterval } }),
  };
}

/** Numbers among the conditions are status codes, for which Envoy wants a condition of their own. */
function compileRetryOn(retryOn: string | undefined): Pick<RetryPolicy, 'retryOn' | 'retriableStatusCodes'> {
  if (!retryOn) return { retryOn: defaultRetryOn };
  const parts = retryOn.split(',').flatMap((part) => part.trim() || []);
  const codes = parts.filter(isStatusCode).map(Number);
  const conditions = parts.filter((part) => !isStatusCode(part)).join(',');
  if (codes.length === 0) return { retryOn: conditions };
  return {
    retryOn: conditions.includes('retriable-status-codes')
      ? conditions
      : `${conditions},retriable-status-codes`,
    retriableStatusCodes: codes,
  };
}

/** Only codes that HTTP has a name for; other numbers stay conditions, which Envoy does not know. */
function isStatusCode(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && statusCodes.has(Number(text));
}

/** The codes in IANA's registry. */
const statusCodes: ReadonlySet<number> = new Set([
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307,
  308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421,
  422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

const previousHosts = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  },
};

const previousPriorities = {
  name: 'envoy.retry_priorities.previous_priorities',
  typedConfig: {
    '@type':
      'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
    updateFrequency: 2,
  },
};
