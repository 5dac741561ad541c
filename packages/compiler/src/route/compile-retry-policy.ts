import { canonicalDuration, type HTTPRetry, isStatusCode, type RetryPolicy } from '@inmesh/model';

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
